"""Writes to the database by every way: which changes they cause, and which are refused."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from planner.errors import CursorExpired
from tests.feed.subscribers import InProcessServer, in_process_server

POLL = "query Poll($after: String) { changes(after: $after) { pageInfo { endCursor } } }"


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[InProcessServer]:
    async with in_process_server(database_url) as running:
        yield running


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
async def test_a_transaction_of_an_older_snapshot_may_read_and_not_write(
    server: InProcessServer, level: str
) -> None:
    async with server.engine.connect() as connection:
        await connection.execution_options(isolation_level=level)
        await connection.execute(text("select count(*) from venue"))
        with pytest.raises(DBAPIError, match="READ COMMITTED"):
            await connection.execute(text("update venue set city = 'Tecate'"))


async def test_truncating_a_table_removes_each_row(server: InProcessServer) -> None:
    admin, _ = await server.follow("admin", types=["CONSENT"])
    there = await server.value("select count(*) from consent")
    await server.sql("truncate consent")
    await admin.until(lambda one: len(one.changes) == there)
    assert {change["kind"] for change in admin.changes} == {"REMOVED"}


async def test_what_went_around_the_feed_is_made_good_by_a_new_epoch(server: InProcessServer) -> None:
    cursor = await server.cursor("admin")
    await server.sql(
        "alter table venue disable trigger user",
        "update venue set city = 'Unseen'",
        "alter table venue enable trigger user",
        "update feed set epoch = puente_new_feed_epoch()",
    )
    with pytest.raises(CursorExpired) as refused:
        await server.ask("admin", POLL, after=cursor)
    assert refused.value.problems[0].details == {"reason": "EPOCH"}


async def test_who_follows_is_ended_by_a_new_epoch(server: InProcessServer) -> None:
    admin, _ = await server.follow("admin")
    await server.sql("update feed set epoch = puente_new_feed_epoch()")
    await admin.until(lambda one: one.ended)
    assert admin.code == "CURSOR_EXPIRED"
