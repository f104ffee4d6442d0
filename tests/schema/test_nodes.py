"""`node` and `nodes` accept every global id, for everyone who sees the row."""

from __future__ import annotations

import json
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType

import schema
from models.database.client import Database
from tests.engines import default_engine
from tests.personas import ALL_VIEWERS, viewer_of

TYPES = [type_ for type_ in schema.graphql_schema.type_map.values() if isinstance(type_, GraphQLObjectType)]
NODE = schema.graphql_schema.type_map["Node"]
assert isinstance(NODE, GraphQLInterfaceType)
NODES = {type_.name for type_ in TYPES if NODE in type_.interfaces}


NOT_LOOKED_UP = {
    "AuditActor": "who did something, opaque: a person, a system, or a program, for `auditLog(actor:)`",
    "Change": "each viewer has their own changes, which `changes(after:)` returns",
}
"""The types with an `id: ID!` that `node` does not answer, and why."""


def claiming_an_id() -> set[str]:
    return {type_.name for type_ in TYPES if "id" in type_.fields and str(type_.fields["id"].type) == "ID!"}


def test_whatever_has_an_id_is_looked_up_by_it() -> None:
    assert claiming_an_id() - NOT_LOOKED_UP.keys() == NODES == {*schema.catalog.prefixes.values()}
    global_ids = {name for name in claiming_an_id() if says_it_is_global(name)}
    assert global_ids == NODES, "the description of an id says what is true"


def says_it_is_global(name: str) -> bool:
    type_ = schema.graphql_schema.type_map[name]
    assert isinstance(type_, GraphQLObjectType)
    return "lobally unique" in (type_.fields["id"].description or "")


async def test_every_type_is_looked_up_by_its_id(hard_url: str) -> None:
    """By each persona: alone, among others, and as the same row; the others are null in their places."""
    database = await Database.open(hard_url)
    ids = [await first_id(database, prefix, name) for prefix, name in schema.catalog.prefixes.items()]
    seen = {}
    for name in ALL_VIEWERS:
        many = (
            await data(database, "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", name, ids=ids)
        )["nodes"]
        alone = [
            (await data(database, "query ($id: ID!) { node(id: $id) { __typename id } }", name, id=id))[
                "node"
            ]
            for id in ids
        ]
        assert many == alone, name
        assert all(one is None or one["id"] == id for one, id in zip(many, ids, strict=True)), name
        seen[name] = [one["__typename"] for one in many if one]
    await database.close()
    assert {*seen["admin"]} == NODES
    assert len(seen["public"]) < len(NODES)


async def first_id(database: Database, prefix: str, type_name: str) -> str:
    table = schema.catalog.types[type_name].table
    row = await database.fetch(f"select id::text from {table.name} order by id limit 1")  # type: ignore[union-attr]
    return f"{prefix}_{row[0]}"


async def data(database: Database, document: str, persona: str, **variables: Any) -> dict[str, Any]:
    engine, viewer = default_engine(), viewer_of(persona)
    operation = engine.operation(document, None)
    coerced = operation.coerce(variables)
    plan, _ = engine.plan(operation, coerced, viewer, "EN")
    assert plan is not None
    row = await database.fetch(plan.sql, plan.parameters(coerced, viewer))
    return {key: json.loads(value) if value else None for key, value in zip(plan.keys, row, strict=True)}
