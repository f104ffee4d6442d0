"""Subscriptions are planned outside the event loop: when they are opened, and when grants change."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.api.test_planning_queue import working
from tests.feed.subscribers import PATIENCE, InProcessServer, Listener, in_process_server
from tests.feed.test_subscriber_groups import grant_more, two_alike
from tests.planning_threads import noting_threads, off_the_loop

pytestmark = pytest.mark.usefixtures("nothing_planned")

MANY = 12
"""More than may wait of what clients ask for now."""

LIVE = "subscription {{ participants(first: 100) {{ total{}: totalCount }} }}"
CHANGES = "subscription {{ changes(types: [VENUE]) {{ id{}: id }} }}"


async def follow_many(server: InProcessServer, document: str) -> list[Listener]:
    """Each with a different document."""
    return [(await server.follow("first", document.format(number)))[0] for number in range(MANY)]


async def all_notified(listeners: list[Listener], count: int) -> None:
    for listener in listeners:
        await listener.until(lambda one: len(one.payloads) >= count or one.ended)
    assert not any(listener.ended for listener in listeners), [listener.code for listener in listeners]


@pytest.mark.parametrize("document", [LIVE, CHANGES], ids=["live queries", "changes"])
async def test_opening_plans_outside_the_event_loop(
    server: InProcessServer, monkeypatch: pytest.MonkeyPatch, document: str
) -> None:
    await two_alike(server)
    threads = noting_threads(monkeypatch)
    listeners = await follow_many(server, document)
    assert len(threads) == 2 * MANY, "each document is read, and planned"
    assert off_the_loop(threads)
    if document == LIVE:
        await all_notified(listeners, 1)


async def test_when_grants_change_live_queries_wait_for_their_turns_and_nobody_for_them(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None is planned on the event loop, none is refused, and what is known is answered meanwhile."""
    known = "{ __typename }"
    async with in_process_server(database_url, planning_queue=2, planning_timeout=0.1) as server:
        await two_alike(server)
        await server.ask("first", known)
        listeners = await follow_many(server, LIVE)
        await all_notified(listeners, 1)
        before = listeners[0].payloads[-1]["participants"]["total0"]
        threads, planning = noting_threads(monkeypatch), server.pipeline.planning
        transport = httpx.ASGITransport(server.app)
        async with working(planning), httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            await mentor_too(server)
            async with asyncio.timeout(PATIENCE):
                while planning.waiting < MANY:
                    await asyncio.sleep(0.01)
            assert (await client.get("/live")).status_code == 200
            assert await server.ask("second", known)
            assert threads == []
        await all_notified(listeners, 2)
        assert len(threads) == MANY
        assert off_the_loop(threads)
        assert planning.waiting == 0
        await grant_more(server, "first")
        await all_notified(listeners, 3)
        assert listeners[-1].payloads[-1]["participants"][f"total{MANY - 1}"] > before


async def mentor_too(server: InProcessServer) -> None:
    """One more role, and so other plans, and other results."""
    await server.sql(
        "insert into access_grant (issuer, subject, role, person_id) select 'puente-development', 'first',"
        " 'MENTOR', person_id from mentor order by id limit 1"
    )


async def test_grants_that_change_while_it_is_planned_are_those_it_starts_with(
    server: InProcessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, and as who they are by then."""
    await two_alike(server)
    follower, _ = await server.follow("first", LIVE.format("1"))
    await follower.until(lambda one: len(one.payloads) == 1)
    planning = server.pipeline.planning
    async with working(planning):
        await mentor_too(server)
        async with asyncio.timeout(PATIENCE):
            while planning.waiting < 1:
                await asyncio.sleep(0.01)
        await grant_more(server, "first")
        subscriptions = server.pipeline.subscriptions
        assert subscriptions is not None
        (session,) = subscriptions.sessions._known.values()
        async with asyncio.timeout(PATIENCE):
            while len(session.viewer.attributes["COORDINATOR"]) < 3:
                await asyncio.sleep(0.01)
        assert planning.waiting == 1
    await follower.until(lambda one: len(one.payloads) == 2)
    assert subscriptions.live_queries.watching == subscriptions.live_queries.results == 1
    assert not follower.ended


async def test_a_subscriber_that_leaves_during_replanning_receives_nothing_more(
    server: InProcessServer,
) -> None:
    await two_alike(server)
    follower, subscription = await server.follow("first", LIVE.format("1"))
    await follower.until(lambda one: len(one.payloads) == 1)
    planning, subscriptions = server.pipeline.planning, server.pipeline.subscriptions
    assert subscriptions is not None
    async with working(planning):
        await mentor_too(server)
        async with asyncio.timeout(PATIENCE):
            while planning.waiting < 1:
                await asyncio.sleep(0.01)
        subscription.close()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert planning.waiting == 0
    assert (subscriptions.live_queries.watching, len(subscriptions.sessions)) == (0, 0)
    assert len(follower.payloads) == 1
