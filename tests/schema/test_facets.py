"""A facet's value is a filter: the rows that it lets through are those that the facet has counted.

A chosen value restricts all but its own facet, so that others of its values can be chosen by their counts.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type

import schema
from models.database.client import Database
from planner.declaration.bindings import ToConnection
from planner.engine import Engine
from tests.engines import default_engine
from tests.personas import viewer_of

VIEWERS = ("admin", "public", "uc-coordinator")
COUNTS = "{ name values { value count } }"
ROOTS = {
    name: target
    for name, member in schema.catalog.types["Query"].members.items()
    if isinstance(member.binding, ToConnection)
    and schema.catalog.types[target := member.target.removesuffix("Connection")].facets
}
UNLIMITED = dict.fromkeys(
    (
        "max_cost",
        "max_aliases",
        "max_root_fields",
        "max_subqueries",
        "max_fields",
        "max_conditions",
        "max_tokens",
    ),
    10_000_000,
)


@pytest.fixture(scope="module")
async def database(seeded_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(seeded_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
def engine() -> Engine:
    return default_engine(**UNLIMITED)


async def data(
    engine: Engine, database: Database, document: str, viewer: str, variables: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    operation = engine.operation(document, None)
    given = operation.coerce(variables or {})
    plan, _ = engine.plan(operation, given, viewer_of(viewer), "EN")
    assert plan is not None
    row = await database.fetch(plan.sql, plan.parameters(given, viewer_of(viewer)))
    return dict(zip(plan.keys, map(json.loads, row), strict=True))


def written(type_: str, facet: str, value: str) -> str:
    """The value in the filter of the facet's name: an enum's bare, any other in quotes."""
    inputs = schema.graphql_schema.type_map[f"{type_}Filter"]
    assert isinstance(inputs, GraphQLInputObjectType)
    condition = get_named_type(inputs.fields[facet].type)
    assert isinstance(condition, GraphQLInputObjectType)
    bare = isinstance(get_named_type(condition.fields["eq"].type), GraphQLEnumType)
    return value if bare else json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize(("root", "type_"), ROOTS.items(), ids=ROOTS)
async def test_a_value_filters_what_it_counts(
    engine: Engine, database: Database, root: str, type_: str, viewer: str
) -> None:
    whole = await data(engine, database, f"{{ {root} {{ facets(limit: 8) {COUNTS} }} }}", viewer)
    counted = {
        (facet["name"], value["value"]): value["count"]
        for facet in whole[root]["facets"]
        for value in facet["values"]
    }
    aliases = [
        f"{form}{index}: {root}(filter: {{ {name}: {{ {operator} }} }}) {{ totalCount }}"
        for index, (name, value) in enumerate(counted)
        for form, operator in (
            ("eq", f"eq: {written(type_, name, value)}"),
            ("in", f"in: [{written(type_, name, value)}]"),
        )
    ]
    if not aliases:
        assert viewer == "public"
        return
    found = await data(engine, database, f"{{ {' '.join(aliases)} }}", viewer)
    assert [found[f"eq{i}"]["totalCount"] for i in range(len(counted))] == list(counted.values())
    assert [found[f"in{i}"]["totalCount"] for i in range(len(counted))] == list(counted.values())


@pytest.mark.parametrize("viewer", VIEWERS[1:])
@pytest.mark.parametrize(("root", "type_"), ROOTS.items(), ids=ROOTS)
async def test_a_chosen_value_restricts_all_but_its_facet(
    engine: Engine, database: Database, root: str, type_: str, viewer: str
) -> None:
    """An `or` with a single part demands the same of the rows, but restricts the facet, too."""
    counts = f"facets(limit: 100) {COUNTS}"
    whole = (await data(engine, database, f"{{ {root} {{ {counts} }} }}", viewer))[root]["facets"]
    chosen = {facet["name"]: facet["values"][-1] for facet in whole if facet["values"]}
    aliases = [
        f"{way}_{name}: {root}(filter: {{ {before} {name}: {{ in: [{written(type_, name, value['value'])}] }}"
        f" {after} }}) {{ totalCount {counts} }}"
        for name, value in chosen.items()
        for way, before, after in (("top", "", ""), ("all", "and: [{}, {", "}]"), ("any", "or: [{", "}]"))
    ]
    if not aliases:
        assert viewer == "public"
        return
    found = await data(engine, database, f"{{ {' '.join(aliases)} }}", viewer)
    for name, value in chosen.items():
        top, restricted = found[f"top_{name}"], found[f"any_{name}"]
        assert found[f"all_{name}"] == top
        assert top["totalCount"] == restricted["totalCount"] == value["count"]
        for facet, one, other in zip(whole, top["facets"], restricted["facets"], strict=True):
            assert one == (facet if facet["name"] == name else other)
            assert facet["name"] != name or value in other["values"]


async def test_facets_are_chosen_by_name(engine: Engine, database: Database) -> None:
    """By a variable, too, whose values shape the statement; each once, in the type's order."""
    document = "query ($names: [MentorshipFacet!]) { mentorships { facets(names: $names) { name } } }"
    for names, expected in (
        (["YEAR", "REQUESTED_BY", "YEAR"], ["requestedBy", "year"]),
        (["STATUS"], ["status"]),
        ([], []),
        (None, ["status", "requestedBy", "year"]),
    ):
        answer = await data(engine, database, document, "admin", {"names": names})
        assert [facet["name"] for facet in answer["mentorships"]["facets"]] == expected


MISSING = "institution_00000000-0000-0000-0000-000000000000"
NO_YEARS = [{"value": year, "label": year, "count": 0} for year in ("1900", "1901")]


@pytest.mark.parametrize(
    ("condition", "limit", "facet", "expected"),
    [
        ({"and": [{"year": {"eq": "1901"}}, {"year": {"in": ["1900", "1900"]}}]}, 2, "year", NO_YEARS),
        ({"year": {"eq": "1900"}}, 1, "year", NO_YEARS[:1]),
        ({"year": {"in": ["1900"]}}, 0, "year", []),
        ({"or": [{"year": {"eq": "1900"}}], "not": {"year": {"eq": "1901"}}}, 9, "year", []),
        (
            {"status": {"in": ["DRAFT"]}, "year": {"eq": "1900"}},
            1,
            "status",
            [{"value": "DRAFT", "label": "DRAFT", "count": 0}],
        ),
        ({"status": {"ne": "DRAFT"}, "year": {"eq": "1900"}}, 9, "status", []),
        (
            {"institution": {"in": [MISSING, "institution_x", "x", MISSING.replace("institution", "event")]}},
            1,
            "institution",
            [{"value": MISSING, "label": None, "count": 0}],
        ),
    ],
)
async def test_chosen_values_come_first_even_without_rows(
    engine: Engine, database: Database, condition: Any, limit: int, facet: str, expected: list[Any]
) -> None:
    document = """query ($filter: ProjectFilter, $limit: Int) { projects(filter: $filter) {
        facets(names: [STATUS, YEAR, INSTITUTION], limit: $limit) { name values { value label count } }
    } }"""
    answer = await data(engine, database, document, "admin", {"filter": condition, "limit": limit})
    facets = {one["name"]: one["values"] for one in answer["projects"]["facets"]}
    assert facets[facet] == expected


def test_every_facet_has_a_filter_of_its_name() -> None:
    """Also of types without a root field."""
    for type_ in schema.catalog.types.values():
        for facet in type_.facets:
            assert written(type_.name, facet, "x")
