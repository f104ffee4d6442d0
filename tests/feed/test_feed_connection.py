"""The feed's connection fails in every way, and nothing is lost: the poller looks for missed changes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

import asyncpg
import pytest

from delivery.subscriptions.feed_poller import FeedPoller
from models.feed import FeedState, Sequencer
from tests.conftest import run_alone
from tests.feed.subscribers import PATIENCE, InProcessServer, Listener, in_process_server
from tests.own_patches import patch_for_this_test

LISTENING = """
    select pid from pg_stat_activity
    where datname = current_database() and query like '%puente_number_changes%' and pid <> pg_backend_pid()
"""


def feed_of(server: InProcessServer) -> FeedPoller:
    assert server.pipeline.subscriptions is not None
    return server.pipeline.subscriptions.poller


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.01)


async def move(server: InProcessServer, city: str) -> None:
    await server.sql(
        "update venue set city = :city where id = (select min(id::text)::uuid from venue)", city=city
    )


def cities(listener: Listener) -> list[int]:
    return [change["version"] for change in listener.changes]


async def test_a_lost_listener_comes_back_and_reads_on(database_url: str) -> None:
    async with in_process_server(database_url) as server:
        listener, _ = await server.follow("public", types=["VENUE"])
        for round_ in range(1, 6):
            pid = await server.value(LISTENING)
            await server.sql("select pg_terminate_backend(:pid)", pid=pid)
            await move(server, f"City {round_}")
            await listener.until(lambda one, wanted=round_: len(one.changes) == wanted)  # type: ignore[misc]
            assert await server.value(LISTENING) != pid
        first = cities(listener)[0]
        assert cities(listener) == list(range(first, first + 5))
        assert feed_of(server).listening


async def test_without_being_woken_it_looks(database_url: str) -> None:
    """As when the wakes do not arrive, or the queue that they are in is full."""
    async with in_process_server(database_url, feed_interval=0.1) as server:
        listener, _ = await server.follow("public", types=["VENUE"])
        sequence = feed_of(server)._sequence
        assert sequence._connection is not None
        async with sequence._alone:
            await sequence._connection.execute("unlisten *")
        for number in range(1, 4):
            await move(server, f"City {number}")
            await listener.until(lambda one, wanted=number: len(one.changes) == wanted)  # type: ignore[misc]


async def test_numbering_that_waits_is_given_up_and_tried_again(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody holds the feed's row by hand; the changes come once they let go of it."""
    async with in_process_server(database_url, statement_timeout=0.3, feed_interval=0.1) as server:
        listener, _ = await server.follow("public", types=["VENUE"])
        with caplog.at_level(logging.WARNING, "puente"):
            async with server.engine.begin() as holder:
                await holder.exec_driver_sql("select from feed for update")
                await move(server, "Tecate")
                await until(lambda: caplog.text.count("the change feed waits for the database") >= 2)
                assert listener.changes == []
        await listener.until(lambda one: len(one.changes) == 1)


async def test_a_batch_that_takes_too_long_is_halved(database_url: str) -> None:
    async with in_process_server(database_url, feed_interval=0.05, statement_timeout=0.4) as server:
        listener, _ = await server.follow("public", types=["VENUE"])
        await server.sql("""
            create function slow() returns trigger language plpgsql as $$
            begin perform pg_sleep(0.01); return new; end $$""")
        await server.sql("create trigger slow before insert on change for each row execute function slow()")
        venues = await server.value("select count(*) from venue")
        for number in range(20):
            await server.sql(f"update venue set city = 'City {number}'")
        await listener.until(lambda one: len(one.changes) == venues * 20)


async def test_a_server_that_can_not_be_awaited_holds_nobody_up(database_url: str) -> None:
    """Numbering continues in PostgreSQL although the process that called it has gone."""
    async with in_process_server(database_url) as server:
        listener, _ = await server.follow("public", types=["VENUE"])
        leaving = Sequencer(database_url, lambda: None, 10.0)
        for number in range(20):
            await move(server, f"City {number}")
            pending = asyncio.create_task(leaving.number(10_000))
            await asyncio.sleep(0)
            pending.cancel()
        await listener.until(lambda one: len(one.changes) == 20)
        assert cities(listener) == sorted(set(cities(listener)))
        await leaving.close()


