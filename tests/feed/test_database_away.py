"""While the database is away, subscribers wait or are asked to come back; no subscription ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from models.database.client import engine_for
from tests.api.http_clients import admin, application
from tests.api.loopback_sockets import listening
from tests.api.sse.event_stream import EVENTS, PATIENCE, reaching, streamed
from tests.api.websocket.client import subscribe, talking
from tests.feed.database_gate import AWAY, DatabaseGate, gated
from tests.feed.subscribers import CHANGES, Listener, in_process_server
from tests.models.statements import run

TOUCH = "update project set title_en = title_en || '.' where slug = (select min(slug) from project)"
FOLLOWED = {
    "changes": "subscription { changes(types: [PROJECT]) { cursor kind } }",
    "a live query": "subscription { projects(first: 1) { nodes { title } } }",
}
CREDENTIALS: dict[str, Callable[[], Mapping[str, str]]] = {"the public": dict, "staff": admin}


@dataclass
class GatedServer:
    """A server whose database can be taken away, and the database itself."""

    gate: DatabaseGate
    engine: AsyncEngine
    app: Starlette
    client: httpx.AsyncClient
    port: int

    async def cursor(self, headers: Mapping[str, str]) -> str:
        response = await self.client.post("/graphql", json={"query": "{ changeCursor }"}, headers=headers)
        cursor: str = response.json()["data"]["changeCursor"]
        return cursor

    def last(self) -> int:
        return self.app.parts.pipeline.subscriptions.poller.state.last  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[GatedServer]:
    async with gated(database_url) as gate:
        app, engine = application(gate.url, heartbeat=0.1), engine_for(database_url)
        async with listening(app) as (port, _), reaching(port) as client:
            yield GatedServer(gate, engine, app, client, port)
        await engine.dispose()


async def behind(server: GatedServer, headers: Mapping[str, str]) -> str:
    """A cursor after which there are changes."""
    cursor, last = await server.cursor(headers), server.last()
    await run(server.engine, TOUCH)
    async with asyncio.timeout(PATIENCE):
        while server.last() == last:
            await asyncio.sleep(0.01)
    return cursor


@pytest.mark.parametrize("credential", CREDENTIALS)
@pytest.mark.parametrize("way", AWAY)
async def test_new_subscribers_are_asked_to_come_back(server: GatedServer, way: str, credential: str) -> None:
    """By an event stream with 503, by a WebSocket with 1013; whatever is followed, from wherever."""
    headers = CREDENTIALS[credential]()
    after = await behind(server, headers)
    async with talking(server.port, headers=headers) as known, talking(server.port, headers=headers) as again:
        server.gate.close(way)
        for followed, query in FOLLOWED.items():
            for more in ({}, {"last-event-id": after}):
                response = await server.client.post(
                    "/graphql/stream", json={"query": query}, headers={**EVENTS, **headers, **more}
                )
                assert (response.status_code, response.headers.get("retry-after")) == (503, "1"), (
                    followed,
                    more,
                )
                assert "complete" not in response.text
        await known.send(subscribe("{ projects(first: 1) { nodes { title } } }", "query"))
        assert (await known.receive())["type"] == "error", "a query has its answer"
        for talk, query in zip((known, again), FOLLOWED.values(), strict=True):
            await talk.send(subscribe(query))
            code, reason = await talk.closed()
            assert (code, reason.partition(":")[0]) == (1013, "UNAVAILABLE")
    server.gate.reopen()
    await until_followed(server, headers)


async def until_followed(server: GatedServer, headers: Mapping[str, str]) -> None:
    """Come back, as clients do."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with streamed(server.client, FOLLOWED["a live query"], headers=headers) as stream:
                if stream.response.status_code == 200:
                    event = await stream.event()
                    assert event is not None
                    assert "errors" not in event.json
                    return
            await asyncio.sleep(0.02)


async def test_who_follows_already_goes_on_when_it_is_back(server: GatedServer) -> None:
    changes, live = FOLLOWED.values()
    async with (
        streamed(server.client, changes) as stream,
        streamed(server.client, live) as watched,
        talking(server.port) as talk,
    ):
        assert await watched.event() is not None
        await talk.send(subscribe(live))
        before = await talk.receive()
        server.gate.close("is in recovery")
        await run(server.engine, "update project set title_en = title_en || '.', title_es = title_es || '.'")
        await stream.until_beat()
        server.gate.reopen()
        event, result = await stream.event(), await watched.event()
        assert event is not None
        assert event.json["data"]["changes"]["kind"] == "UPDATED"
        assert result is not None
        assert "errors" not in result.json
        assert (await talk.receive())["payload"] != before["payload"]


class Reader(Listener):
    """Takes the next page only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.takes = asyncio.Event()

    async def drained(self) -> None:
        await self.takes.wait()


async def test_who_catches_up_waits_in_the_middle(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with gated(database_url) as gate, in_process_server(gate.url, feed_page=10) as server:
        after, reader = await server.cursor("public"), Reader()
        engine = engine_for(database_url)
        await run(engine, "update project set title_en = title_en || '.'")
        await engine.dispose()
        async with asyncio.timeout(PATIENCE):
            while await server.cursor("public") == after:
                await asyncio.sleep(0.01)
        subscription = await server.open("public", CHANGES, reader, after=after, types=["PROJECT"])
        first = len(reader.payloads)
        assert 0 < first <= 10
        gate.close("refuses")
        reader.takes.set()
        async with asyncio.timeout(PATIENCE):
            while "subscribers wait" not in caplog.text:
                await asyncio.sleep(0.01)
        gate.reopen()
        await reader.until(lambda one: len(one.payloads) > first)
        assert not reader.ended
        subscription.close()


async def test_who_begins_while_the_feed_is_locked_waits_with_the_others(database_url: str) -> None:
    """Its database is there, and slow to number."""
    async with in_process_server(database_url, statement_timeout=0.2, feed_interval=0.05) as server:
        async with server.engine.begin() as holder:
            await holder.exec_driver_sql("select from feed for update")
            await holder.exec_driver_sql("update venue set city = city || '.'")
            listeners = [(await server.follow("public", types=["VENUE"]))[0] for _ in range(3)]
        for listener in listeners:
            await listener.until(lambda one: bool(one.changes))
            assert not listener.ended
