"""Lists of links that an update replaces: compared by key, and a change of their owner."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import schema
from models.loading.natural_keys import id_of
from planner.declaration.write_action import WriteAction
from tests.models.statements import rows, run, scalar
from tests.mutations.harness import ACTIONS, OF_ROWS, MutationHarness, given, table_of
from tests.mutations.test_creations import INPUTS, MERCED, UNAM

DAVIS = f"institution_{id_of('institution', 'uc-davis')}"
FIELDS = "institutions { role since institution { id } } contributors { role name } outputs { doi title }"


async def made_project(harness: MutationHarness) -> str:
    payload = await harness.send("admin", ACTIONS["createProject"], INPUTS["createProject"])
    id: str = payload["project"]["id"]
    return id


async def update(
    harness: MutationHarness, id: str, version: int, sender: str = "uc-coordinator", **values: Any
) -> dict[str, Any]:
    given = {"id": id, "expectedVersion": version, **values}
    return await harness.send(sender, ACTIONS["updateProject"], given, fields=FIELDS)


def lead(**more: Any) -> dict[str, Any]:
    return {"institution": MERCED, "role": "LEAD", **more}


async def links_of(engine: AsyncEngine, id: str) -> list[tuple[Any, ...]]:
    found = await scalar(
        engine,
        "select coalesce(json_agg(json_build_array(institution_id, role, since, id) order by role), '[]')"
        f" from project_institution where project_id = '{id.partition('_')[2]}'",
    )
    return [tuple(one) for one in found]


async def test_a_list_is_the_whole_list(engine: AsyncEngine, harness: MutationHarness) -> None:
    id = await made_project(harness)
    before = await links_of(engine, id)
    since = await update(
        harness, id, 1, institutions=[lead(since="2027-01-01"), {"institution": UNAM, "role": "PARTNER"}]
    )
    assert (since["userErrors"], since["changed"]) == ([], ["institutions"])
    assert since["project"]["version"] == 2, "a link is a change of its owner"
    assert since["project"]["institutions"][0]["since"] == "2027-01-01"
    after = await links_of(engine, id)
    assert [one[3] for one in after] == [one[3] for one in before], "the same links"
    same = await update(harness, id, 2, institutions=[{"institution": UNAM, "role": "PARTNER"}, lead()])
    assert (same["changed"], same["project"]["version"]) == ([], 2), "what is left out of a link stays"
    cleared = await update(
        harness, id, 2, institutions=[lead(since=None), {"institution": DAVIS, "role": "FUNDER"}]
    )
    assert cleared["changed"] == ["institutions"]
    assert [(one[1], one[2]) for one in await links_of(engine, id)] == [("FUNDER", None), ("LEAD", None)]


async def test_two_links_of_two_editors_conflict(engine: AsyncEngine, harness: MutationHarness) -> None:
    id = await made_project(harness)
    first = await update(harness, id, 1, institutions=[lead()])
    second = await update(
        harness, id, 1, institutions=[lead(), {"institution": DAVIS, "role": "PARTNER"}], sender="admin"
    )
    assert first["userErrors"] == []
    assert [one["code"] for one in second["userErrors"]] == ["CONFLICT"]
    assert [one["role"] for one in second["project"]["institutions"]] == ["LEAD"], "the current links"


async def test_links_and_fields_are_one_change(engine: AsyncEngine, harness: MutationHarness) -> None:
    id = await made_project(harness)
    refused = await update(harness, id, 1, titles={"en": " "}, institutions=[lead()])
    assert [one["code"] for one in refused["userErrors"]] == ["REQUIRED"]
    assert len(await links_of(engine, id)) == 2, "nothing is done"
    done = await update(harness, id, 1, titles={"en": "New"}, institutions=[lead()])
    assert (done["changed"], done["project"]["version"]) == (["titles", "institutions"], 2)


async def test_an_active_project_keeps_its_lead(engine: AsyncEngine, harness: MutationHarness) -> None:
    id = await made_project(harness)
    await run(engine, f"update project set status = 'ACTIVE' where id = '{id.partition('_')[2]}'")
    refused = await update(
        harness, id, 2, sender="admin", institutions=[{"institution": UNAM, "role": "PARTNER"}]
    )
    assert [(one["code"], one["path"]) for one in refused["userErrors"]] == [
        ("INCOMPLETE", ["input", "institutions"])
    ]
    assert refused["project"]["version"] == 2
    assert len(await links_of(engine, id)) == 2


async def test_who_leaves_a_project_may_not_come_back(engine: AsyncEngine, harness: MutationHarness) -> None:
    id = await made_project(harness)
    left = await update(harness, id, 1, institutions=[{"institution": UNAM, "role": "LEAD"}])
    assert left["userErrors"] == []
    assert left["project"] is None, "a draft of others"
    back = await update(harness, id, 2, institutions=[lead()])
    assert [one["code"] for one in back["userErrors"]] == ["NOT_FOUND"]


async def test_an_output_is_known_by_its_doi(harness: MutationHarness) -> None:
    id = await made_project(harness)
    own = {"doi": "10.5555/own", "title": "T", "kind": "BOOK", "publishedOn": "2027-01-01"}
    done = await update(harness, id, 1, outputs=[own])
    assert done["project"]["outputs"] == [{"doi": "10.5555/own", "title": "T"}]
    renamed = await update(harness, id, 2, outputs=[{**own, "title": "U"}])
    assert renamed["project"]["outputs"] == [{"doi": "10.5555/own", "title": "U"}]


async def test_people_are_named_by_their_profiles(engine: AsyncEngine, harness: MutationHarness) -> None:
    id = await made_project(harness)
    mentor, person = await scalar(
        engine,
        "select array[m.id::text, person_id::text] from mentor m join consent c using (person_id)"
        " where c.purpose = 'ATTRIBUTION' and c.withdrawn_at is null order by m.id limit 1",
    )
    done = await update(harness, id, 1, contributors=[{"person": f"mentor_{mentor}", "role": "PI"}])
    assert (done["userErrors"], done["changed"]) == ([], ["contributors"])
    found = f"select person_id::text from project_contributor where project_id = '{id.partition('_')[2]}'"
    assert await scalar(engine, found) == person
    for unknown in (f"mentor_{person}", f"project_{mentor}"):
        refused = await update(harness, id, 2, contributors=[{"person": unknown, "role": "PI"}])
        assert [(one["code"], one["path"]) for one in refused["userErrors"]] == [
            ("REFERS_TO_NOTHING", ["input", "contributors", "0", "person"])
        ]


async def test_who_can_not_be_named_can_not_be_removed(engine: AsyncEngine, harness: MutationHarness) -> None:
    """A person who doesn't consent to be named stays in the project when others edit it."""
    id = await made_project(harness)
    person = await scalar(
        engine,
        "select m.person_id from mentor m where m.institution_id <> all(array["
        f"'{MERCED.partition('_')[2]}'::uuid]) and not exists (select from consent c where"
        " c.person_id = m.person_id and c.purpose = 'ATTRIBUTION' and c.withdrawn_at is null)"
        " order by 1 limit 1",
    )
    await run(
        engine,
        "insert into project_contributor (project_id, person_id, role)"
        f" values ('{id.partition('_')[2]}', '{person}', 'PI')",
    )
    kept = await update(harness, id, 1, contributors=[])
    assert (kept["userErrors"], kept["changed"], kept["project"]["contributors"]) == (
        [],
        [],
        [{"role": "PI", "name": None}],
    )
    gone = await update(harness, id, 1, sender="admin", contributors=[])
    assert (gone["changed"], gone["project"]["contributors"]) == (["contributors"], [])


