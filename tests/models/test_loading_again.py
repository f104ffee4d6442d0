"""A second run of a seed or an import changes nothing, so it delivers no change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import Table, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models import PLAIN_TABLES
from models.base import metadata
from models.loading.csv_entities import ENTITIES
from models.loading.csv_import import import_csv
from models.loading.ror import import_ror
from models.loading.seed import seed
from models.loading.table_writer import upsert, writable
from tests.models.test_csv import FILES
from tests.models.test_ror import RECORDS

Load = Callable[[AsyncEngine, Path], Awaitable[object]]
NOTED = "select type, own, fields, tables from change_note"


def csv_of(entity: str) -> Load:
    async def load(engine: AsyncEngine, folder: Path) -> object:
        path = folder / f"{entity}.csv"
        path.write_text(FILES[entity], "utf-8")
        return await import_csv(engine, ENTITIES[entity], path)

    return load


LOADERS: dict[str, Load] = {
    "seed": lambda engine, _: seed(engine),
    "seed without the demo": lambda engine, _: seed(engine, demo=False),
    "ror": lambda engine, _: import_ror(engine, RECORDS),
    **{f"csv of {entity}": csv_of(entity) for entity in ENTITIES},
}


async def noted(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return [str(row) for row in await connection.execute(text(NOTED))]


async def number(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("select puente_number_changes(1000000)"))


@pytest.mark.parametrize("name", LOADERS)
async def test_a_second_run_makes_no_change(engine: AsyncEngine, tmp_path: Path, name: str) -> None:
    for _ in range(2):
        await LOADERS[name](engine, tmp_path)
        await number(engine)
    await LOADERS[name](engine, tmp_path)
    assert await noted(engine) == []


async def test_rows_of_any_table_written_as_they_are_make_no_change(engine: AsyncEngine) -> None:
    await number(engine)
    wrong = {table.name: found for table in loaded_tables() if (found := await rewritten(engine, table))}
    assert not wrong


async def test_the_rows_that_differ_are_written_and_delivered(engine: AsyncEngine) -> None:
    await number(engine)
    table = metadata.tables["project_contributor"]
    async with engine.begin() as connection:
        rows = await stored(connection, table)
        changed = [{**rows[0], "since": "2020-02-02"}, *rows[1:]]
        counts = await upsert(connection, table, changed)
    assert (counts.inserted, counts.updated, counts.unchanged) == (0, 1, len(rows) - 1)
    assert any("contributors" in one for one in await noted(engine))


def loaded_tables() -> list[Table]:
    return [table for table in metadata.sorted_tables if table not in PLAIN_TABLES and "id" in table.c]


async def stored(connection: AsyncConnection, table: Table) -> list[dict[str, object]]:
    columns = [table.c[name] for name in writable(table)]
    return [dict(row) for row in (await connection.execute(select(*columns))).mappings()]


async def rewritten(engine: AsyncEngine, table: Table) -> list[str]:
    """What is noted when all rows of a table are written again."""
    async with engine.begin() as connection:
        await upsert(connection, table, await stored(connection, table))
    found = await noted(engine)
    await number(engine)
    return found
