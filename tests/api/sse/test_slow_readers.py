"""A client that doesn't read is cut off and its queue dropped; clients that read are not delayed."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from typing import Any, cast

import orjson
import pytest
import uvicorn
from sqlalchemy.ext.asyncio import AsyncEngine

from api.connections.http_protocol import HttpProtocol
from models.database.client import engine_for
from tests.api.http_clients import application
from tests.api.loopback_sockets import listening
from tests.api.sse.event_stream import PATIENCE, reaching, streamed
from tests.api.sse.test_following import StreamingServer, next_of, streaming_of
from tests.models.statements import run, scalar

TWENTY_TIMES = " ".join(f"a{times}: nodes {{ id summary }}" for times in range(20))
TWICE = "a: nodes { id summary } b: nodes { id summary }"
LARGE = f"subscription {{ projects(first: 100) {{ {TWENTY_TIMES} }} }}"
FIVE_TIMES = " ".join(f"a{times}: summary" for times in range(5))
REWRITE = "update project set summary_en = repeat(chr(97 + (random() * 25)::int), 2000)"
STALLS: list[dict[str, Any]] = [
    {"stream_stall_timeout": 0.5, "stream_queue_bytes": 2**30},
    {"stream_stall_timeout": 600.0, "stream_queue_bytes": 65_536},
]


@contextmanager
def not_reading(port: int, query: str) -> Iterator[socket.socket]:
    """A connection that asks, and then takes nothing."""
    body = orjson.dumps({"query": query})
    head = "POST /graphql/stream HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    head += f"content-length: {len(body)}\r\n\r\n"
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", port))
        connection.sendall(head.encode() + body)
        yield connection


@asynccontextmanager
async def rewriting(engine: AsyncEngine) -> AsyncIterator[None]:
    """Every project is rewritten again and again."""

    async def rewrite() -> None:
        while True:
            await run(engine, REWRITE)

    task = asyncio.create_task(rewrite())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("settings", STALLS, ids=["by time", "by bytes"])
async def test_who_does_not_read_is_cut_off(database_url: str, settings: dict[str, Any]) -> None:
    app = application(database_url, live_debounce=0.0, max_cost=1_000_000, **settings)
    engine = engine_for(database_url)
    async with listening(app) as (port, server), reaching(port) as client:
        stream_server = StreamingServer(client, streaming_of(app), engine)
        with not_reading(port, LARGE) as connection:
            await stream_server.until(lambda: len(stream_server.streaming) == 1)
            async with rewriting(engine):
                await stream_server.until(lambda: len(stream_server.streaming) == 0)
            assert len(stream_server.streaming.subscriptions.sessions) == 0
            await stream_server.until(lambda: port_of(connection) not in clients(server))
            with pytest.raises(ConnectionResetError):
                read_to_the_end(connection)
        async with streamed(client, LARGE) as stream:
            assert (await next_of(stream)).json["data"]["projects"]["a19"]
    await engine.dispose()


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="of Linux")
async def test_what_the_system_keeps_for_who_does_not_read_counts_too(database_url: str) -> None:
    app = application(database_url, heartbeat=0.1, stream_stall_timeout=1.0, stream_queue_bytes=2**30)
    engine = engine_for(database_url)
    async with listening(app) as (port, _), reaching(port) as client:
        stream_server = StreamingServer(client, streaming_of(app), engine)
        with not_reading(port, f"subscription {{ projects(first: 100) {{ {TWICE} }} }}"):
            await stream_server.until(lambda: len(stream_server.streaming) == 1)
            await run(engine, REWRITE)
            await stream_server.until(lambda: len(stream_server.streaming) == 0)
    await engine.dispose()


async def test_a_server_that_ends_does_not_wait_for_who_does_not_read(database_url: str) -> None:
    app = application(database_url, live_debounce=0.0, max_cost=1_000_000, stream_stall_timeout=600.0)
    engine = engine_for(database_url)
    async with AsyncExitStack() as stack:
        port, server = await stack.enter_async_context(listening(app))
        stream_server = StreamingServer(
            await stack.enter_async_context(reaching(port)), streaming_of(app), engine
        )
        with not_reading(port, LARGE):
            await stream_server.until(lambda: len(stream_server.streaming) == 1)
            async with rewriting(engine):
                await stream_server.until(lambda: stalled(server))
            async with asyncio.timeout(PATIENCE):
                await stack.aclose()
            assert len(stream_server.streaming) == 0
    await engine.dispose()


async def test_who_reads_a_burst_that_is_larger_than_the_bound_gets_all_of_it(database_url: str) -> None:
    app = application(database_url, stream_queue_bytes=65_536)
    engine = engine_for(database_url)
    node = f"... on Project {{ {FIVE_TIMES} }}"
    following = f"subscription {{ changes(types: [PROJECT]) {{ entityId node {{ {node} }} }} }}"
    async with listening(app) as (port, _), reaching(port) as client, streamed(client, following) as stream:
        await run(engine, REWRITE)
        count = await scalar(engine, "select count(*) from project where status <> 'DRAFT'")
        received = [(await next_of(stream)).json["data"]["changes"] for _ in range(count)]
    assert len({change["entityId"] for change in received}) == count
    assert sum(len(orjson.dumps(change)) for change in received) > 2 * 65_536
    await engine.dispose()


def read_to_the_end(connection: socket.socket) -> None:
    while connection.recv(65_536):
        pass


def stalled(server: uvicorn.Server) -> bool:
    """Whether somebody has let a transport wait."""
    return any(one.flow.write_paused for one in cast("set[HttpProtocol]", server.server_state.connections))


def port_of(connection: socket.socket) -> int:
    port: int = connection.getsockname()[1]
    return port


def clients(server: uvicorn.Server) -> set[int]:
    """The ports of those who are connected."""
    connections = cast("set[HttpProtocol]", server.server_state.connections)
    return {connection.client[1] for connection in connections if connection.client}
