"""`explainAccess` agrees with the reference, and explains hidden rows like rows that don't exist."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from graphql import get_named_type

import schema
from tests import summary
from tests.personas import CAST, CLIENTS
from tests.random_queries.comparison import RandomQuery
from tests.random_queries.run import Harness
from tests.random_queries.viewers import viewers_of
from tests.reference.executor import reference_schema
from tests.reference.field_sources import IDENTIFIED, PREFIX, TABLE
from tests.reference.policy import Sight
from tests.reference.viewers import HeldGrant, Viewer

QUERY = """
    query ($id: ID!, $field: String, $as: ExplanationViewerInput) {
        explainAccess(id: $id, field: $field, as: $as) { outcome reason rules { about role rule holds } }
    }"""
ROUNDS = 25
GONE = "00000000-0000-0000-0000-000000000000"


def explained(where: Harness, viewer: Viewer, **given: Any) -> Any:
    answer = where.loop.run(where.comparison._planned(RandomQuery(QUERY, given, viewer)))
    return answer.data["explainAccess"] if answer.code is None else answer


def text_of(where: Harness, viewer: Viewer, id: str, field: str | None) -> tuple[str | None, ...]:
    return where.loop.run(where.comparison.text(RandomQuery(QUERY, {"id": id, "field": field}, viewer)))


def expected(sight: Sight, type_: str, row: Any, field: str | None) -> tuple[str, str | None]:
    """The outcome, and the reason of a mask."""
    if not sight.sees(type_, row):
        return "HIDDEN", None
    reason = sight.hidden(type_, row).get(field) if field else None
    return ("MASKED", reason) if reason else ("VISIBLE", None)


def pick(where: Harness, draw: random.Random) -> tuple[str, Any, str | None]:
    """A type, a row of it, and a field, masked ones more often, or none."""
    type_ = draw.choice(IDENTIFIED)
    rows = where.comparison.world.rows.all(TABLE[type_])
    members = schema.catalog.types[type_].members
    masked = sorted(schema.POLICY.entity(type_).masks)
    field = draw.choice([None, draw.choice(sorted(members)), draw.choice(masked or sorted(members))])
    return type_, draw.choice(rows), field


@pytest.mark.parametrize("name", [*CAST, *CLIENTS])
def test_the_outcome_is_the_references(reference_harness: Harness, name: str) -> None:
    met: Counter[str] = Counter()
    for viewer in viewers_of(name):
        draw = random.Random(f"{name} {viewer.language}")
        sight = reference_harness.comparison.world.sight_of(viewer)
        for _ in range(ROUNDS):
            type_, row, field = pick(reference_harness, draw)
            id = f"{PREFIX[type_]}_{row['id']}"
            found = explained(reference_harness, viewer, id=id, field=field)
            outcome, reason = expected(sight, type_, row, field)
            assert (found["outcome"], found["reason"]) == (outcome, reason), (name, id, field)
            check_rules(found, field)
            if outcome == "HIDDEN":
                missing = f"{PREFIX[type_]}_{GONE}"
                assert text_of(reference_harness, viewer, id, field) == text_of(
                    reference_harness, viewer, missing, field
                )
            met[outcome] += 1
    summary.tell(f"explained to {name}: {', '.join(f'{n} {kind}' for kind, n in sorted(met.items()))}")


def check_rules(found: Any, field: str | None) -> None:
    """What is shown has a rule that holds; where there is none, nothing is shown but what is open."""
    of_row = [one["holds"] for one in found["rules"] if one["about"] == "ROW"]
    of_field = [one["holds"] for one in found["rules"] if one["about"] == "FIELD"]
    known = rule_roles()
    assert {one["role"] for one in found["rules"]} <= known
    assert any(of_row) == (found["outcome"] != "HIDDEN")
    if found["outcome"] == "MASKED":
        assert not any(of_field)
    if found["outcome"] == "VISIBLE" and of_field:
        assert any(of_field)
    if found["outcome"] == "HIDDEN":
        assert not any(of_field)


def rule_roles() -> set[str]:
    """The values of the field's enum: strict clients refuse others."""
    rule: Any = schema.graphql_schema.type_map["RuleResult"]
    return set(get_named_type(rule.fields["role"].type).values)


