"""The rows of the audit log, read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text

from models.database.client import engine_for
from tests.reference.rows import Row

VALUES = "select entry, column_name, before #>> '{}' as before, after #>> '{}' as after from audit_value"


@dataclass(frozen=True)
class AuditLog:
    """Its rows, and the values of each."""

    entries: list[Row]
    values: Mapping[int, list[Row]]


async def load_log(url: str) -> AuditLog:
    engine = engine_for(url)
    async with engine.connect() as connection:
        entries = (
            await connection.execute(text("select * from audit_entry order by number desc"))
        ).mappings()
        rows: list[Row] = [dict(row) for row in entries]
        values: dict[int, list[Row]] = defaultdict(list)
        for row in (await connection.execute(text(VALUES))).mappings():
            values[row["entry"]].append(dict(row))
    await engine.dispose()
    return AuditLog(rows, values)
