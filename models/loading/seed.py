"""Seeding: the reference data and, if wanted, the demo cohort, in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Table, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

import models
from models.database.server_facts import mark_database, read_mark
from models.impact_refresh import refresh_impact
from models.loading import reference
from models.loading.demo import demo_rows, rows_of
from models.loading.demo.notifications import notifications
from models.loading.demo.people import SOURCE
from models.loading.status_steps import CORRECT
from models.loading.table_writer import Row, WriteCounts, upsert

Progress = Callable[[str, int, int], None]
"""Called before each table is written, with its name, the number of tables done, and of all tables."""

SEED_LOCK = 7_368_659  # the key of a PostgreSQL advisory lock: only one process seeds at a time
MADE = "2026-02-01T00:00:00Z"
"""`created_at` and `updated_at` of seeded rows: the date of the data."""


@dataclass(frozen=True)
class SeedSummary:
    """The outcome of seeding for each table."""

    tables: dict[str, WriteCounts] = field(default_factory=dict)

    @property
    def total(self) -> WriteCounts:
        return sum(self.tables.values(), WriteCounts())


def silent(name: str, done: int, total: int) -> None:
    """Report no progress."""


async def seed(
    engine: AsyncEngine, progress: Progress = silent, *, demo: bool = True, mark: str | None = None
) -> SeedSummary:
    """Write the reference data and the synthetic demo cohort; a second run changes nothing.

    `mark` is stored in the same transaction (`mark_database`); if the database has it already, nothing is
    written.
    """
    batches = reference.batches("reference", is_synthetic=False)
    if demo:
        batches += demo_rows()
        batches += reference.batches("demo", is_synthetic=True, source=SOURCE)
        batches.append(rows_of(notifications()))
    async with engine.begin() as connection:
        await connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": SEED_LOCK})
        if mark is not None:
            if await read_mark(connection) == mark:  # another server was first
                return SeedSummary()
            await mark_database(connection, mark)
        await connection.execute(text("set constraints all deferred"))
        await connection.execute(CORRECT, {"reason": "the data that Puente comes with"})
        institutions = [row for table, rows in batches if table.name == "institution" for row in rows]
        ids = await known_institutions(connection, institutions)
        counts: dict[str, WriteCounts] = {}
        for done, (table, rows) in enumerate(batches):
            progress(table.name, done, len(batches))
            written = await write(connection, table, reference.with_ids(rows, ids))
            counts[table.name] = counts.get(table.name, WriteCounts()) + written
        await refresh_impact(connection)
    progress("", len(batches), len(batches))
    return SeedSummary(counts)


async def is_bare(engine: AsyncEngine) -> bool:
    """Whether a migrated database has no institutions, which seeding and imports write first."""
    table = models.metadata.tables["institution"]
    async with engine.connect() as connection:
        return (await connection.execute(select(table.c.id).limit(1))).first() is None


async def write(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> WriteCounts:
    dated = [{**row, "created_at": MADE, "updated_at": MADE} for row in rows]
    return await upsert(connection, table, dated, insert_only=("created_at", "updated_at"))


async def known_institutions(connection: AsyncConnection, rows: Sequence[Row]) -> dict[UUID, UUID]:
    """Id that seeding would give → id of the stored institution, for those that an import has written."""
    table = models.metadata.tables["institution"]
    found = (await connection.execute(select(table.c.id, table.c.ror_id, table.c.slug))).all()
    by_key: dict[str, UUID] = {key: row.id for row in found for key in (row.slug, row.ror_id) if key}
    known = ((row["id"], by_key.get(row["ror_id"] or "") or by_key.get(row["slug"])) for row in rows)
    return {wanted: present for wanted, present in known if present and present != wanted}
