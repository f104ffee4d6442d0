"""What a test did to a kept database is undone to the last row; one that was altered otherwise is dropped."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.database.client import engine_for
from tests.conftest import correcting
from tests.kept_databases import TABLES, KeptDatabase, KeptDatabases
from tests.models.statements import run
from tests.mutations.harness import ACTIONS, given, mutating

SEQUENCES = "select sequencename, last_value from pg_sequences where schemaname = 'public' order by 1"
ALTERATIONS = (
    "alter table project add column odd int",
    "create table odd (id int)",
    "alter table project disable trigger user",
    "create or replace function puente_incarnation() returns text language sql as $$ select 'odd' $$",
    "comment on table alembic_version is 'odd'",
)
ROWS = (
    "update project set title_en = title_en || '!', title_es = null where title_en is not null",
    "delete from consent",
    "truncate mentorship cascade",
    "insert into venue (slug, name_en, country, time_zone) values ('odd', 'Odd', 'MX', 'UTC')",
    "update person set given_name = given_name",
)


async def everything(connection: AsyncConnection) -> dict[str, list[object]]:
    """Each row of each table, and where each sequence is."""
    found: dict[str, list[object]] = {}
    for name, _ in (await connection.execute(text(TABLES))).all():
        rows = await connection.scalars(text(f"select one::text from {name} one order by 1"))
        found[name] = list(rows)
    found["sequences"] = [tuple(row) for row in await connection.execute(text(SEQUENCES))]
    return found


async def look(database: KeptDatabase) -> dict[str, list[object]]:
    async with database.connection.begin():
        return await everything(database.connection)


async def test_all_rows_are_restored(kept_databases: KeptDatabases, template: str) -> None:
    async with kept_databases.like(template) as database:
        before, url = await look(database), database.url
    engine = engine_for(correcting(url))
    for statements in (ROWS, ROWS[3:], (), ROWS):
        async with kept_databases.like(template) as database:
            assert (database.url, await look(database)) == (url, before)
            await run(engine, *statements)
            harness = await database.once(mutating)
            action, program = ACTIONS["updateProgram"], before["program"][0]
            id = str(program).strip("(").partition(",")[0]
            sent = await harness.send("admin", action, given(action, f"program_{id}", 1, names={"en": "Odd"}))
            assert sent["changed"] == ["names"]
            assert await look(database) != before
    await engine.dispose()


async def test_sessions_of_a_test_end_with_it(kept_databases: KeptDatabases, template: str) -> None:
    async with kept_databases.like(template) as database:
        engine = engine_for(database.url)
        left = await engine.connect()
        await left.execute(text("update project set title_en = 'Never committed'"))
        harness = await database.once(mutating)
    with pytest.raises(Exception, match=r"clos|terminat"):
        await left.execute(text("select 1"))
    await left.invalidate()
    await engine.dispose()
    async with kept_databases.like(template) as database:
        assert await database.once(mutating) is harness


@pytest.mark.parametrize("alteration", ALTERATIONS)
async def test_one_that_was_altered_is_dropped(
    kept_databases: KeptDatabases, template: str, alteration: str
) -> None:
    async with kept_databases.like(template) as database:
        url, engine = database.url, engine_for(database.url)
        await run(engine, alteration)
        await engine.dispose()
    async with kept_databases.like(template) as database:
        assert database.url != url


async def test_it_is_for_one_test_at_a_time(kept_databases: KeptDatabases, template: str) -> None:
    async with kept_databases.like(template):
        with pytest.raises(AssertionError, match="one test at a time"):
            async with kept_databases.like(template):
                pass
