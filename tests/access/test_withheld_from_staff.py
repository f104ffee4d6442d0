"""What the policy keeps from the alliance's staff too: notes of mentorships, and where rules name them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import schema
from planner.declaration.access import Mask, Policy, Rule, no_row
from schema.abilities import Extent, abilities_of
from schema.access_docs import access_tables
from schema.grants import Principal, make_principal
from schema.roles import ADMIN, MENTOR, PUBLIC
from tests.access.test_planted_leaks import fresh_harness
from tests.personas import granted, viewer_of
from tests.random_queries.comparison import load
from tests.random_queries.run import Harness

NOTES = """{
    mentors(
        first: 100, filter: { or: [{ archivedAt: { isNull: true } }, { archivedAt: { isNull: false } }] }
    ) { nodes { mentorships(first: 50) { nodes {
        sessions goals notes notesShared hiddenFields { field reason }
        sessionLog { nodes { minutes summary sharedNote hiddenFields { field reason } } }
    } } } }
}"""
STAYS = """query ($id: ID!) {
    mobilities(first: 3) { totalCount nodes { id } }
    node(id: $id) { id }
    explainAccess(id: $id, field: "startsOn") { outcome rules { role rule holds } }
}"""
KEPT = {"Mentorship": ["notes", "notesShared"], "MentorshipSession": ["sharedNote", "summary"]}


def answer_to(where: Harness, viewer: Principal, query: str, **variables: Any) -> Any:
    engine, database = where.comparison.engine, where.comparison.database
    plan, _ = engine.plan(engine.operation(query, None), variables, viewer, "EN")
    assert plan is not None
    row = where.loop.run(database.fetch(plan.sql, plan.parameters(variables, viewer)))
    return {key: load(value) for key, value in zip(plan.keys, row, strict=False)}


def mentorships(data: Any) -> list[Any]:
    return [one for mentor in data["mentors"]["nodes"] for one in mentor["mentorships"]["nodes"]]


def test_staff_reads_no_notes_of_mentorships(reference_harness: Harness) -> None:
    """How often the two met is seen, and what for; what they noted is not."""
    found = mentorships(answer_to(reference_harness, viewer_of("admin"), NOTES))
    sessions = [session for one in found for session in one["sessionLog"]["nodes"]]
    assert any(one["goals"] for one in found)
    assert sessions
    for of_type, rows in (("Mentorship", found), ("MentorshipSession", sessions)):
        hidden = [{"field": name, "reason": "ROLE"} for name in KEPT[of_type]]
        for row in rows:
            assert sorted(row["hiddenFields"], key=lambda one: one["field"]) == hidden
            assert [row[name] for name in KEPT[of_type]] == [None, None]


def test_somebody_of_the_staff_who_is_a_mentor_reads_their_own(reference_harness: Harness) -> None:
    both = make_principal("PERSON", (*granted("admin"), *granted("mentor")), epoch=None, key="both")
    own, found = (
        [one["notes"] for one in mentorships(answer_to(reference_harness, viewer, NOTES))]
        for viewer in (viewer_of("mentor"), both)
    )
    assert any(own)
    assert sorted(filter(None, found)) == sorted(filter(None, own))


def test_a_portal_is_told_which_fields_staff_never_sees() -> None:
    hidden = {one.type: one.hidden for one in abilities_of(frozenset({PUBLIC, ADMIN}), frozenset())}
    assert {name: fields for name, fields in hidden.items() if fields} == KEPT
    also_mentor = abilities_of(frozenset({PUBLIC, ADMIN, MENTOR}), frozenset({MENTOR}))
    assert not any(one.hidden for one in also_mentor)


def bounded(name: str, **changes: Any) -> Policy:
    """The policy with other rules of a type."""
    entities = {**schema.POLICY.entities, name: replace(schema.POLICY.entities[name], **changes)}
    return replace(schema.POLICY, entities=entities)


@pytest.mark.parametrize("rule", [no_row, Rule(lambda row: row["status"] == "ONGOING", "under way")])
def test_a_rule_for_rows_that_names_staff_bounds_it_on_every_path(
    reference_harness: Harness, rule: Rule
) -> None:
    mobility = schema.POLICY.entities["Mobility"]
    here = fresh_harness(reference_harness, bounded("Mobility", rows={**mobility.rows, ADMIN.value: rule}))
    admin, rows = viewer_of("admin"), reference_harness.comparison.world.rows.all("mobility")
    seen = [row for row in rows if rule is not no_row and row["status"] == "ONGOING"]
    assert 0 < sum(row["status"] == "ONGOING" for row in rows) < len(rows)
    for row in rows[:10]:
        id = f"mobility_{row['id']}"
        found = answer_to(here, admin, STAYS, id=id)
        assert found["mobilities"]["totalCount"] == len(seen)
        assert found["node"] == ({"id": id} if row in seen else None)
        assert found["explainAccess"]["outcome"] == ("VISIBLE" if row in seen else "HIDDEN")
        tried = found["explainAccess"]["rules"]
        assert [(one["role"], one["holds"]) for one in tried if one["rule"] == rule.words] == [
            ("ADMIN", row in seen)
        ]


def test_what_staff_may_not_see_it_may_not_filter_or_order_by(reference_harness: Harness) -> None:
    """A mask that names staff is in every use of the field."""
    stated = schema.POLICY.entities["Mobility"]
    masks = {**stated.masks, "startsOn": Mask({ADMIN.value: no_row})}
    here = fresh_harness(reference_harness, bounded("Mobility", open=stated.open - {"startsOn"}, masks=masks))
    query = """{
        mobilities(filter: { startsOn: { isNull: false } }) { totalCount }
        all: mobilities(first: 5, orderBy: [{ field: STARTS_ON }]) { nodes { id startsOn } }
    }"""
    found = answer_to(here, viewer_of("admin"), query)
    assert found["mobilities"]["totalCount"] == 0
    keys = sorted(f"mobility_{row['id']}" for row in reference_harness.comparison.world.rows.all("mobility"))
    assert [(one["id"], one["startsOn"]) for one in found["all"]["nodes"]] == [(id, None) for id in keys[:5]]


def test_the_page_says_so() -> None:
    assert (
        "`sharedNote`: **SELF** that they mentor in, or that they are mentored in; **MENTOR**"
        in access_tables()
    )
    assert access_tables().count("For others, ADMIN too, null") == 3
    extents = {one.type: one.read for one in abilities_of(frozenset({PUBLIC, ADMIN}), frozenset())}
    assert set(extents.values()) == {Extent.ALL}
