"""What is over, cancelled or not available has no places left, of every type that says how many it has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from graphql import GraphQLObjectType

import schema
from models.database.client import Database
from models.event import EventStatus
from tests.access.graphql_requests import run
from tests.engines import default_engine
from tests.personas import viewer_of

FIELD = "placesLeft"
OPEN: Mapping[str, str] = {
    "Event": "update event set status = 'PUBLISHED', capacity = 30, starts_at = now() + interval '1 day',"
    " ends_at = now() + interval '2 days' where id = :id",
    "Mentor": "update mentor set available = true, capacity = 10000 where id = :id",
}
"""What makes a row of each type open."""
CLOSED: Mapping[str, Mapping[str, str]] = {
    "Event": {
        "cancelled": "update event set status = 'CANCELLED' where id = :id",
        "cancelled, without a bound": "update event set status = 'CANCELLED', capacity = null where id = :id",
        "over": "update event set starts_at = now() - interval '1 day', ends_at = now() where id = :id",
    },
    "Mentor": {
        "not available": "update mentor set available = false where id = :id",
        "full": "update mentor set capacity = 0 where id = :id",
    },
}
CASES = [(type_, why) for type_, ways in CLOSED.items() for why in ways]


def test_every_type_with_places_is_here() -> None:
    """So is every status of an event: one more is to be open or closed."""
    types = schema.graphql_schema.type_map.values()
    found = {type_.name for type_ in types if isinstance(type_, GraphQLObjectType) and FIELD in type_.fields}
    assert found == OPEN.keys() == CLOSED.keys()
    assert {*EventStatus} == {EventStatus.DRAFT, EventStatus.PUBLISHED, EventStatus.CANCELLED}


@pytest.mark.parametrize(("type_", "why"), CASES, ids=[f"{type_}: {why}" for type_, why in CASES])
async def test_closed_has_none_left(database_url: str, type_: str, why: str) -> None:
    (key,) = await run(database_url, f"select id from {type_.lower()} order by id limit 1")
    await run(database_url, OPEN[type_], id=key)
    assert await places(database_url, type_, key) > 0
    await run(database_url, CLOSED[type_][why], id=key)
    assert await places(database_url, type_, key) == 0


async def places(url: str, type_: str, key: Any) -> int:
    engine = default_engine()
    operation = engine.operation(
        f'{{ node(id: "{type_.lower()}_{key}") {{ ... on {type_} {{ {FIELD} }} }} }}', None
    )
    plan, _ = engine.plan(operation, {}, viewer_of("admin"), "EN")
    assert plan is not None
    database = await Database.open(url)
    row = await database.fetch(plan.sql, plan.parameters({}, viewer_of("admin")))
    await database.close()
    return int(json.loads(row[0])[FIELD])
