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
