"""The migrations make exactly the tables that the models describe, and know what they do not know."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, Table, inspect, text
from sqlalchemy.dialects import postgresql

import models
from models import migrations
from models.database.client import engine_for
from models.migrations import MigrationLocked, UnknownRevision, current_revision, head_revision, upgrade
from tests.models.statements import rows, run, scalar

TABLES = sorted(models.metadata.tables)


async def test_an_empty_database_is_brought_to_the_newest_revision(empty_url: str) -> None:
    assert await current_revision(empty_url) is None
    await upgrade(empty_url)
    assert await current_revision(empty_url) == head_revision()
    await upgrade(empty_url)
    assert await current_revision(empty_url) == head_revision()


async def test_two_upgrades_at_once_are_one_after_the_other(empty_url: str) -> None:
    await asyncio.gather(upgrade(empty_url), upgrade(empty_url))
    assert await current_revision(empty_url) == head_revision()


async def test_a_newer_database_is_recognized(migrated_url: str) -> None:
    engine = engine_for(migrated_url)
    await run(engine, "update alembic_version set version_num = '9999'")
    await engine.dispose()
    with pytest.raises(UnknownRevision, match="9999"):
        await current_revision(migrated_url)
    with pytest.raises(UnknownRevision):
        await upgrade(migrated_url)


async def test_the_tables_are_those_of_the_models(migrated_url: str) -> None:
    engine = engine_for(migrated_url)
    async with engine.connect() as connection:
        differences = await connection.run_sync(compared)
        checks = await connection.run_sync(check_names)
    await engine.dispose()
    assert differences == []
    assert checks == {
        (table.name, str(check.name))
        for table in models.metadata.tables.values()
        for check in checks_of(table)
    }


async def test_generated_columns_are_made_of_what_the_models_say(migrated_url: str) -> None:
    """Alembic doesn't compare their expressions, so a changed one would need no migration."""
    engine = engine_for(migrated_url)
    await run(engine, "create schema made", *map(made_again, models.metadata.tables.values()))
    stored = """
        select table_name, column_name, generation_expression from information_schema.columns
        where table_schema = '{}' and is_generated = 'ALWAYS' order by 1, 2
    """
    declared = await rows(engine, stored.format("made"))
    assert await rows(engine, stored.format("public")) == declared
    assert len(declared) > 30
    await engine.dispose()


def made_again(table: Table) -> str:
    """A table of the same columns, as PostgreSQL writes its expressions."""
    columns = ", ".join(
        f'"{column.name}" {column.type.compile(postgresql.dialect())}'  # type: ignore[no-untyped-call]
        + (f" generated always as ({column.computed.sqltext}) stored" if column.computed is not None else "")
        for column in table.c
    )
    return f'create table made."{table.name}" ({columns})'


def compared(connection: Connection) -> object:
    options = {"compare_type": True, "compare_server_default": True}
    return compare_metadata(MigrationContext.configure(connection, opts=options), models.metadata)


def check_names(connection: Connection) -> set[tuple[str, str]]:
    looked_at = inspect(connection)
    return {(name, str(check["name"])) for name in TABLES for check in looked_at.get_check_constraints(name)}


def checks_of(table: Table) -> list[CheckConstraint]:
    found = [*table.constraints, *(check for column in table.c for check in column.constraints)]
    return [check for check in found if isinstance(check, CheckConstraint)]


def test_file_names_say_the_revisions() -> None:
    script = ScriptDirectory(str(migrations.HERE))
    assert [revision.revision for revision in script.walk_revisions()][::-1] == migrations.revisions()


async def test_every_table_has_its_touch_trigger(seeded_url: str) -> None:
    engine = engine_for(seeded_url)
    sql = """
        select event_object_table from information_schema.triggers
        where action_statement like '%puente_touch%'
    """
    entities = sorted({*TABLES} - {table.name for table in models.PLAIN_TABLES})
    assert sorted(name for (name,) in await rows(engine, sql)) == entities
    await engine.dispose()


async def test_every_foreign_key_is_indexed(seeded_url: str) -> None:
    engine = engine_for(seeded_url)
    unindexed = """
        select conrelid::regclass::text, conname from pg_constraint c
        where contype = 'f' and not exists (
            select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])
    """
    assert await rows(engine, unindexed) == []
    await engine.dispose()


async def test_no_extension_is_needed(seeded_url: str) -> None:
    engine = engine_for(seeded_url)
    assert await scalar(engine, "select array_agg(extname) from pg_extension") == ["plpgsql"]
    await engine.dispose()


async def test_plain_sql_gets_an_id_of_version_7_and_new_versions(database_url: str) -> None:
    engine = engine_for(database_url)
    insert = """
        insert into venue (slug, name_es, country, time_zone) values ('x', 'Equis', 'MX', 'America/Tijuana')
        returning id, version
    """
    [(identity, version)] = await rows(engine, insert)
    assert (identity.version, version) == (7, 1)
    assert models.uuid7().version == 7
    update = """
        update venue set city = 'Tijuana', version = 77 where slug = 'x'
        returning version, updated_at > created_at
    """
    assert await rows(engine, update) == [(2, True)]
    await engine.dispose()


@pytest.mark.parametrize("typed", ["munoz", "(o’muñoz) 1,000 -agua"])
async def test_the_functions_do_not_depend_on_the_search_path(seeded_url: str, typed: str) -> None:
    """Neither where a text is read at once, nor where it is step by step."""
    engine = engine_for(seeded_url)
    async with engine.begin() as connection:
        await connection.execute(text("set local search_path = pg_catalog"))
        found = await connection.scalar(
            text("select public.puente_vector('O’Muñoz, Muñoz: 1000') @@ public.puente_query(:typed)"),
            {"typed": typed},
        )
    assert found is True
    await engine.dispose()


OTHER = "comment on function puente_image(text, uuid) is 'other'"


async def test_a_lock_that_somebody_holds_is_given_up_and_says_whose_it_is(database_url: str) -> None:
    """Nothing has changed, and the next attempt succeeds."""
    engine = engine_for(database_url)
    await run(engine, OTHER)
    async with engine.begin() as holder:
        pid = await holder.scalar(text("select pg_backend_pid()"))
        await holder.execute(text("select from project limit 1"))
        with pytest.raises(MigrationLocked, match=rf"waited 0.4 seconds .* session {pid} of puente"):
            await upgrade(database_url, lock_timeout=0.4)
    assert not await migrations.is_up_to_date(database_url)
    await upgrade(database_url, lock_timeout=60)
    assert await migrations.is_up_to_date(database_url)
    await engine.dispose()


async def test_another_migration_is_waited_for(database_url: str) -> None:
    """However short the wait for a lock on a table may be."""
    engine = engine_for(database_url)
    async with engine.begin() as holder:
        await holder.execute(text("select pg_advisory_xact_lock(:key)"), {"key": migrations.LOCK})
        waiting = asyncio.create_task(upgrade(database_url, lock_timeout=0.1))
        await asyncio.sleep(0.3)
        assert not waiting.done()
    await waiting
    await engine.dispose()
