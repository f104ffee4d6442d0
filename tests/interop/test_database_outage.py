"""The official clients follow through an outage of the database, by their own rules, and lose nothing."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import replace

import pytest

from tests.feed.database_gate import gated
from tests.interop.clients import Client, node, started
from tests.interop.restarting_server import RestartingServer, titles

pytestmark = pytest.mark.lifecycle

CLIENTS = {
    "graphql-sse": ("follow_sse.mjs", "http", "/graphql/stream"),
    "graphql-ws": ("follow_websocket.mjs", "ws", "/graphql"),
}


@pytest.mark.parametrize("which", CLIENTS)
async def test_a_client_waits_for_the_database(restarting: RestartingServer, which: str) -> None:
    """It begins to follow while the database is away, and follows while it goes away once more."""
    script, scheme, path = CLIENTS[which]
    address = f"{scheme}://127.0.0.1:{restarting.port}{path}"
    authorization = f"Bearer {await restarting.key()}"
    async with gated(restarting.url) as gate:
        with ExitStack() as stack:
            await asyncio.to_thread(stack.enter_context, replace(restarting, url=gate.url).served())
            client = stack.enter_context(started(node(), script, address, authorization, "patient"))
            await asyncio.to_thread(client.until, "waiting")
            gate.close("is starting up")
            client.go_on()
            assert await refused(client, which)
            await restarting.title("one", "two")
            gate.reopen()
            assert await asyncio.to_thread(titles, client, 2) == ["two", "two"], "a node is as it is now"
            gate.close("refuses")
            await restarting.title("three")
            gate.reopen()
            assert await asyncio.to_thread(titles, client, 1) == ["three"]
            await restarting.title("stop")
            await asyncio.to_thread(client.until, "completed")


async def refused(client: Client, which: str) -> bool:
    """Whether it learned that it may come back: by the status of a stream (503), or a socket's code."""
    if which == "graphql-sse":
        return (await asyncio.to_thread(client.until, "reconnecting")) == {"event": "reconnecting"}
    closed = await asyncio.to_thread(client.until, "closed")
    return bool(closed["code"] == 1013)
