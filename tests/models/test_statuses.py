"""A status changes by the steps of its workflow, also by plain SQL, or else by a correction with a reason."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

import schema
from models.base import metadata
from models.database.client import engine_for
from models.loading.seed import seed
from models.migrations.migration_writer import checks_of
from planner.declaration.writes import Workflow, WorkflowStep
from planner.mutation import workflow_sql
from planner.mutation.workflow_sql import workflows
from tests.conftest import correcting
from tests.models.statements import rows, run, scalar
from tests.reference.steps import CONSEQUENCES, STEPS

WORKFLOWS = workflows(schema.catalog)
FORGET = "select set_config('puente.correction', '', true)"

ONE_REGISTRATION = """
    insert into registration (event_id, person_id, status)
    select (select min(id::text)::uuid from event), (select min(id::text)::uuid from person), 'CONFIRMED'
"""


def statuses(table: str) -> list[str]:
    """Every status that the column may have."""
    column = WORKFLOWS[table].column
    checks = {str(one.name): str(one.sqltext) for one in checks_of(metadata.tables[table])}
    return re.findall(r"'(\w+)'", checks[f"ck_{table}_{column}_known"])


def expected(table: str) -> set[tuple[str, str]]:
    """The pairs of the reference, written by hand."""
    steps = [one for one in STEPS.values() if one.type == "".join(map(str.capitalize, table.split("_")))]
    pairs = {(source, one.target) for one in steps for source in one.sources if one.target}
    return pairs | CONSEQUENCES.get(table, set())


@pytest.fixture
async def connection(seeded: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """In a transaction that is rolled back."""
    async with seeded.connect() as opened:
        await opened.execute(text(ONE_REGISTRATION))
        yield opened
        await opened.rollback()


async def allowed(connection: AsyncConnection, table: str, source: str, target: str) -> bool:
    """Whether plain SQL may change a row from one status to another."""
    column = WORKFLOWS[table].column
    one = f"(select id from {table} order by id limit 1)"
    await connection.execute(text("set local puente.correction = 'to begin with'"))
    await connection.execute(text(f"update {table} set {column} = '{source}' where id = {one}"))
    await connection.execute(text(FORGET))
    try:
        async with connection.begin_nested():
            await connection.execute(text(f"update {table} set {column} = '{target}' where id = {one}"))
    except IntegrityError as error:
        if f"no step leads from {source} to {target}" not in str(error):
            raise
        return False
    return True


async def wrong_pairs(connection: AsyncConnection, table: str) -> list[tuple[str, str]]:
    """The pairs that are allowed and should not be, or the other way round."""
    known = statuses(table)
    right = expected(table) | {(one, one) for one in known}
    return [
        (source, target)
        for source in known
        for target in known
        if await allowed(connection, table, source, target) is not ((source, target) in right)
    ]


def test_every_workflow_is_in_the_reference() -> None:
    for table, workflow in WORKFLOWS.items():
        assert set(workflow.pairs) == expected(table)
        assert set(workflow.statuses) == set(statuses(table)), "a status that no step knows can't be left"


@pytest.mark.parametrize("table", WORKFLOWS)
async def test_every_pair_of_statuses(connection: AsyncConnection, table: str) -> None:
    assert await wrong_pairs(connection, table) == []


@pytest.mark.parametrize("table", WORKFLOWS)
async def test_without_the_trigger_it_is_noticed(connection: AsyncConnection, table: str) -> None:
    await connection.execute(text(f"drop trigger {table}_status_step on {table}"))
    found = set(await wrong_pairs(connection, table))
    known = statuses(table)
    assert found == {(one, other) for one in known for other in known if one != other} - expected(table)


@pytest.mark.parametrize("table", WORKFLOWS)
async def test_a_correction_leads_anywhere_and_is_audited(connection: AsyncConnection, table: str) -> None:
    column = WORKFLOWS[table].column
    for source in statuses(table):
        for target in statuses(table):
            await connection.execute(text("set local puente.correction = ' Entered by mistake. '"))
            for status in (source, target):
                update = f"update {table} set {column} = '{status}'"
                await connection.execute(
                    text(f"{update} where id = (select id from {table} order by id limit 1)")
                )
            if source != target:
                last = "select * from audit_entry order by number desc limit 1"
                entry = (await connection.execute(text(last))).one()
                assert (entry.entity, entry.status_from, entry.status_to) == (table, source, target)
                assert (entry.reason, entry.mutation) == ("Entered by mistake.", None)


COMPLETED = "select id from project where status = 'COMPLETED' order by id limit 1"
REOPEN = f"update project set status = 'ACTIVE' where id = ({COMPLETED})"


async def test_the_error_says_what_and_how(seeded_url: str) -> None:
    connection = await asyncpg.connect(seeded_url)
    id = await connection.fetchval(COMPLETED)
    with pytest.raises(asyncpg.CheckViolationError) as raised:
        await connection.execute(REOPEN)
    await connection.close()
    error: Any = raised.value
    assert str(error).startswith(f"project {id}: no step leads from COMPLETED to ACTIVE")
    assert "set local puente.correction = 'why'" in error.hint
    assert (error.constraint_name, error.table_name, error.column_name) == (
        "project_status_step",
        "project",
        "status",
    )


@pytest.mark.parametrize("reason", ["", "  "])
async def test_a_correction_without_a_reason_is_none(connection: AsyncConnection, reason: str) -> None:
    await connection.execute(
        text("select set_config('puente.correction', :reason, true)"), {"reason": reason}
    )
    with pytest.raises(IntegrityError):
        await connection.execute(text(REOPEN))


async def test_a_correction_ends_with_its_transaction(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.execute(text("set local puente.correction = 'why'"))
        await connection.execute(text(REOPEN))
        await connection.commit()
        with pytest.raises(IntegrityError):
            await connection.execute(text(REOPEN))


async def test_an_upsert_is_no_way_around(connection: AsyncConnection) -> None:
    with pytest.raises(IntegrityError):
        await connection.execute(
            text(
                "insert into project (id, slug, title_en, status, date_precision)"
                f" select id, slug, 'X', 'DRAFT', 'DAY' from project where id = ({COMPLETED})"
                " on conflict (id) do update set status = excluded.status"
            )
        )


async def test_a_session_may_correct(database_url: str) -> None:
    """As an address with the setting does, or PGOPTIONS of psql."""
    engine = engine_for(correcting(database_url, "The registrar's list"))
    await run(engine, REOPEN)
    last = "select reason from audit_entry order by number desc limit 1"
    assert await scalar(engine, last) == "The registrar's list"
    await engine.dispose()


async def test_seeding_puts_its_own_statuses_right(engine: AsyncEngine) -> None:
    [(id,)] = await rows(engine, COMPLETED)
    await run(
        engine,
        "set local puente.correction = 'why'",
        f"update project set status = 'DRAFT' where id = '{id}'",
    )
    await seed(engine)
    assert await scalar(engine, f"select status from project where id = '{id}'") == "COMPLETED"
    reason = f"select reason from audit_entry where entity_id = '{id}' order by number desc limit 1"
    assert await scalar(engine, reason) == "the data that Puente comes with"


async def test_a_new_row_begins_as_the_workflow_says(
    connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = WorkflowStep("open", "Open it.", ("DRAFT",), "ACTIVE")
    declared = {"project": Workflow("status", (step,), initial=("DRAFT",))}
    monkeypatch.setattr(workflow_sql, "workflows", lambda catalog: declared)
    raw: Any = (await connection.get_raw_connection()).driver_connection
    await connection.execute(text("select 1"))  # the transaction begins
    await raw.execute(workflow_sql.workflow_sql(schema.catalog))
    made = "insert into project (slug, title_en, status, date_precision) values ('{0}', 'X', '{1}', 'DAY')"
    await connection.execute(text(made.format("one", "DRAFT")))
    with pytest.raises(DBAPIError, match="no step leads a new row to ACTIVE"):
        async with connection.begin_nested():
            await connection.execute(text(made.format("two", "ACTIVE")))
    await connection.execute(text("set local puente.correction = 'an import'"))
    await connection.execute(text(made.format("two", "ACTIVE")))
    await connection.execute(text(FORGET))
    again = "insert into project (id, slug, title_en, status, date_precision)"
    again += " select id, slug, 'Y', status, 'DAY' from project where slug = 'two'"
    await connection.execute(text(f"{again} on conflict (id) do update set title_en = 'Y'"))
