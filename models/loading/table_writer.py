"""Upserts many rows in one statement: inserts new ones, updates those that differ, skips the rest."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import JSON, Boolean, Table, bindparam, cast, column, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

Row = Mapping[str, Any]


@dataclass(frozen=True)
class WriteCounts:
    """The outcome for rows of a table."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "WriteCounts") -> "WriteCounts":
        return WriteCounts(
            self.inserted + other.inserted, self.updated + other.updated, self.unchanged + other.unchanged
        )


def writable(table: Table) -> list[str]:
    """The columns that a loader may set; the database maintains the others."""
    kept = {"version", "created_at", "updated_at"}
    return [c.name for c in table.c if c.computed is None and not c.info.get("kept") and c.name not in kept]


async def upsert(
    connection: AsyncConnection, table: Table, rows: Sequence[Row], insert_only: Sequence[str] = ()
) -> WriteCounts:
    """Write rows by id; all must have the same columns. Updates don't change `insert_only` columns.

    Unchanged rows are filtered out first: ON CONFLICT would run the change feed's triggers for them before
    PostgreSQL detects the conflict.
    """
    if not rows:
        return WriteCounts()
    columns = list(rows[0])
    source = func.json_populate_recordset(
        literal_column(f"null::{table.name}"), cast(bindparam("rows", json.dumps(plain(rows))), JSON)
    ).alias("source")
    changing = [c for c in columns if c != "id" and c not in insert_only]
    given = {c: column(c, table.c[c].type, _selectable=source) for c in columns}
    same = [table.c[c].is_not_distinct_from(given[c]) for c in changing]
    stored = select(table.c.id).where(table.c.id == given["id"], *same).correlate(source)
    unlike = select(*given.values()).select_from(source).where(~stored.exists())
    new = insert(table).from_select(columns, unlike)
    statement: ReturningInsert[bool] = new.on_conflict_do_update(
        index_elements=["id"],
        set_={c: new.excluded[c] for c in changing},
        where=or_(*(table.c[c].is_distinct_from(new.excluded[c]) for c in changing)),
    ).returning(literal_column("xmax = 0", Boolean))
    written = (await connection.execute(statement)).scalars().all()
    return WriteCounts(sum(written), len(written) - sum(written), len(rows) - len(written))


def plain(rows: Sequence[Row]) -> Any:
    return to_jsonable_python([dict(row) for row in rows])
