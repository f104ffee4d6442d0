"""The walk and the random queries find leaks: each is planted, found, and gone with its cause."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import build_schema

import planner.statement.filters
import planner.statement.ordering
import schema
from planner.declaration.access import Mask, Policy, Rule
from planner.engine import Engine
from schema.roles import COORDINATOR, PUBLIC
from schema.rules import of_institution
from tests import summary
from tests.access import leaks
from tests.access.leaks import LEAKS, Leak
from tests.access.walk import every_id, questions, stretches
from tests.random_queries.comparison import RandomQuery
from tests.random_queries.generator import random_question
from tests.random_queries.random_source import Drawn
from tests.random_queries.run import BOUNDS, Harness, Stats, differs, seeded
from tests.random_queries.test_planted_bugs import narrowed
from tests.random_queries.viewers import viewers_of
from tests.reference import policy as oracle
from tests.reference.disclosure import Disclosures
from tests.reference.field_sources import snake
from tests.reference.open_fields import OPEN

SHALLOW = 3
MOST = 2_000
NARROW_FILTER = {
    "Query": ["participants", "mentors", "consents"],
    "ParticipantFilter": ["email", "not"],
    "MentorFilter": ["email", "not"],
    "ConsentFilter": ["noticeVersion", "grantedAt", "withdrawnAt", "not"],
}
NARROW_SOME = {
    "Query": ["institutions", "cohorts", "projects"],
    "InstitutionFilter": ["participants", "mentors", "projects"],
    "CohortFilter": ["participants", "mentorships"],
    "ProjectFilter": ["awards", "agreement"],
}


def fresh_harness(where: Harness, policy: Policy = schema.POLICY) -> Harness:
    """The harness without plans and without cached results of what viewers see or may read."""
    engine = Engine(schema.graphql_schema, schema.catalog, policy, BOUNDS)
    world = dataclasses.replace(where.comparison.world, _sights={})
    comparison = dataclasses.replace(
        where.comparison, engine=engine, world=world, disclosures=Disclosures(world)
    )
    return dataclasses.replace(where, comparison=comparison)


def replanned(where: Harness) -> Harness:
    """With nothing planned yet; what the reference has found out stays, since nothing is planted in it."""
    engine = Engine(schema.graphql_schema, schema.catalog, schema.POLICY, BOUNDS)
    return dataclasses.replace(where, comparison=dataclasses.replace(where.comparison, engine=engine))


def walked(where: Harness, leak: Leak) -> Iterator[RandomQuery]:
    world, viewer = where.comparison.world, viewers_of(leak.name)[0]
    if leak.field is None:
        for ids in every_id(world).values():
            document = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
            yield RandomQuery(document, {"ids": ids[:100]}, viewer)
    for stretch in stretches(world.schema, SHALLOW):
        if stretch.field == leak.field:
            yield from questions(world, viewer, stretch)


@pytest.mark.parametrize("leak_name", LEAKS)
def test_the_walk_finds(reference_harness: Harness, monkeypatch: pytest.MonkeyPatch, leak_name: str) -> None:
    queries = list(walked(reference_harness, LEAKS[leak_name]))
    assert queries
    LEAKS[leak_name].plant(monkeypatch)
    leaking = replanned(reference_harness)
    found = [question for question in queries if differs(leaking, question)]
    assert found, "the walk saw nothing"
    monkeypatch.undo()
    for question in found:
        reference_harness.check(question, Stats())  # without the leak, both answer the same question alike
    summary.tell(f"planted and found by the walk: {leak_name}")


def first_found(where: Harness, kept: dict[str, list[str]], words: str, first: int = 0) -> RandomQuery:
    """The first random question over these fields, with these words in it, that is answered differently."""
    world = dataclasses.replace(where.comparison.world, schema=narrowed(kept))
    for number in range(first, first + MOST):
        question = random_question(Drawn(more=seeded(f"leak {number}")), world, where.pools)
        if words in question.document and differs(where, question):
            return question
    raise AssertionError("no random query saw anything")


def test_random_queries_find_a_filter_on_the_unmasked_column(
    reference_harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaks.filter_on_the_unmasked_column(monkeypatch)
    found = first_found(replanned(reference_harness), NARROW_FILTER, "filter")
    monkeypatch.undo()
    reference_harness.check(found, Stats())
    summary.tell("planted and found by random queries: a filter on the unmasked column")


@pytest.mark.parametrize(
    ("part", "first"), [("_quantified", 0), pytest.param("_related", 2_800, marks=pytest.mark.proof)]
)
def test_random_queries_find_a_relation_filter_without_predicate(
    reference_harness: Harness, monkeypatch: pytest.MonkeyPatch, part: str, first: int
) -> None:
    """Begun shortly before what shows it: few questions look at a related row."""
    leaks.replacing(planner.statement.filters, part, 0, leaks.row_as_staff)(monkeypatch)
    found = first_found(replanned(reference_harness), NARROW_SOME, "filter", first)
    monkeypatch.undo()
    reference_harness.check(found, Stats())
    summary.tell(f"planted and found by random queries: {part} without a predicate")


@pytest.fixture
def stricter(reference_harness: Harness, monkeypatch: pytest.MonkeyPatch) -> Harness:
    """Names of participants are for their own institutions: a masked field that lists are ordered by.

    No field of the real policy is both.
    """
    stated = schema.POLICY.entity("Participant")
    masks = {**stated.masks, "name": Mask({COORDINATOR: of_institution()})}
    changed = dataclasses.replace(stated, open=stated.open - {"name"}, masks=masks)
    policy = dataclasses.replace(schema.POLICY, entities={**schema.POLICY.entities, "Participant": changed})
    own = ("ROLE", lambda sight, row: sight.coordinates(row["institution_id"]))
    monkeypatch.setitem(OPEN, "Participant", OPEN["Participant"] - {"name"})
    monkeypatch.setitem(oracle.MASKS, ("Participant", "name"), own)
    return fresh_harness(reference_harness, policy)


def ordered_by_name(where: Harness) -> Iterator[RandomQuery]:
    """As many viewers: pages by name, with cursors and what lies around them."""
    for name in ("uc-coordinator", "mentor-and-coordinator", "mentor", "participant-and-mentor"):
        for direction in ("ASC", "DESC"):
            order = f"orderBy: [{{field: NAME, direction: {direction}}}]"
            yield RandomQuery(
                f"{{ participants(first: 30, {order}) {{ edges {{ cursor node {{ id name }} }}"
                " pageInfo { endCursor } } }",
                viewer=viewers_of(name)[0],
            )


def test_an_order_and_a_cursor_by_the_unmasked_column_are_found(stricter: Harness) -> None:
    queries = list(ordered_by_name(stricter))
    for question in queries:
        stricter.check(question, Stats())
    with pytest.MonkeyPatch.context() as patch:
        leaks.order_and_cursor_by_the_unmasked_column(patch)
        leaking = fresh_harness(stricter, stricter.comparison.engine.policy)
        found = [question for question in queries if differs(leaking, question)]
    assert found
    summary.tell("planted and found by pages in order: order and cursor by the unmasked column")


def by_count(name: str, field: str) -> Iterator[RandomQuery]:
    """As two viewers: pages of a list in the order of a count, with cursors, and filtered by it."""
    for viewer in ("public", "uc-coordinator"):
        for direction in ("ASC", "DESC"):
            order = f"orderBy: [{{field: {snake(field).upper()}, direction: {direction}}}]"
            yield RandomQuery(
                f"{{ {name}(first: 100, {order}) {{ edges {{ cursor node {{ id {field} }} }} }} }}",
                viewer=viewers_of(viewer)[0],
            )
        for condition in ("lt: 5", "isNull: true"):
            yield RandomQuery(
                f"{{ {name}(filter: {{ {field}: {{ {condition} }} }}) {{ totalCount }} }}",
                viewer=viewers_of(viewer)[0],
            )


@pytest.mark.parametrize("module", [planner.statement.ordering, planner.statement.filters])
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("institutions", "participantCount"),
        ("institutions", "mobilityCount"),
        ("cohorts", "participantCount"),
    ],
)
def test_an_order_and_a_filter_by_a_count_that_is_hidden_are_found(
    reference_harness: Harness, module: Any, name: str, field: str
) -> None:
    """Small figures about people are null, and so they are where lists are ordered and filtered by them."""
    queries = list(by_count(name, field))
    for question in queries:
        reference_harness.check(question, Stats())
    with pytest.MonkeyPatch.context() as patch:
        leaks.replacing(module, "masked_expression", 0, leaks.row_as_staff)(patch)
        leaking = replanned(reference_harness)
        found = [question for question in queries if differs(leaking, question)]
    assert found
    summary.tell(f"planted and found: {name} by an exact {field} in {module.__name__}")


def test_facets_without_their_own_filter_and_the_predicate_are_found(
    reference_harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The walk gives no filters."""
    choice = "filter: { and: [{ status: { eq: ACTIVE } }] }"
    document = f"{{ projects({choice}) {{ facets(names: [STATUS]) {{ values {{ value count }} }} }} }}"
    question = RandomQuery(document, viewer=viewers_of("public")[0])
    reference_harness.check(question, Stats())
    leaks.facets_without_own_filter_and_predicate(monkeypatch)
    assert differs(replanned(reference_harness), question)
    summary.tell("planted and found: facets without their own filter and the predicate")


