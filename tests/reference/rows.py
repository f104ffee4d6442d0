"""Every row of every table, read once with `select *`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from models.database.client import engine_for

Row = Mapping[str, Any]

HARD_CASES = Path(__file__).with_name("hard_cases.sql")
CANARIES = Path(__file__).with_name("canaries.sql")
ACTS = Path(__file__).with_name("acts.sql")
TABLES = """
    select tablename from pg_tables where schemaname = 'public'
        and tablename not in ('alembic_version', 'feed', 'change_note', 'change',
            'audit_entry', 'audit_value', 'idempotency_key', 'notification_mail',
            'link_secret')
"""


@dataclass(repr=False)
class Rows:
    """Rows by table and id."""

    tables: Mapping[str, Mapping[UUID, Row]]
    _links: dict[tuple[str, str], dict[Any, list[Row]]] = field(default_factory=dict)

    def all(self, table: str) -> Sequence[Row]:
        return list(self.tables[table].values())

    def get(self, table: str, key: UUID | None) -> Row | None:
        return None if key is None else self.tables[table].get(key)

    def owned(self, table: str, column: str, key: UUID) -> Sequence[Row]:
        """The rows of a table whose column holds this id."""
        if (table, column) not in self._links:
            links: dict[Any, list[Row]] = defaultdict(list)
            for row in self.all(table):
                links[row[column]].append(row)
            self._links[table, column] = links
        return self._links[table, column].get(key, [])


async def add_hard_cases(url: str) -> None:
    """Add the rows of `hard_cases.sql` and the canaries, count impact again, and number what has changed."""
    engine = engine_for(url)
    async with engine.begin() as connection:
        raw = await connection.get_raw_connection()
        assert raw.driver_connection is not None
        await raw.driver_connection.execute(HARD_CASES.read_text(encoding="utf-8"))
        await raw.driver_connection.execute(CANARIES.read_text(encoding="utf-8"))
        await raw.driver_connection.execute(ACTS.read_text(encoding="utf-8"))
        await raw.driver_connection.execute("select puente_count_impact()")
    async with engine.begin() as connection:  # or the first subscriber would move the feed
        while (await connection.execute(text("select count(*) from change_note"))).scalar_one():
            await connection.execute(text("select puente_number_changes()"))
    await engine.dispose()


async def load_rows(url: str) -> Rows:
    engine = engine_for(url)
    tables: dict[str, Mapping[UUID, Row]] = {}
    async with engine.connect() as connection:
        for (table,) in (await connection.execute(text(TABLES))).all():
            found = await connection.execute(text(f'select * from "{table}" order by id'))
            rows = [dict(row) for row in found.mappings()]
            tables[table] = {row["id"]: row for row in rows}
        feed = (await connection.execute(text("select * from feed"))).mappings().one()
    tables["feed"] = {UUID(int=0): dict(feed)}
    await engine.dispose()
    return Rows(tables)
