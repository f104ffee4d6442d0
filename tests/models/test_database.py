"""The pool that reads go through: its limits, its errors, and what it sends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from models.database.address import CONNECT_TIMEOUT, redacted
from models.database.client import (
    Database,
    DatabaseUnavailable,
    StatementTimeout,
    ValueRefused,
    engine_for,
)
from models.database.pool import PoolBounds
from models.database.server_facts import inspect, mark_database
from models.database.writer import Writer
from planner.mutation.write_statement import WriteStatement
from tests.conftest import run_alone
from tests.own_patches import patch_for_this_test


@pytest.fixture
async def sent() -> list[str]:
    return []


@pytest.fixture
async def database(seeded_url: str, sent: list[str]) -> AsyncIterator[Database]:
    database = await Database.open(
        seeded_url, PoolBounds(2, None), statement_timeout=1.0, on_statement=sent.append
    )
    yield database
    await database.close()


async def test_a_read_is_one_statement_on_the_connection(database: Database, sent: list[str]) -> None:
    for _ in range(3):
        assert (await database.fetch("select $1::text[] as words", [["ñ"]]))[0] == ["ñ"]
    await asyncio.sleep(0)
    assert sent == ["select $1::text[] as words"] * 3


CALENDAR: dict[str, list[Any]] = {
    "date": [date.min, date(1582, 10, 10), date(2000, 1, 1), date.max],
    "timestamptz": [
        datetime.min.replace(tzinfo=UTC),
        datetime(1900, 1, 1, tzinfo=timezone(timedelta(hours=-7))),
        datetime.max.replace(tzinfo=UTC),
    ],
}
OUTSIDE: dict[str, list[str]] = {"date": ["infinity", "-infinity", "4713-01-01 BC", "20000-01-01"]}
OUTSIDE["timestamptz"] = OUTSIDE["date"]


@pytest.mark.parametrize("type_", CALENDAR)
async def test_days_and_instants_are_what_they_are(database: Database, seeded_url: str, type_: str) -> None:
    """Read and bound, alone and in lists, by both ways to the database; and none is an infinity."""
    given = CALENDAR[type_]
    row: Any = await database.fetch(
        f"select $1::{type_}[] as same, array(select isfinite(day) from unnest($1::{type_}[]) day) as finite",
        [given],
    )
    assert (row[0], set(row[1])) == (given, {True})
    engine = engine_for(seeded_url)
    async with engine.connect() as connection:
        for value in given:
            found = await connection.execute(
                text(f"select cast(:value as {type_}), isfinite(cast(:value as {type_}))"), {"value": value}
            )
            assert tuple(found.one()) == (value, True)
    await engine.dispose()


@pytest.mark.parametrize("type_", OUTSIDE)
async def test_what_python_has_no_value_for_is_its_nearest(database: Database, type_: str) -> None:
    row = await database.fetch(f"select $1::text[]::{type_}[] as found", [OUTSIDE[type_]])
    assert row[0] == [CALENDAR[type_][at] for at in (-1, 0, 0, -1)]


async def test_session_settings(database: Database) -> None:
    names = "jit", "TimeZone", "default_transaction_read_only", "statement_timeout", "application_name"
    row = await database.fetch(
        "select array(select current_setting(name) from unnest($1::text[]) name)", [names]
    )
    assert row[0] == ["off", "UTC", "on", "1s", "puente"]


async def test_it_can_only_read(database: Database) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await database.fetch("update institution set slug = slug returning id")


async def test_a_statement_that_takes_too_long(database: Database) -> None:
    with pytest.raises(StatementTimeout):
        await database.fetch("select pg_sleep(5)")
    assert (await database.fetch("select 1"))[0] == 1


async def test_a_reader_that_goes_away_cancels_its_statement(seeded_url: str) -> None:
    database = await Database.open(seeded_url, PoolBounds(2, None), statement_timeout=60)
    busy = "select count(*) from pg_stat_activity where state = 'active' and query like 'select pg_sleep(59%'"
    reading = asyncio.create_task(database.fetch("select pg_sleep(59)"))
    while (await database.fetch(busy))[0] == 0:
        await asyncio.sleep(0.01)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert (await database.fetch(busy))[0] == 0
    await database.close()


async def test_a_wrong_parameter_is_not_a_lost_connection(database: Database) -> None:
    with pytest.raises(ValueRefused):
        await database.fetch("select $1::int", ["one"])
    with pytest.raises(asyncpg.InterfaceError, match="expects 1 argument"):
        await database.fetch("select $1::int", [1, 2])


async def test_connections_cut_by_the_server_are_replaced(
    database: Database, superuser_url: str, sent: list[str]
) -> None:
    await asyncio.gather(*(database.fetch("select pg_sleep(0.05)") for _ in range(2)))
    await run_alone(
        superuser_url,
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = 'seeded' and pid <> pg_backend_pid()",
    )
    assert (await database.fetch("select 2"))[0] == 2


async def test_a_connection_cut_during_a_statement_is_tried_once_more(
    database: Database, superuser_url: str
) -> None:
    reading = asyncio.create_task(database.fetch("select pg_sleep(0.5), 3"))
    await asyncio.sleep(0.2)
    await run_alone(
        superuser_url,
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = 'seeded' and query like '%pg_sleep(0.5)%' and pid <> pg_backend_pid()",
    )
    assert (await reading)[1] == 3


AT_ONCE = CONNECT_TIMEOUT * 0.9
"""Sooner than who waits for a connection gives up."""


@pytest.mark.parametrize(
    "url", ["postgresql://me:secret@127.0.0.1:1/mine", "nonsense", "mysql://me:secret@127.0.0.1/mine"]
)
async def test_an_address_without_a_database(url: str) -> None:
    for reach in (Database.open, inspect):
        with pytest.raises(DatabaseUnavailable) as refused:
            async with asyncio.timeout(AT_ONCE):
                await reach(url)
        assert "secret" not in str(refused.value)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("failure", [OSError("refused"), RuntimeError("a bug"), asyncio.CancelledError()])
async def test_a_database_that_is_half_open_is_closed(
    seeded_url: str, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    made: list[asyncpg.Connection] = []
    connect = asyncpg.connect

    async def connect_once(*arguments: Any, **settings: Any) -> asyncpg.Connection:
        if made:
            raise failure
        made.append(await connect(*arguments, **settings))
        return made[0]

    patch_for_this_test(monkeypatch, asyncpg, "connect", connect_once)
    wanted = DatabaseUnavailable if isinstance(failure, OSError) else type(failure)
    with pytest.raises(wanted):
        await Database.open(seeded_url)
    assert made[0].is_closed()


NOTHING = WriteStatement((), "select 1", (), None, (), (), 0, {}, {})


async def test_a_connection_that_takes_too_long_is_no_slow_statement(
    database: Database, seeded_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def connect_in_vain(*arguments: Any, **settings: Any) -> asyncpg.Connection:
        raise TimeoutError

    patch_for_this_test(monkeypatch, asyncpg, "connect", connect_in_vain)
    writer = Writer.create(seeded_url, PoolBounds(1, None), statement_timeout=1.0)
    write = writer.write(NOTHING, {})
    both = database.fetch("select pg_sleep(0.2)"), database.fetch("select 1")  # which needs a second one
    slow, *failures = await asyncio.gather(*both, write, return_exceptions=True)
    assert not isinstance(slow, BaseException)
    for failure in failures:
        assert isinstance(failure, DatabaseUnavailable)
        assert str(failure).endswith(": no answer in time")


async def test_the_mark_stays_in_the_database(database_url: str) -> None:
    engine = engine_for(database_url)
    async with engine.begin() as connection:
        await mark_database(connection, "seeded it's")
    async with engine.connect() as connection:
        assert await connection.scalar(text("select 1")) == 1
    await engine.dispose()
    assert (await inspect(database_url)).mark == "seeded its"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("postgresql://me:secret@example.org:5433/mine", "example.org:5433/mine"),
        ("postgresql://me@/mine?host=/run/sockets", "/run/sockets/mine"),
        ("postgres:///mine", "localhost/mine"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, safe: str) -> None:
    assert redacted(url) == safe


async def test_statements_are_planned_once_or_for_their_values(seeded_url: str) -> None:
    """Each mode has connections of its own, whose setting no statement changes."""
    database = await Database.open(seeded_url, PoolBounds(1, None))
    counted = "row(generic_plans, custom_plans)::text"
    counts = f"select (select {counted} from pg_prepared_statements where statement = $1)"
    query = "select slug from project where status = $1 limit 1"
    for by_values, planned in ((False, "(8,0)"), (True, "(0,8)")):
        for _ in range(8):
            await database.fetch(query, ["ACTIVE"], by_values=by_values)
        assert list(await database.fetch(counts, [query], by_values=by_values)) == [planned]
    await database.close()