async def test_a_connection_is_kept_only_once_it_listens(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that asks for the newest state may leave in the middle: the feed is woken all the same."""
    began = asyncio.Event()

    async def never(*_: object) -> None:
        began.set()
        await asyncio.Event().wait()

    woken = asyncio.Event()
    sequence = Sequencer(database_url, woken.set, 10.0)
    patch_for_this_test(monkeypatch, asyncpg.Connection, "add_listener", never)
    waiting = asyncio.create_task(sequence.number(10))
    await began.wait()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert not sequence.listening
    monkeypatch.undo()
    await sequence.number(10)
    await run_alone(database_url, "notify puente_change")
    async with asyncio.timeout(PATIENCE):
        await woken.wait()
    await sequence.close()


async def test_a_wake_outlives_who_was_to_act_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbering that fails or is left has numbered nothing: the next round does not wait for its time."""
    feed, began = (
        FeedPoller("postgresql://nowhere.invalid/x", interval=60, batch=10, timeout=1),
        asyncio.Event(),
    )

    async def never(_: int) -> FeedState:
        began.set()
        return await asyncio.Future[FeedState]()

    monkeypatch.setattr(feed._sequence, "number", never)
    feed._woken.set()
    waiting = asyncio.create_task(feed.fresh())
    await began.wait()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert feed._woken.is_set()


@pytest.mark.parametrize(("since_numbering", "waits"), [(2.0, 3.0), (60.0, 0.0)])
def test_changes_soon_after_others_are_numbered_together(since_numbering: float, waits: float) -> None:
    """At most one transaction for each `pace`, and no wait for changes that come alone."""
    feed = FeedPoller("postgresql://nowhere.invalid/x", interval=60, batch=10, timeout=1, pace=5.0)
    assert feed.time_to_next(100.0) == 0.0, "nothing was numbered yet"
    feed._numbered_at = 100.0
    assert feed.time_to_next(100.0 + since_numbering) == waits


async def test_a_wake_soon_after_a_numbering_waits() -> None:
    feed = FeedPoller("postgresql://nowhere.invalid/x", interval=60, batch=10, timeout=1, pace=0.1)
    feed._woken.set()
    feed._numbered_at = numbered_at = time.monotonic()
    await feed._wait()
    assert time.monotonic() >= numbered_at + 0.09, "timers end up to a millisecond early"


async def test_who_ends_while_the_feed_is_waited_for_joins_nobody(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as one whose token was rejected meanwhile: a group that it joined would be served forever."""
    async with in_process_server(database_url) as server:
        subscriptions = server.pipeline.subscriptions
        assert subscriptions is not None
        feed, reach, began = feed_of(server), asyncio.Event(), asyncio.Event()
        state = await feed.poll()

        async def late() -> FeedState:
            began.set()
            await reach.wait()
            return state

        monkeypatch.setattr(feed, "poll", late)
        opening = asyncio.create_task(server.follow("public", types=["VENUE"]))
        await began.wait()
        subscriptions.sessions.close()
        reach.set()
        _, subscription = await opening
        subscription.close()
        assert subscriptions.fanout.groups == 0


async def test_what_was_numbered_survives_though_commits_do_not_wait(database_url: str) -> None:
    """A database whose transactions may be lost in a crash, but not numbers that were delivered."""
    async with in_process_server(database_url) as server:
        for setting, used in (("off", "on"), ("on", "on"), ("remote_apply", "remote_apply")):
            async with server.engine.begin() as connection:
                await connection.exec_driver_sql(f"set local synchronous_commit = '{setting}'")
                await connection.exec_driver_sql("update venue set city = 'Loreto'")
                await connection.exec_driver_sql("select puente_number_changes()")
                found = (await connection.exec_driver_sql("show synchronous_commit")).scalar_one()
            assert found == used
