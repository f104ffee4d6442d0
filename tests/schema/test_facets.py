"""A facet's value is a filter: the rows that it lets through are those that the facet has counted."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type

import schema
from models.database.client import Database
from planner.declaration.bindings import ToConnection
from tests.engines import default_engine
from tests.personas import viewer_of

VIEWERS = ("admin", "public", "uc-coordinator")
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


async def data(database: Database, document: str, viewer: str) -> dict[str, Any]:
    engine = default_engine(**UNLIMITED)
    plan, _ = engine.plan(engine.operation(document, None), {}, viewer_of(viewer), "EN")
    assert plan is not None
    row = await database.fetch(plan.sql, plan.parameters({}, viewer_of(viewer)))
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
async def test_a_value_filters_what_it_counts(database: Database, root: str, type_: str, viewer: str) -> None:
    whole = await data(
        database, f"{{ {root} {{ facets(limit: 8) {{ name values {{ value count }} }} }} }}", viewer
    )
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
    found = await data(database, f"{{ {' '.join(aliases)} }}", viewer)
    assert [found[f"eq{i}"]["totalCount"] for i in range(len(counted))] == list(counted.values())
    assert [found[f"in{i}"]["totalCount"] for i in range(len(counted))] == list(counted.values())


def test_every_facet_has_a_filter_of_its_name() -> None:
    """Also of types without a root field."""
    for type_ in schema.catalog.types.values():
        for facet in type_.facets:
            assert written(type_.name, facet, "x")
