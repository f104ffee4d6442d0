"""Who may carry out which mutation, and set which of its fields."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

import schema
from planner.declaration.access import Policy, Rules, no_row
from planner.messages import message
from schema.entity_policies import each_of
from schema.grants import Grant, make_principal, person_of
from schema.project_rules import PROJECT_WRITERS
from schema.roles import ADMIN, COORDINATOR, INTEGRATION, MENTOR, PARTICIPANT, PUBLIC, SELF
from schema.rules import contributed
from tests.engines import engine_with
from tests.mutations.harness import ACTIONS, MutationHarness, given, mutating
from tests.mutations.update_values import VALUES
from tests.personas import CAST, granted
from tests.random_queries.viewers import viewers_of
from tests.reference.actions import may_act, may_set
from tests.reference.executor import reference_schema
from tests.reference.field_sources import TABLE
from tests.reference.policy import Sight
from tests.reference.rows import Row, load_rows

UPDATES = [name for name, action in ACTIONS.items() if action.is_update]
UPDATE = ACTIONS["updateProject"]
ID = ["input", "id"]


def forbidden(payload: dict[str, Any]) -> list[list[str]]:
    return [one["path"] for one in payload["userErrors"] if one["code"] == "FORBIDDEN"]


@pytest.mark.parametrize("name", CAST)
async def test_each_field_is_refused_to_whom_the_reference_refuses_it(hard_url: str, name: str) -> None:
    """An update of all fields at once names those that its sender may not set, and does nothing."""
    rows = await load_rows(hard_url)
    core = reference_schema(schema.sdl())
    met: Counter[str] = Counter()
    async with mutating(hard_url) as harness:
        for mutation in UPDATES:
            for viewer in viewers_of(name):
                sight = Sight(core, rows, viewer)
                for row in rows_to_try(sight, ACTIONS[mutation].type_name):
                    await compare(harness, sight, mutation, row, met)
    assert met["whole"] or name == "admin"
    assert bool(met["some"]) is (name in WRITE_SOME_FIELDS)
    assert bool(met["all"]) is (name in WRITE_ALL_FIELDS)


MENTEES = {"participant", "participant-and-mentor", "participant-and-system"}
"""They set the goals of their mentorships, and no notes."""
WRITE_SOME_FIELDS = MENTEES | {
    *("uc-coordinator", "mx-coordinator", "two-campuses", "mentor-and-coordinator", "mentor")
}
"""Coordinators of their institution, mentors of the project that they lead."""
WRITE_ALL_FIELDS = WRITE_SOME_FIELDS - MENTEES | {"admin", "integration"}
"""And of some project, some event, or their own profile."""


def rows_to_try(sight: Sight, type_: str) -> list[Row]:
    """Some rows of each status, and those of which the viewer may set a field."""
    seen = [row for row in sight.rows.all(TABLE[type_]) if sight.sees(type_, row)]
    mine = [row for row in seen if may_act(sight, f"update{type_}", type_, row)]
    return [*mine[:3], *seen[:2]]


async def compare(harness: MutationHarness, sight: Sight, mutation: str, row: Row, met: Counter[str]) -> None:
    action, type_ = ACTIONS[mutation], ACTIONS[mutation].type_name
    id = f"{schema.catalog.types[type_].prefix}_{row['id']}"
    wanted = given(action, id, row["version"], **VALUES[mutation])
    language = sight.viewer.language
    payload = await harness.send(sight.viewer.name, action, wanted, dry=True, language=language)
    refused = [field.name for field in action.fields if not may_set(sight, type_, field.name, row)]
    if not may_act(sight, mutation, type_, row):
        assert forbidden(payload) == [ID]
        met["whole"] += 1
        return
    assert sorted(forbidden(payload)) == sorted(["input", name] for name in refused), (type_, row)
    texts = {one["path"][1]: one["message"] for one in payload["userErrors"] if one["code"] == "FORBIDDEN"}
    expected = {name: message("mutation.field_forbidden", name=name).read(language) for name in refused}
    assert texts == expected
    met["some" if refused else "all"] += 1


class Scene:
    """A project with one contributor, and that person as a viewer who has no right besides."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    async def take(self, role: str) -> tuple[str, int]:
        """The mentor of the demo is the project's only contributor in this role; its id and version."""
        (mentor,) = granted("mentor")
        async with self.engine.begin() as connection:
            id: UUID = await connection.scalar(text("select id from project where status = 'ACTIVE' limit 1"))
            await connection.execute(
                text("delete from project_contributor where project_id = :id"), {"id": id}
            )
            await connection.execute(
                text(
                    "insert into project_contributor (project_id, person_id, role) values (:id, :who, :role)"
                ),
                {"id": id, "who": mentor.person, "role": role},
            )
            version: int = await connection.scalar(
                text("select version from project where id = :id"), {"id": id}
            )
        return f"project_{id}", version


@pytest.mark.parametrize("role", ["PI", "CO_PI"])
async def test_who_leads_a_project_writes_its_texts(
    engine: AsyncEngine, harness: MutationHarness, role: str
) -> None:
    id, version = await Scene(engine).take(role)
    texts = {"titles": {"en": "Another"}, "summaries": {"es": "Otro"}}
    refused = await harness.send("mentor", UPDATE, given(UPDATE, id, version, **texts, sdgs=[1], fields=[]))
    assert forbidden(refused) == [["input", "fields"], ["input", "sdgs"]]
    assert (refused["changed"], refused["project"]["version"]) == ([], version)
    done = await harness.send("mentor", UPDATE, given(UPDATE, id, version, **texts))
    assert (done["userErrors"], done["changed"]) == ([], ["titles", "summaries"])
    actions = done["project"]["availableActions"]
    assert actions == [{"name": "updateProject", "allowed": True, "reasons": []}]
    cancelled = await harness.send(
        "mentor", ACTIONS["cancelProject"], given(ACTIONS["cancelProject"], id, version + 1)
    )
    assert forbidden(cancelled) == [ID]