def test_somebody_is_themselves_in_what_staff_asks(reference_harness: Harness) -> None:
    """A mentor sees the drafts that they contribute to, by SELF and not by their role."""
    admin, world = viewers_of("admin")[0], reference_harness.comparison.world
    core, met = reference_schema(schema.sdl()), Counter[str]()
    profiles = {row["person_id"]: row for row in world.rows.all("mentor")}
    for link in world.rows.all("project_contributor"):
        project = world.rows.get("project", link["project_id"])
        if project is None or project["status"] != "DRAFT" or link["person_id"] not in profiles:
            continue
        profile = profiles[link["person_id"]]
        sight = Sight(
            core, world.rows, Viewer("somebody", "EN", (HeldGrant("MENTOR", person=link["person_id"]),))
        )
        given = {"role": "MENTOR", "profile": f"mentor_{profile['id']}"}
        found = explained(reference_harness, admin, id=f"project_{project['id']}", **{"as": given})
        assert found["outcome"] == expected(sight, "Project", project, None)[0]
        check_rules(found, None)
        met[found["outcome"]] += 1
    assert met["VISIBLE"]


def test_the_words_are_those_of_the_page(reference_harness: Harness) -> None:
    from schema.access_docs import access_tables

    page = access_tables()
    for name in (*CAST, *CLIENTS):
        draw = random.Random(name)
        for _ in range(10):
            type_, row, field = pick(reference_harness, draw)
            for one in explained(
                reference_harness, viewers_of(name)[0], id=f"{PREFIX[type_]}_{row['id']}", field=field
            )["rules"]:
                assert one["rule"] in page, one


def random_grant(draw: random.Random, where: Harness) -> tuple[dict[str, Any], HeldGrant]:
    """A grant, as staff describes it and as the reference knows it."""
    rows = where.comparison.world.rows
    role = draw.choice(["COORDINATOR", "INTEGRATION", "MENTOR", "PARTICIPANT"])
    if role in ("MENTOR", "PARTICIPANT"):
        profile = draw.choice(rows.all(role.lower()))
        return {"role": role, "profile": f"{role.lower()}_{profile['id']}"}, HeldGrant(
            role, person=profile["person_id"]
        )
    institution = draw.choice(rows.all("institution"))["id"]
    given = {"role": role, "institution": f"institution_{institution}"}
    if role == "COORDINATOR":
        return given, HeldGrant(role, institution)
    scopes = draw.sample(["PARTICIPANTS_READ", "CONTACTS_READ", "PROJECTS_READ", "CONSENTS_READ"], 2)
    return {**given, "scopes": scopes}, HeldGrant(role, institution, scopes=frozenset(scopes))


def test_staff_asks_it_of_anybody(reference_harness: Harness) -> None:
    admin, draw = viewers_of("admin")[0], random.Random("staff")
    world, met = reference_harness.comparison.world, Counter[str]()
    core = reference_schema(schema.sdl())
    for _ in range(120):
        given, held = random_grant(draw, reference_harness)
        sight = Sight(core, world.rows, Viewer("somebody", "EN", (held,)))
        type_, row, field = pick(reference_harness, draw)
        found = explained(
            reference_harness, admin, id=f"{PREFIX[type_]}_{row['id']}", field=field, **{"as": given}
        )
        assert (found["outcome"], found["reason"]) == expected(sight, type_, row, field), (
            given,
            type_,
            row,
            field,
        )
        met[found["outcome"]] += 1
    missing = explained(reference_harness, admin, id=f"project_{GONE}", **{"as": {"role": "PUBLIC"}})
    assert missing["outcome"] == "MISSING"
    assert explained(reference_harness, admin, id=f"project_{GONE}")["outcome"] == "MISSING"
    summary.tell(
        f"explained to staff of others: {', '.join(f'{n} {kind}' for kind, n in sorted(met.items()))}"
    )
    assert len(met) == 3


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("uc-coordinator", {"as": {"role": "PUBLIC"}}),
        ("admin", {"as": {"role": "MENTOR"}}),
        ("admin", {"as": {"role": "COORDINATOR", "profile": f"mentor_{GONE}"}}),
        ("public", {"field": "nothing"}),
    ],
)
def test_invalid_questions_are_refused(reference_harness: Harness, name: str, given: dict[str, Any]) -> None:
    answer = explained(reference_harness, viewers_of(name)[0], id=f"project_{GONE}", **given)
    assert answer.code == "BAD_USER_INPUT"
