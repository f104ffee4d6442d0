"""Changes are kept for a time and up to a number; older cursors get `CURSOR_EXPIRED`."""

from __future__ import annotations

import asyncio

import pytest

from models.feed import prune
from planner.errors import CursorExpired
from tests.feed.subscribers import PATIENCE, InProcessServer, Listener, in_process_server

POLL = """
    query Poll($after: String) {
        changes(after: $after, types: [VENUE]) { nodes { version cursor } pageInfo { endCursor } }
    }
"""


async def changed(server: InProcessServer, times: int) -> None:
    """A venue changes this many times, each a numbered change."""
    venue = await server.value("select min(id::text) from venue")
    for number in range(times):
        await server.sql("update venue set city = :city where id = :id", city=f"City {number}", id=venue)
    await server.cursor("public")


async def emptied(server: InProcessServer) -> int:
    """Nothing is kept; the floor, from which numbers go on."""
    await server.cursor("public")
    await prune(server.engine, 0, 10**9, 10**9)
    return await floor(server)


async def aged(server: InProcessServer, numbers: int) -> None:
    """The first changes that are still there become old."""
    await server.sql(
        "update change set numbered_at = now() - interval '1 hour'"
        f" where number <= (select floor from feed) + {numbers}"
    )


async def kept(server: InProcessServer) -> list[int]:
    numbers: list[int] = await server.value("select array_agg(number order by number) from change")
    return numbers


async def floor(server: InProcessServer) -> int:
    found: int = await server.value("select floor from feed")
    return found


async def test_what_is_old_goes_in_batches_and_the_floor_says_so(database_url: str) -> None:
    async with in_process_server(database_url) as server:
        before = await emptied(server)
        await changed(server, 12)
        await aged(server, 7)
        assert [await prune(server.engine, 60, 10**9, 5) for _ in range(3)] == [5, 2, 0]
        assert await floor(server) == before + 7
        assert await kept(server) == list(range(before + 8, before + 13))


async def test_what_is_too_much_goes_however_new_it_is(database_url: str) -> None:
    async with in_process_server(database_url) as server:
        await changed(server, 12)
        while await prune(server.engine, 10**6, 3, 1_000):
            pass
        last = await server.value("select last from feed")
        assert await kept(server) == [last - 2, last - 1, last]
        assert await floor(server) == last - 3


async def test_the_floor_never_moves_back(database_url: str) -> None:
    """Also where the clock was set back between changes."""
    async with in_process_server(database_url) as server:
        before = await emptied(server)
        await changed(server, 6)
        await server.sql(
            "update change set numbered_at = now() - interval '1 hour' where number = :number",
            number=before + 4,
        )
        assert await prune(server.engine, 60, 10**9, 100) == 4
        assert await prune(server.engine, 60, 10**9, 100) == 0
        assert (await floor(server), await kept(server)) == (before + 4, [before + 5, before + 6])


async def test_one_server_at_a_time(database_url: str) -> None:
    async with in_process_server(database_url) as server:
        await changed(server, 3)
        async with server.engine.begin() as other:
            await other.exec_driver_sql("select pg_advisory_xact_lock(7368658)")
            assert await prune(server.engine, 0, 10**9, 100) == 0
        assert await prune(server.engine, 0, 10**9, 10**9) >= 3


async def test_a_cursor_that_is_too_old_has_expired(database_url: str) -> None:
    """In a query and when a subscription is opened, in any process; newer cursors stay valid."""
    async with in_process_server(database_url) as server:
        old = await server.cursor("public")
        await changed(server, 4)
        versions = (await server.ask("public", POLL, after=old))["changes"]["nodes"]
        await aged(server, 10**6)
        await server.sql("update change set numbered_at = now() where number = (select last from feed)")
        await prune(server.engine, 60, 10**9, 10**9)
        with pytest.raises(CursorExpired) as refused:
            await server.ask("public", POLL, after=old)
        assert refused.value.problems[0].details == {"reason": "AGE"}
        with pytest.raises(CursorExpired) as refused:
            await server.follow("public", after=old)
        assert refused.value.problems[0].details == {"reason": "AGE"}
        rest = (await server.ask("public", POLL, after=versions[2]["cursor"]))["changes"]["nodes"]
        assert rest == versions[3:]
        listener, _ = await server.follow("public", after=versions[2]["cursor"])
        await listener.until(lambda one: len(one.changes) == 1)


async def test_expiry_during_a_subscription_is_an_error_and_no_gap(database_url: str) -> None:
    """The process does not know yet that the floor has moved: the statement that reads does."""
    async with in_process_server(database_url, feed_interval=60.0) as server:
        cursor = await server.cursor("public")
        listener, _ = await server.follow("public", after=cursor, types=["VENUE"])
        await changed(server, 1)
        await listener.until(lambda one: len(one.changes) == 1)
        assert server.pipeline.subscriptions is not None
        feed = server.pipeline.subscriptions.poller
        known = feed.state
        async with server.engine.begin() as writer:  # numbered and forgotten before anyone reads it
            await writer.exec_driver_sql("update venue set city = 'Tecate'")
            await writer.exec_driver_sql("select puente_number_changes()")
            await writer.exec_driver_sql("delete from change")
            await writer.exec_driver_sql("update feed set floor = last")
        await listener.until(lambda one: one.ended)
        assert feed.state != known
        assert len(listener.changes) == 1
        assert listener.error is not None
        assert listener.error.problems[0].details == {"reason": "AGE"}


async def test_nobody_who_reads_what_is_kept_loses_anything_while_the_rest_goes(database_url: str) -> None:
    """Subscribers that are too slow get an error; all others get every change."""
    async with in_process_server(database_url, feed_page=10) as server:
        cursor = await server.cursor("public")
        await changed(server, 40)
        forgetting = asyncio.create_task(forget_without_end(server))
        following = [await server.follow("public", after=cursor, types=["VENUE"]) for _ in range(5)]
        polling = asyncio.create_task(polled(server, cursor, 80))
        await changed(server, 40)
        for received, complete in [
            await polling,
            *[await followed(listener, 80) for listener, _ in following],
        ]:
            assert received == list(range(2, 2 + len(received)))
            assert complete == (len(received) == 80)
        forgetting.cancel()


async def polled(server: InProcessServer, after: str, count: int) -> tuple[list[int], bool]:
    """The versions that a client gets, and whether its cursor never expired."""
    versions: list[int] = []
    try:
        while len(versions) < count:
            page = (await server.ask("public", POLL, after=after))["changes"]
            versions += [node["version"] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
    except CursorExpired:
        return versions, False
    return versions, True


async def followed(listener: Listener, count: int) -> tuple[list[int], bool]:
    await listener.until(lambda one: one.ended or len(one.changes) == count)
    return [change["version"] for change in listener.changes], not listener.ended


async def forget_without_end(server: InProcessServer) -> None:
    while True:
        await prune(server.engine, 1.0, 10**9, 3)
        await asyncio.sleep(0.01)


async def test_a_server_forgets_by_itself(database_url: str) -> None:
    async with in_process_server(database_url, feed_retention=1.0) as server:
        await changed(server, 3)
        async with asyncio.timeout(PATIENCE):
            while await server.value("select count(*) from change"):
                await asyncio.sleep(0.05)
        assert await floor(server) == await server.value("select last from feed")
