"""Ready is what can serve: what all servers of a database share for a while makes none of them unready."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

import models
from api.runtime import health
from delivery.subscriptions import feed_poller
from models.database import ready_check
from models.database.client import engine_for
from models.database.ready_check import NOTED_FUNCTION
from models.migrations import head_revision, own_version, repeatable, upgrade
from tests.api.http_clients import ask, reached
from tests.conftest import run_alone

QUERY = "{ projects(first: 1) { nodes { slug } } }"
TABLES = sorted([*models.metadata.tables, "alembic_version"])
NEWER, OLDER = "9999", "0000"
OUTDATED = {
    "ready": False,
    "database": "available",
    "revision": head_revision(),
    "functions": "outdated",
}
LOCK_NOT_AVAILABLE = "55P03"


BRIEF = "100ms"
"""Sooner than PostgreSQL looks for deadlocks: servers hold one table and want another as they start."""


@asynccontextmanager
async def locked(url: str, *tables: str) -> AsyncIterator[None]:
    """While the block lasts, nobody else reads the tables, as in a migration."""
    engine = engine_for(url)
    try:
        async with engine.connect() as connection:
            while not await are_locked(connection, tables):
                await connection.rollback()
            yield
            await connection.rollback()
    finally:
        await engine.dispose()


async def are_locked(connection: AsyncConnection, tables: Sequence[str]) -> bool:
    """Lock all of them, unless somebody has one for a while, as a migration does."""
    await connection.execute(text(f"set local lock_timeout = '{BRIEF}'"))
    try:
        await connection.execute(text(f"lock table {', '.join(tables)} in access exclusive mode"))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        return False
    return True


async def test_every_table_locked_and_every_connection_in_use(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that is added is locked here by itself."""
    monkeypatch.setattr(ready_check, "LOCK_TIMEOUT", 0.05)
    async with reached(database_url, pool_size=1, pool_timeout=60, statement_timeout=60) as client:
        assert (await client.get("/ready")).status_code == 200
        async with locked(database_url, *TABLES):
            waiting = [asyncio.create_task(ask(client, QUERY)) for _ in range(3)]
            response = await client.get("/ready")
            assert (response.status_code, response.json()["revision"]) == (200, head_revision())
            assert not any(one.done() for one in waiting), "they wait in the pool's queue"
        assert [one.status_code for one in await asyncio.gather(*waiting)] == [200] * 3


async def test_who_starts_while_the_feed_is_locked(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_poller, "LONGEST_PAUSE", 0.1)
    async with locked(database_url, "feed"), reached(database_url) as client:
        response = await client.get("/ready")
        assert (response.status_code, response.json()["feed"]) == (200, "waiting")
        assert (await ask(client, QUERY)).status_code == 200


@pytest.mark.parametrize(("revision", "status"), [(NEWER, 200), (OLDER, 503)])
async def test_what_a_newer_puente_migrated_is_served_on(
    database_url: str, revision: str, status: int
) -> None:
    async with reached(database_url) as client:
        await run_alone(database_url, f"update alembic_version set version_num = '{revision}'")
        response = await client.get("/ready")
        body = response.json()
        assert (response.status_code, body["ready"]) == (status, status == 200)
        assert (body["revision"], body["needed"]) == (revision, head_revision())


async def test_a_database_that_has_not_run_the_functions_is_not_ready(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it is migrated. If a newer Puente runs others later, this one's were run before: both serve."""
    async with reached(database_url) as client:
        await run_alone(database_url, f"comment on function {NOTED_FUNCTION} is '{'0' * 64}'")
        response = await client.get("/ready")
        assert (response.status_code, response.json()) == (503, OUTDATED)
        await upgrade(database_url)
        assert (await client.get("/ready")).status_code == 200
        newer = [
            *repeatable.read_scripts(),
            "create or replace function puente_newer() returns int return 7;",
        ]
        monkeypatch.setattr(repeatable, "read_scripts", lambda: newer)
        await upgrade(database_url)
        response = await client.get("/ready")
        assert (response.status_code, "functions" in response.json()) == (200, False)


async def test_a_database_without_a_revision_is_not_ready(database_url: str) -> None:
    async with reached(database_url) as client:
        assert (await client.get("/ready")).status_code == 200
        await run_alone(database_url, "alter table alembic_version rename to elsewhere")
        response = await client.get("/ready")
        assert (response.status_code, response.json()["revision"]) == (503, None)


async def test_a_lost_connection_is_made_again_at_once(database_url: str, superuser_url: str) -> None:
    async with reached(database_url) as client:
        for _ in range(2):
            assert (await client.get("/ready")).status_code == 200
            await run_alone(
                superuser_url,
                "select pg_terminate_backend(pid) from pg_stat_activity"
                f" where query like 'select version_num%' and datname = '{database_url_name(database_url)}'",
            )


def database_url_name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


async def test_a_database_that_says_nothing_is_given_up() -> None:
    """It takes the connection, and no more."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        check = ready_check.ReadyCheck(f"postgresql://me@127.0.0.1:{port}/mine?sslmode=disable", 0.1)
        response = await health.ready(
            check, feed_poller.FeedPoller("", interval=1, batch=1, timeout=1), own_version()
        )
    assert response.status_code == 503