def test_a_tie_without_its_predicate_is_found(
    reference_harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who funds a project is for staff, for once: no tie of the real policy hides what its ends show."""
    rule = Rule(lambda row: row["role"] != "FUNDER", "not FUNDER")
    stated = dataclasses.replace(schema.POLICY.entity("ProjectInstitution"), rows={PUBLIC: rule})
    policy = dataclasses.replace(
        schema.POLICY, entities={**schema.POLICY.entities, "ProjectInstitution": stated}
    )
    monkeypatch.setitem(oracle.SEEN, "ProjectInstitution", lambda sight, row: row["role"] != "FUNDER")
    document = """{
        institutions(filter: { slug: { in: ["uc-mexus", "secihti", "uc-merced"] } }) {
            nodes { slug projects { totalCount nodes { id } } }
        }
        funded: institutions(filter: { projects: { some: {} } }) { totalCount }
    }"""
    question = RandomQuery(document, viewer=viewers_of("public")[0])
    where = fresh_harness(reference_harness, policy)
    where.check(question, Stats())
    with pytest.MonkeyPatch.context() as patch:
        leaks.links_without_predicate(patch)
        assert differs(fresh_harness(where, policy), question)
    summary.tell("planted and found: a tie between entities without a predicate")


def test_what_the_oracle_does_not_state_is_a_difference(
    reference_harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new field, or type, that only the policy opens: found before anyone writes a test for it."""
    monkeypatch.setitem(OPEN, "Project", OPEN["Project"] - {"summary"})
    monkeypatch.delitem(oracle.SEEN, "Venue")
    where = fresh_harness(reference_harness)
    public = viewers_of("public")[0]
    assert differs(where, RandomQuery("{ projects { nodes { id summary } } }", viewer=public))
    assert differs(where, RandomQuery("{ events { nodes { venue { id } } } }", viewer=public))
    staff = viewers_of("admin")[0]
    assert not differs(where, RandomQuery("{ projects { nodes { summary } } }", viewer=staff))


def test_the_narrowed_schemas_are_parts_of_the_schema() -> None:
    whole = build_schema(schema.sdl())
    for kept in (NARROW_FILTER, NARROW_SOME):
        for name, fields in kept.items():
            assert set(fields) <= set(whole.type_map[name].fields), name  # type: ignore[attr-defined]
