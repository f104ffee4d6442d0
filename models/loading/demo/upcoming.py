"""Upcoming events, calls and open tasks of the demo, made again after their day has passed.

Its days follow from the day on which it is made, so it is not among what is seeded, which is the same on
every machine and every day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Column, Table, delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

import models
from models import Entity
from models.loading import reference
from models.loading.demo import row_of, table_of
from models.loading.demo.upcoming_calls import upcoming_calls
from models.loading.demo.upcoming_events import upcoming_events
from models.loading.demo.upcoming_tasks import upcoming_tasks
from models.loading.seed import known_institutions
from models.loading.status_steps import CORRECT
from models.loading.table_writer import upsert

LOCK = 7_368_660  # one makes it at a time: the key of a PostgreSQL advisory lock
VERSIONS = text("""
    select entity_id, max(version) as last
    from (select entity_id, version from change union all select entity_id, version from change_note) noted
    where entity_id = any(:ids) group by entity_id
""")
"""The last version of a former entity: one that is made again continues from it."""
LAST_DAY = {
    "call": "deadline",
    "cohort": "starts_on",
    "event": "ends_at",
    "mentorship": "respond_by",
    "mobility": "ends_on",
    "project": "starts_on",
}
"""Table → the day after which a row of it is made again, however it has changed. Other rows stay."""


def upcoming(today: date) -> list[list[Entity]]:
    """Each row, most with a day, followed by what belongs to it."""
    return [*upcoming_events(today), *upcoming_tasks(today), *upcoming_calls(today)]


async def keep_upcoming(engine: AsyncEngine, today: date) -> int:
    """Create the rows that are missing or over; returns how many with a day were created."""
    async with engine.begin() as connection:
        await connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        missing = [group for group in upcoming(today) if not await _is_to_come(connection, group[0])]
        if missing:
            await connection.execute(CORRECT, {"reason": "The demo is made again."})
            await _make(connection, missing)
    return len(missing)


async def _is_to_come(connection: AsyncConnection, entity: Entity) -> bool:
    table = table_of(entity)
    found = select(table.c.id).where(table.c.id == entity.id)
    if (last := LAST_DAY.get(table.name)) is not None:
        found = found.where(table.c[last] > text("now()"))
    return (await connection.execute(found)).first() is not None


async def _make(connection: AsyncConnection, groups: Sequence[Sequence[Entity]]) -> None:
    seeded = {table.name: rows for table, rows in reference.batches("reference", is_synthetic=False)}
    ids = await known_institutions(connection, seeded["institution"])
    for group in groups:
        await _forget_parts(connection, table_of(group[0]), [group[0].id])
        versions = await _last_versions(connection, [entity.id for entity in group])
        for entity in group:
            row = {**row_of(entity), "version": versions.get(entity.id, 0) + 1}
            await upsert(connection, table_of(entity), reference.with_ids([row], ids))


async def _last_versions(connection: AsyncConnection, ids: Sequence[UUID]) -> Mapping[UUID, int]:
    found = await connection.execute(VERSIONS, {"ids": list(ids)})
    return {row.entity_id: row.last for row in found}


async def _forget_parts(connection: AsyncConnection, table: Table, ids: Sequence[UUID]) -> None:
    """Delete what refers to these rows, and what refers to that."""
    for column in _references(table):
        found = select(column.table.c.id).where(column.in_(ids))
        parts = (await connection.execute(found)).scalars().all()
        if parts:
            await _forget_parts(connection, column.table, parts)
            await connection.execute(delete(column.table).where(column.table.c.id.in_(parts)))


def _references(table: Table) -> Iterator[Column[UUID]]:
    """Columns of what can't be without a row of the table: what merely may name one stays."""
    for other in models.metadata.tables.values():
        for key in other.foreign_keys:
            is_part = not key.parent.nullable or other.name == "notification"
            if key.column.table is table and is_part:
                yield key.parent