@pytest.mark.parametrize("role", ["RESEARCHER", "STUDENT"])
async def test_other_contributors_write_nothing(
    engine: AsyncEngine, harness: MutationHarness, role: str
) -> None:
    id, version = await Scene(engine).take(role)
    refused = await harness.send("mentor", UPDATE, given(UPDATE, id, version, titles={"en": "Mine"}))
    assert forbidden(refused) == [ID]


async def test_all_that_is_wrong_is_named_with_the_fields(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """A field that one may not write is named even where its value is wrong, beside what else is wrong."""
    id, version = await Scene(engine).take("PI")
    wanted = given(
        UPDATE, id, version + 1, titles={"en": "x" * 301}, program="nonsense", startsOn=None, sdgs=[18]
    )
    refused = await harness.send("mentor", UPDATE, wanted)
    found = sorted((one["code"], one["path"][1]) for one in refused["userErrors"])
    assert found == [
        ("CONFLICT", "expectedVersion"),
        ("FORBIDDEN", "program"),
        ("FORBIDDEN", "sdgs"),
        ("FORBIDDEN", "startsOn"),
        ("INVALID", "sdgs"),
        ("REFERS_TO_NOTHING", "program"),
        ("TOO_LONG", "titles"),
    ]


async def test_identity_is_for_staff(engine: AsyncEngine, harness: MutationHarness) -> None:
    (grant,) = granted("uc-coordinator")
    action, id = ACTIONS["updateInstitution"], f"institution_{grant.institution}"
    async with engine.connect() as connection:
        version: int = await connection.scalar(
            text("select version from institution where id = :id"), {"id": grant.institution}
        )
    wanted = given(action, id, version, rorId="https://ror.org/042nb2s44", acronym="MINE")
    refused = await harness.send("uc-coordinator", action, wanted)
    assert forbidden(refused) == [["input", "rorId"]]
    done = await harness.send("admin", action, wanted)
    assert done["changed"] == ["acronym", "rorId"]
    async with engine.connect() as connection:
        stored = await connection.scalar(
            text("select ror_id from institution where id = :id"), {"id": grant.institution}
        )
    assert stored == "042nb2s44"


def with_project(acts: dict[str, Rules], field_writes: dict[str, Rules] | None = None) -> Policy:
    stated = replace(
        schema.POLICY.entity("Project"), acts=each_of(acts), field_writes=each_of(field_writes or {})
    )
    return replace(schema.POLICY, entities={**schema.POLICY.entities, "Project": stated})


async def test_what_is_stated_of_a_mutation_stands_in_place_of_the_rest(
    engine: AsyncEngine, database_url: str
) -> None:
    """Staff too, where they are named; a mutation that one can never carry out is not listed."""
    acts: dict[str, Rules] = {
        "cancelProject": {SELF: contributed(SELF)},
        "completeProject updateProject": {ADMIN: no_row, SELF: contributed(SELF)},
    }
    policy = with_project(acts, {"titles": PROJECT_WRITERS})
    id, version = await Scene(engine).take("STUDENT")
    async with mutating(database_url, engine_with(policy)) as harness:

        async def answers(viewer: str) -> dict[str, bool]:
            """What is allowed of what is listed, which is what a dry run finds."""
            found = {}
            for name in ("cancelProject", "completeProject", "publishProject", "updateProject"):
                sent = given(ACTIONS[name], id, version)
                payload = await harness.send(viewer, ACTIONS[name], sent, dry=True)
                listed = {one["name"]: one for one in payload["project"]["availableActions"]}
                if name in listed:
                    found[name] = listed[name]["allowed"]
                    assert listed[name]["reasons"] == payload["userErrors"]
                else:
                    assert forbidden(payload) == [ID]
            return found

        assert await answers("mentor") == {
            "cancelProject": True,
            "completeProject": True,
            "updateProject": True,
        }
        assert await answers("admin") == {
            "cancelProject": True,
            "publishProject": False,
            "updateProject": True,
        }
        both = await answers("mentor-and-coordinator")
        assert both == {
            "cancelProject": True,
            "completeProject": True,
            "publishProject": False,
            "updateProject": True,
        }
        by_staff = await harness.send(
            "admin", UPDATE, given(UPDATE, id, version, titles={"en": "T"}, sdgs=[1]), dry=True
        )
        assert forbidden(by_staff) == [["input", "sdgs"]]


def test_somebody_is_whom_the_oldest_grant_names() -> None:
    """Grants may name two persons, as where one of them was recorded twice: they act as the first."""
    (mentor,) = granted("mentor")
    (student,) = granted("participant")
    campus = Grant(COORDINATOR, institution=UUID(int=7))
    same = replace(mentor, role=PARTICIPANT)
    for held in ([mentor], [mentor, campus], [campus, mentor], [mentor, same], [mentor, student]):
        viewer = make_principal("PERSON", held, epoch=None, key="k")
        assert (person_of(viewer), SELF in viewer.roles) == (mentor.person, True)
        assert viewer.single_attributes >= {SELF}
    for held in ([], [campus], [Grant(INTEGRATION, institution=UUID(int=7))]):
        viewer = make_principal("PERSON", held, epoch=None, key="k")
        assert (person_of(viewer), SELF in viewer.roles) == (None, False)
    both = make_principal("PERSON", [student, mentor], epoch=None, key="k")
    assert (person_of(both), both.roles) == (
        student.person,
        frozenset({PUBLIC, MENTOR, PARTICIPANT, SELF}),
    )
