"""Columns of a new row whose values the database draws: random codes, the order of arrival, moments.

The model has values of its own until the row is there; then it takes those of the database, if they fit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from tests.mutations.model.world import World


@dataclass(frozen=True)
class Drawn:
    """A column; `fits`: whether a value may be that of a new row, given those of all others."""

    column: str
    fits: Callable[[Any, Collection[Any]], bool]


async def take(
    world: World, drawn: Sequence[Drawn], changed: tuple[str, UUID], connection: asyncpg.Connection
) -> str | None:
    """Give a row the drawn values that it has; tells of the first one that doesn't fit."""
    table, id = changed
    columns = [one.column for one in drawn]
    if not columns:
        return None
    found = await connection.fetchrow(f'select {", ".join(columns)} from "{table}" where id = $1', id)
    for one in drawn:
        others = [row[one.column] for row in world.all(table) if row["id"] != id]
        if not one.fits(found[one.column], others):
            return f"{table} {id}: {one.column} can't be {found[one.column]}"
    world.amend(table, id, dict(found))
    return None


def changed_rows(world: World, before: World) -> dict[str, list[UUID]]:
    """The rows that were there before and are others now, by table."""
    found = {}
    for table, rows in world.tables.items():
        earlier = before.tables[table]
        if rows is not earlier:
            found[table] = [id for id in rows.keys() & earlier.keys() if rows[id] is not earlier[id]]
    return found


async def take_versions(world: World, before: World, connection: asyncpg.Connection) -> str | None:
    """Of an act that changes a row more than once, how often; tells of the first that did not count."""
    for table, others in changed_rows(world, before).items():
        query = f'select id, version from "{table}" where id = any($1)'
        versions = dict(await connection.fetch(query, others))
        for id in others:
            version = before.tables[table][id]["version"]
            if versions.get(id, 0) <= version:
                return f"{table} {id}: version {version} is now {versions.get(id)}"
            world.amend(table, id, {"version": versions[id]})
    return None
