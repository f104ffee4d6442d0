"""Changes and live queries give what a query gives: the same nodes, of the same rows, to the same viewers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest
from graphql import GraphQLObjectType

from planner.changes.change_visibility import ChangeVisibility
from planner.sql import exists
from tests import summary
from tests.access.leaks import as_staff
from tests.access.test_planted_leaks import fresh_harness
from tests.access.walk import REQUESTED_IDS, Fragments, every_id, objects_of, stretches
from tests.personas import CAST, viewer_of
from tests.random_queries.aims import ELSEWHERE
from tests.random_queries.comparison import RandomQuery, difference
from tests.random_queries.run import Harness
from tests.random_queries.viewers import viewers_of
from tests.reference.field_sources import NODES, TABLE
from tests.reference.ids import global_id
from tests.reference.rows import Row, Rows

PAGE = 100
DEPTH = 1
OFTEN = ("public", "uc-coordinator", "participant", "admin", "two-systems")
VIEWERS = [name if name in OFTEN else pytest.param(name, marks=pytest.mark.proof) for name in CAST]
"""What is one step ahead of each node is long: in `make test` as some, of each kind one."""


@pytest.fixture(scope="module")
def numbered(reference_harness: Harness) -> Harness:
    """All rows that there are have been told of in the feed."""
    return reference_harness


def changes(
    where: Harness, name: str, selection: str, fragments: str = "", **given: Any
) -> Iterator[Mapping[str, Any]]:
    """All changes that somebody is told of, page by page from the first."""
    document = (
        "query ($after: String, $institution: ID) {"
        f" changes(first: {PAGE}, after: $after, institution: $institution)"
        f" {{ nodes {{ {selection} }} pageInfo {{ endCursor hasNextPage }} }} }}\n{fragments}"
    )
    viewer, after = viewers_of(name)[0], None
    while True:
        answer = where.loop.run(
            where.comparison.planned(RandomQuery(document, {"after": after, **given}, viewer))
        )
        assert answer.code is None, answer.message
        page = answer.data["changes"]
        yield from page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return


def seen(where: Harness, name: str) -> set[str]:
    """The ids of all entities that somebody sees, by the oracle."""
    sight, world = where.comparison.world.sight_of(viewers_of(name)[0]), where.comparison.world
    return {
        global_id(type_, row["id"])
        for type_ in NODES
        for row in world.rows.all(TABLE[type_])
        if sight.sees(type_, row)
    }


@pytest.mark.parametrize("name", CAST)
def test_what_is_told_is_what_one_sees(numbered: Harness, name: str) -> None:
    """Every row was made while the feed was there: whoever sees it is told of it, and nobody else."""
    received = list(changes(numbered, name, "kind type entityId version node { id }"))
    there = [one for one in received if one["kind"] != "REMOVED"]
    assert {one["entityId"] for one in there} == seen(numbered, name)
    assert all(one["node"] == {"id": one["entityId"]} for one in there)
    gone = [one for one in received if one["kind"] == "REMOVED"]
    assert seen(numbered, name).isdisjoint(one["entityId"] for one in gone)
    assert all(one["node"] is None for one in gone)


@pytest.mark.parametrize("name", VIEWERS)
def test_a_node_under_a_change_is_what_node_gives(numbered: Harness, name: str) -> None:
    """With all its fields, and what is one step ahead; and that is what the oracle says."""
    schema = numbered.comparison.world.schema
    fragments = Fragments(schema)
    node = schema.type_map["Node"]
    ahead = " ".join(f"...{fragments.fragment_of(type_, DEPTH)}" for type_ in objects_of(schema, node))
    texts = "\n".join(fragments.texts.values())
    found = changes(numbered, name, f"entityId node {{ {ahead} }}", texts)
    nodes_of_changes = {one["entityId"]: one["node"] for one in found if one["node"] is not None}
    ids = sorted(nodes_of_changes)
    for start in range(0, len(ids), PAGE):
        page = ids[start : start + PAGE]
        document = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ {ahead} }} }}\n{texts}"
        question = RandomQuery(document, {"ids": page}, viewers_of(name)[0])
        answer = numbered.loop.run(numbered.comparison.compare(question))
        assert difference(answer.data["nodes"], [nodes_of_changes[one] for one in page], "nodes") is None
    summary.tell(f"{len(ids)} nodes under changes are what node(id:) gives, as {name}")


def _linked(table: str, column: str) -> Callable[[Rows, Row], set[UUID]]:
    return lambda rows, row: {link["institution_id"] for link in rows.owned(table, column, row["id"])}


def _own(*columns: str) -> Callable[[Rows, Row], set[UUID]]:
    return lambda rows, row: {row[column] for column in columns}


def _behind(table: str, column: str) -> Callable[[Rows, Row], set[UUID]]:
    return lambda rows, row: {rows.tables[table][row[column]]["institution_id"]}


def _organizers(rows: Rows, event: UUID) -> set[UUID]:
    return {link["institution_id"] for link in rows.owned("event_organizer", "event_id", event)}


CONCERNED: Mapping[str, Callable[[Rows, Row], set[UUID]]] = {
    "Institution": _own("id"),
    "Project": _linked("project_institution", "project_id"),
    "Award": _own("funder_id"),
    "Agreement": _linked("agreement_party", "agreement_id"),
    "Event": _linked("event_organizer", "event_id"),
    "Venue": _own("institution_id"),
    "Mentor": _own("institution_id"),
    "Participant": _own("institution_id"),
    "Person": _own("institution_id"),
    **dict.fromkeys(("Participation", "MentorPreference"), _behind("participant", "participant_id")),
    "Mentorship": _behind("mentor", "mentor_id"),
    "MentorshipSession": _behind("mentor", "mentor_id"),
    "Mobility": _own("sending_institution_id", "receiving_institution_id"),
    "Consent": _behind("person", "person_id"),
    "Call": _own("institution_id"),
    "Champion": _own("institution_id", "counterpart_id"),
    "Registration": lambda rows, row: _organizers(rows, row["event_id"]),
    "Attendance": lambda rows, row: _organizers(
        rows, rows.tables["registration"][row["registration_id"]]["event_id"]
    ),
}
"""The institutions that a row concerns, written down again."""


def concerning(where: Harness, name: str, institution: UUID) -> set[str]:
    """What somebody sees that concerns an institution, by the oracle."""
    rows, visible = where.comparison.world.rows, seen(where, name)
    return {
        found
        for type_, institutions_of in CONCERNED.items()
        for row in rows.all(TABLE[type_])
        if institution in institutions_of(rows, row) and (found := global_id(type_, row["id"])) in visible
    }


def changed_entities(where: Harness, name: str, institution: UUID) -> set[str]:
    given = {"institution": global_id("Institution", institution)}
    received = changes(where, name, "kind entityId", **given)
    return {one["entityId"] for one in received if one["kind"] != "REMOVED"}


@pytest.mark.parametrize("name", CAST)
def test_the_filter_by_institution_is_within_what_one_sees(numbered: Harness, name: str) -> None:
    for row in numbered.comparison.world.rows.all("institution"):
        if row["slug"] in ("uc-merced", "universidad-panamericana", "unam"):
            assert changed_entities(numbered, name, row["id"]) == concerning(numbered, name, row["id"])


def test_a_filter_that_the_policy_does_not_bound_is_found(
    numbered: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unbounded(self: ChangeVisibility, name: str) -> Any:
        row = as_staff(self.context).row(name)
        wanted = [row["id"] == self.change.c.entity_id]
        if self.institution is not None:
            wanted.append(self._concerns_institution(row, self.institution))
        return exists(row.from_clauses, row.from_clause, wanted)

    monkeypatch.setattr(ChangeVisibility, "visible_now", unbounded)
    where = fresh_harness(numbered)
    (merced,) = [
        r["id"] for r in numbered.comparison.world.rows.all("institution") if r["slug"] == "uc-merced"
    ]
    assert changed_entities(where, "public", merced) > concerning(where, "public", merced)
    summary.tell("planted and found: a filter of changes that the policy does not bound")


def test_a_live_query_reads_as_the_query_does(reference_harness: Harness) -> None:
    """The same fields, arguments and statements: what is proven of the one holds for the other.

    Of `nodes` those are left out whose changes nobody is told of; labels never change.
    """
    schema, engine = reference_harness.comparison.world.schema, reference_harness.comparison.engine
    query, subscription = schema.query_type, schema.subscription_type
    assert query is not None
    assert subscription is not None
    assert signatures(subscription, {"changes"}) == signatures(query, {*ELSEWHERE, "enumLabels"})
    for stretch in (one for one in stretches(schema, 1) if one.field != "enumLabels"):
        document = stretch.text if stretch.text.startswith("query ") else f"query {stretch.text}"
        types = [stretch.root] if stretch.root in NODES else NODES
        ids = {type_: every_id(reference_harness.comparison.world)[type_][0] for type_ in types}
        one = next(iter(ids.values()))
        requested = REQUESTED_IDS.match(document)
        given: dict[str, Any] = (
            {f"{requested[1]}_{requested[2]}": [one] if requested[1] == "ids" else one} if requested else {}
        )
        for name in ("public", "uc-coordinator", "participant-and-mentor", "admin"):
            statements = []
            for kind in ("query", "subscription"):
                operation = engine.operation(document.replace("query", kind, 1), None)
                plan, _ = engine.plan(operation, operation.coerce(given), viewer_of(name), "EN")
                assert plan is not None
                statements.append(plan.sql)
            assert without_unfollowed(statements[0]) == statements[1], stretch.field


def without_unfollowed(statement: str) -> str:
    """The statement of `nodes` without its last branches, those of types that are not followed."""
    first = re.search(r" WHEN \(anon_1\.prefix = '(calendar|grant|identity|metric|webhook)", statement)
    if first is None:
        return statement
    start, depth = first.start(), 0
    for word in re.finditer(r"\b(CASE|ELSE NULL END|END)\b", statement[start:]):
        depth += 1 if word[0] == "CASE" else -1
        if depth < 0:
            return statement[:start] + statement[start + word.start() - 1 :]
    raise AssertionError("a CASE has no END")


def signatures(type_: GraphQLObjectType, left_out: set[str]) -> Mapping[str, tuple[str, Mapping[str, str]]]:
    return {
        name: (str(field.type), {argument: str(a.type) for argument, a in field.args.items()})
        for name, field in type_.fields.items()
        if name not in left_out
    }