async def test_a_list_can_not_be_null_or_endless(engine: AsyncEngine, harness: MutationHarness) -> None:
    id = await made_project(harness)
    refused = await update(harness, id, 1, institutions=None, outputs=[])
    assert [(one["code"], one["path"]) for one in refused["userErrors"]] == [
        ("REQUIRED", ["input", "institutions"])
    ]
    endless = await update(harness, id, 1, institutions=[lead()] * 1_001)
    assert [(one["code"], one["path"]) for one in endless["userErrors"]] == [
        ("TOO_MANY", ["input", "institutions"])
    ]


LISTED = [one for one in OF_ROWS.values() if one.links]
WRITERS = ("admin", "uc-coordinator", "mx-coordinator", "participant")


@pytest.mark.parametrize("action", LISTED, ids=[one.mutation for one in LISTED])
async def test_a_list_that_is_null_is_as_one_left_out(
    engine: AsyncEngine, harness: MutationHarness, action: WriteAction
) -> None:
    """Nothing else is wrong with it, such as that it would remove what belongs to others."""
    table, reached = table_of(action), set()
    found = [tuple(one) for one in await rows(engine, f"select id, version from {table} order by id")]
    prefix = schema.catalog.types[action.type_name].prefix
    for sender, (id, version), links in product(WRITERS, found, action.links):
        path = ["input", links.name]
        if (sender, links.name) in reached:
            continue
        wanted = given(action, f"{prefix}_{id}", version, **{links.name: None})
        refused = (await harness.send(sender, action, wanted, dry=True))["userErrors"]
        if any(one["path"] == path for one in refused):
            reached.add((sender, links.name))
            assert [one["code"] for one in refused if one["path"] == path] == ["REQUIRED"], (sender, refused)
    assert {name for _, name in reached} == {one.name for one in action.links}


async def test_a_new_link_begins_with_what_the_schema_says(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    """A party is a signatory, if nothing else is said; one that is there stays what it is."""
    create, update = ACTIONS["createAgreement"], ACTIONS["updateAgreement"]
    given = {"type": "MOU", "titles": {"en": "Two parties"}}
    parties = [{"institution": MERCED}, {"institution": UNAM, "role": "WITNESS"}]
    made = await harness.send("admin", create, {**given, "parties": parties}, fields="parties { role }")
    assert made["userErrors"] == []
    assert [one["role"] for one in made["agreement"]["parties"]] == ["SIGNATORY", "WITNESS"]
    more = [{"institution": MERCED}, {"institution": UNAM}, {"institution": DAVIS}]
    wanted = {"id": made["agreement"]["id"], "expectedVersion": 1, "parties": more}
    done = await harness.send("admin", update, wanted, fields="parties { role }")
    assert [one["role"] for one in done["agreement"]["parties"]] == ["SIGNATORY", "SIGNATORY", "WITNESS"]
