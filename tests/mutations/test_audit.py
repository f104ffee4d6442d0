"""Who changed what, by a mutation and by plain SQL; an entry is never changed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

import models
import schema
from tests.models.statements import run, scalar
from tests.mutations.harness import ACTIONS, given, mutating

TRIGGERS = """
    select tgrelid::regclass::text as of_table, tgname from pg_trigger
    where tgfoid = 'puente_audit'::regproc and not tgisinternal order by 1, 2
"""
LAST = "select * from audit_entry order by number desc limit 1"


async def rows(engine: AsyncEngine, statement: str) -> list[Any]:
    async with engine.connect() as connection:
        return list((await connection.execute(text(statement))).all())


async def test_every_table_that_mutations_write_is_audited(engine: AsyncEngine) -> None:
    tables = {str(schema.catalog.types[one.type_name].table.name) for one in ACTIONS.values()}  # type: ignore[union-attr]
    found = {(row.of_table, row.tgname.rpartition("_")[2]) for row in await rows(engine, TRIGGERS)}
    assert found == {(table, event) for table in tables for event in ("insert", "update", "delete")}


async def test_a_mutation_leaves_an_entry(engine: AsyncEngine, database_url: str) -> None:
    id, version = (await rows(engine, "select id, version from venue order by id limit 1"))[0]
    async with mutating(database_url) as harness:
        action = ACTIONS["updateVenue"]
        await harness.send("admin", action, given(action, f"venue_{id}", version, capacity=7, address="Here"))
    (entry,) = await rows(engine, LAST)
    assert (entry.entity, entry.entity_id, entry.operation) == ("venue", id, "UPDATE")
    assert (entry.mutation, entry.columns) == ("updateVenue", ["address", "capacity"])
    assert entry.actor.startswith("subject ")
    assert "admin" not in entry.actor, "not who an issuer says they are"
    assert len(entry.salt) == 32
    values = await rows(
        engine, f"select * from audit_value where entry = {entry.number} order by column_name"
    )
    assert [(one.column_name, one.after) for one in values] == [("address", "Here"), ("capacity", 7)]


async def test_plain_sql_leaves_entries_too(engine: AsyncEngine) -> None:
    before = await scalar(engine, "select count(*) from audit_entry")
    changed = await scalar(engine, "select count(*) from cohort where ends_on is distinct from '2031-01-01'")
    await run(engine, "update cohort set ends_on = '2031-01-01'")
    assert await scalar(engine, "select count(*) from audit_entry") == before + changed
    (entry,) = await rows(engine, LAST)
    assert (entry.mutation, entry.columns, entry.actor) == (None, ["ends_on"], "puente")
    await run(engine, "update cohort set ends_on = ends_on")
    assert await scalar(engine, "select count(*) from audit_entry") == before + changed, "nothing has changed"


async def test_what_is_made_and_what_goes(engine: AsyncEngine) -> None:
    await run(
        engine,
        "insert into venue (slug, name_en, country, time_zone) values ('v', 'V', 'MX', 'America/Tijuana')",
    )
    (entry,) = await rows(engine, LAST)
    assert (entry.entity, entry.operation) == ("venue", "INSERT")
    assert {"slug", "name_en", "country", "time_zone"} <= set(entry.columns)
    await run(engine, "delete from venue where slug = 'v'")
    (gone,) = await rows(engine, LAST)
    assert (gone.entity_id, gone.operation) == (entry.entity_id, "DELETE")
    before = "select before from audit_value where entry = {} and column_name = 'name_en'"
    assert await scalar(engine, before.format(gone.number)) == "V"


@pytest.mark.parametrize("table", ["audit_entry", "audit_value"])
@pytest.mark.parametrize("act", ["update {} set {} = {}", "delete from {}", "truncate {} cascade"])
async def test_entries_stay_whatever_their_owner_does(engine: AsyncEngine, table: str, act: str) -> None:
    column = models.metadata.tables[table].c.keys()[-1]
    with pytest.raises(DBAPIError, match="stays in the audit log"):
        await run(engine, act.format(table, column, column))


async def test_salts_differ(engine: AsyncEngine) -> None:
    assert await scalar(engine, "select count(*) - count(distinct salt) from audit_entry") == 0


def test_no_audited_table_holds_a_persons_data() -> None:
    """Until values name the person they are about: of people's own tables none is written."""
    people = {"person", "mentor", "participant", "consent", "champion", "mentorship", "mobility", "award"}
    tables = {str(schema.catalog.types[one.type_name].table.name) for one in ACTIONS.values()}  # type: ignore[union-attr]
    assert not tables & people


async def test_what_is_numbered_is_whole(engine: AsyncEngine) -> None:
    """An entry of a transaction that is rolled back is not there."""
    before = await scalar(engine, "select count(*) from audit_entry")
    async with engine.connect() as connection:
        await connection.execute(text("update program set description_en = 'x'"))
        await connection.rollback()
    assert await scalar(engine, "select count(*) from audit_entry") == before
