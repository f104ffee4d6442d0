"""An id that is made of the time tells all who see it when its row was made; so do lists' order, and cursors.

So either everyone who sees a row may see when it was made, or the ids of its table are random.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import asyncpg
import pytest
from graphql import GraphQLObjectType, get_named_type
from sqlalchemy import Column, Table

import models
import schema
from models.base import new_id, snake_case
from planner.declaration.access import Policy
from planner.declaration.bindings import Value
from planner.limits import UNBOUNDED
from planner.statement.context import PlanningContext

MOMENTS = {"DateTime", "Date"}
TIME_ORDERED = "puente_uuid7()"


def moments(name: str) -> set[str]:
    """The fields of a type that are moments or days."""
    type_ = schema.graphql_schema.type_map[name]
    assert isinstance(type_, GraphQLObjectType)
    return {field for field, one in type_.fields.items() if get_named_type(one.type).name in MOMENTS}


def default_of(column: Column[object]) -> str:
    return str(column.server_default.arg) if column.server_default else ""  # type: ignore[attr-defined]


def shows_creation(name: str, field: str) -> bool:
    """Whether a field is the moment when the row was made, under whatever name."""
    if field not in schema.catalog.types[name].members:
        return False
    binding = schema.catalog.types[name].members[field].binding
    context = PlanningContext(
        schema.graphql_schema, schema.catalog, schema.POLICY, UNBOUNDED, frozenset({"ADMIN"}), "EN", {}, {}
    )
    if not isinstance(binding, Value):
        return False
    return getattr(binding.expression(context.row(name), {}), "name", "") == "created_at"


def revealing(policy: Policy) -> Iterator[str]:
    """The types that tell by an id, or by `createdAt`, what is hidden from some who see the row."""
    for type_ in schema.catalog.types.values():
        if type_.prefix is None or type_.table is None:
            continue
        entity = policy.entity(type_.name)
        visible = "createdAt" in entity.open or any(
            shows_creation(type_.name, field) for field in entity.open
        )
        assert isinstance(type_.table, Table)
        made = {
            field
            for field in moments(type_.name) & entity.masks.keys()
            if snake_case(field) in type_.table.c and default_of(type_.table.c[snake_case(field)]) == "now()"
        }
        if made and visible:
            yield f"{type_.name}.createdAt"
        if (made or not visible) and default_of(type_.table.c.id) == TIME_ORDERED:
            yield f"{type_.name}.id"


def test_no_id_tells_a_hidden_moment() -> None:
    assert not list(revealing(schema.POLICY))


@pytest.mark.parametrize("name", sorted(schema.catalog.prefixes.values()))
def test_one_that_would_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """For each type with an id: its moments hidden, its ids as usual."""
    entity = schema.POLICY.entity(name)
    moments_of = {field for field in entity.open if shows_creation(name, field)}
    hiding = replace(entity, open=entity.open - moments_of)
    policy = replace(schema.POLICY, entities={**schema.POLICY.entities, name: hiding})
    table = schema.catalog.types[name].table
    assert isinstance(table, Table)
    usual = models.metadata.tables["venue"].c.id.server_default
    monkeypatch.setattr(table.c.id, "server_default", usual)
    assert list(revealing(policy)) == [f"{name}.id"]


def test_a_moment_that_created_at_would_tell_is_found() -> None:
    entity = schema.POLICY.entity("Consent")
    policy = replace(
        schema.POLICY,
        entities={**schema.POLICY.entities, "Consent": replace(entity, open=entity.open | {"createdAt"})},
    )
    assert list(revealing(policy)) == ["Consent.createdAt"]


GIVEN = """
    insert into consent (person_id, purpose, notice_version)
    select person.id, 'ATTRIBUTION', '1' from person order by id limit 20 returning id
"""


async def test_new_rows_have_random_ids(seeded_url: str) -> None:
    """By plain SQL, as the API and the commands do, by an import, and by the model."""
    connection = await asyncpg.connect(seeded_url)
    transaction = connection.transaction()
    await transaction.start()
    ids = [row["id"] for row in await connection.fetch(GIVEN)]
    await transaction.rollback()
    await connection.close()
    consent = models.metadata.tables["consent"]
    ids += [new_id(consent), models.Consent.model_construct().id]
    assert {UUID(str(id)).version for id in ids} == {4}
    assert new_id(models.metadata.tables["venue"]).version == 7
