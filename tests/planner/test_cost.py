"""The cost of operations, calculated by hand."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import execute_sync, get_introspection_query, parse

from planner.cost.introspection_cost import FIELDS_EACH
from planner.engine import Engine
from planner.errors import CostLimit
from tests.engines import BOUNDS, default_engine
from tests.personas import PUBLIC, viewer_of

ID = "00000000-0000-0000-0000-000000000000"


def cost(document: str, variables: dict[str, Any] | None = None, engine: Engine | None = None) -> int:
    engine = engine or default_engine()
    operation = engine.operation(document, None)
    given = operation.coerce(variables or {})
    _, split = engine.plan(operation, given, viewer_of(PUBLIC), "EN")
    return split.cost.total.evaluate(given)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ __typename }", 0),
        ("{ viewer { kind } }", 1),
        ("{ viewer { person { name } grants { institution { name } } } }", 1 + 1 + 5 * 2),
        ('{ institution(slug: "x") { id name location { latitude } } }', 1),
        ('{ institution(slug: "x") { parent { parent { id } } } }', 3),
        ("{ projects { nodes { id } } }", 20),
        ("{ projects(first: 7) { nodes { program { name } } } }", 14),
        ("{ projects(last: 7) { edges { node { id } } } }", 7),
        ("{ projects(first: 7) { edges { cursor } } }", 7),
        ("{ projects(first: 7) { nodes { id } edges { node { id } } } }", 14),
        ("{ projects(first: 7) { pageInfo { hasNextPage } } }", 0),
        ("{ projects { totalCount } }", 10),
        ("{ projects(first: 0) { nodes { id } } }", 0),
        ("{ impact { key } }", 5),
        ("{ projects(first: 2) { nodes { institutions { institution { name } } } } }", 2 * (1 + 5 * 2)),
        (
            "{ programs(first: 3) { nodes { projects(first: 4) { totalCount nodes { id } } } } }",
            3 * (1 + 10 + 4),
        ),
        ("{ institutions { facets(limit: 2) { values { value } } } }", 3 * (10 + 2)),
        ("{ institutions { facets { name } } }", 0),
        ("{ institutions { facets(names: [KIND], limit: 2) { values { value } } } }", 10 + 2),
        ("{ institutions { facets(names: [SIDE, KIND, SIDE], limit: 2) { values { value } } } }", 2 * 12),
        ("{ institutions { facets(names: []) { values { value } } } }", 0),
        ("{ events(first: 7, orderBy: [{ field: PLACES_LEFT }]) { nodes { id } } }", 10 + 7),
        ("{ events(first: 7, filter: { placesLeft: { gt: 0, lt: 9 } }) { nodes { id } } }", 2 * 10 + 7),
        ("{ collaborations(first: 4) { institution { name } } }", 10 + 4 * 2),
        ('{ projects(search: "x", first: 1) { nodes { id } } }', 10 + 1),
        ('{ search(text: "x", types: [PROJECT, EVENT], first: 3) { nodes { __typename } } }', 2 * 10 + 3),
        (
            '{ search(text: "x", types: [PROJECT, EVENT], first: 3) { '
            "nodes { ... on Project { program { id } } } } }",
            2 * 10 + 3 * 2,
        ),
        (
            f'{{ nodes(ids: ["project_{ID}", "event_{ID}"]) {{ ... on Project {{ program {{ id }} }} }} }}',
            4,
        ),
        (f'{{ node(id: "event_{ID}") {{ ... on Project {{ program {{ id }} }} }} }}', 1),
        (
            "{ projects(first: 1, filter: { institutions: { some: { institution: { is: {} } } } }) "
            "{ nodes { id } } }",
            2 * 10 + 1,
        ),
    ],
)
def test_costs(document: str, expected: int) -> None:
    assert cost(document) == expected


def test_sizes_that_are_variables() -> None:
    document = """query ($n: Int, $m: Int, $ids: [ID!]!) {
        programs(first: $n) { nodes { projects(first: $m) { nodes { id } } } } nodes(ids: $ids) { id }
    }"""
    engine = default_engine()
    ids = [f"project_{ID}"] * 6
    for n, m in ((1, 1), (3, 4), (100, 100), (0, 5)):
        assert cost(document, {"n": n, "m": m, "ids": ids}, engine) == n * (1 + m) + 6
    assert cost(document, {"n": 3, "m": None, "ids": []}, engine) == 3 * (1 + 20)
    assert engine.cache_misses <= 4, "one plan for all numbers"


def test_a_fragment_costs_where_it_is_spread() -> None:
    document = """{ a: programs(first: 1) { ...P } b: programs(first: 2) { ...P } }
        fragment P on ProgramConnection { nodes { projects(first: 3) { nodes { id } } } }"""
    assert cost(document) == 4 + 8


def test_what_the_document_leaves_out_costs_nothing() -> None:
    document = "query ($yes: Boolean!) { projects { nodes { id } } impact @include(if: $yes) { key } }"
    engine = default_engine()
    assert [cost(document, {"yes": yes}, engine) for yes in (True, False)] == [25, 20]


def test_the_refusal_says_where_most_of_it_is() -> None:
    engine = default_engine(max_cost=50)
    with pytest.raises(CostLimit) as refused:
        cost(
            "{ few: programs(first: 9) { nodes { id } } many: projects(first: 42) { nodes { id } } }",
            None,
            engine,
        )
    (problem,) = refused.value.problems
    assert (problem.path, problem.details) == (["many"], {"limit": 50, "asked": 51})
    assert "`many`" in problem.message.read("EN")
    assert "`many`" in problem.message.read("ES")


def test_a_tool_may_introspect_at_the_default_but_not_again_and_again() -> None:
    everything = get_introspection_query(specified_by_url=True, directive_is_repeatable=True)
    assert 0 < cost(everything) < BOUNDS.limits.max_cost // 2
    types = "__schema { types { fields { args { type { name } } type { ofType { ofType { name } } } } } }"
    assert cost(f"{{ a: {types} }}") * 2 == pytest.approx(cost(f"{{ a: {types} b: {types} }}"), abs=2)
    repeated = " ".join(f"a{number}: {types}" for number in range(20))
    with pytest.raises(CostLimit):
        cost(f"{{ {repeated} }}")


@pytest.mark.parametrize(
    "introspection",
    [
        "__schema { types { fields { args { type { name } } type { ofType { ofType { name } } } } } }",
        "__schema { types { fields { type { ofType { fields { type { ofType { name } } } } } } } }",
        "__schema { types { enumValues { name } inputFields { name type { name } } } }",
        "__schema { types { possibleTypes { fields { name } } interfaces { fields { name } } } }",
        "__schema { queryType { fields { name args { name type { name ofType { name } } } } } }",
        "__schema { mutationType { fields { name args { name type { name ofType { name } } } } } }",
        "__schema { directives { name args { name type { name } } } }",
        '__type(name: "Project") { fields { name args { name } type { name ofType { name } } } }',
        '__type(name: "Query") { fields { name args { name } type { name ofType { name } } } }',
    ],
)
def test_introspection_costs_about_what_it_answers(introspection: str) -> None:
    engine = default_engine()
    document = f"{{ {introspection} }}"
    answer = execute_sync(engine.schema, parse(document))
    assert answer.errors is None
    assert (
        answered(answer.data) / 2 <= cost(document, None, engine) * FIELDS_EACH <= 2 * answered(answer.data)
    )


def answered(value: Any) -> int:
    """How many fields an answer has."""
    if isinstance(value, dict):
        return sum(1 + answered(below) for below in value.values())
    return sum(answered(entry) for entry in value) if isinstance(value, list) else 0


def test_numbers_that_no_client_can_read_are_cut() -> None:
    page = "projects(first: 100) { nodes { institutions { institution { "
    document = "{ institutions(first: 100) { nodes { " + page * 2 + "id" + " } " * 10 + "}"
    engine = default_engine(max_depth=80, max_page_size=10**6, default_page_size=10**6)
    with pytest.raises(CostLimit) as refused:
        cost(document.replace("100", "1000000"), None, engine)
    assert refused.value.problems[0].details["asked"] == 10**12
