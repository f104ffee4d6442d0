"""A WebSocket client that sends what a test gives it, valid or not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PATIENCE = 90.0  # seconds that something may take before the test fails
PROTOCOL = "graphql-transport-ws"
INIT = {"type": "connection_init"}
ACK = {"type": "connection_ack"}


def subscribe(query: str, id: str = "1", **payload: Any) -> dict[str, Any]:
    return {"id": id, "type": "subscribe", "payload": {"query": query, **payload}}


def complete(id: str = "1") -> dict[str, Any]:
    return {"id": id, "type": "complete"}


@dataclass
class Talk:
    socket: ClientConnection

    async def send(self, *messages: Mapping[str, Any] | str | bytes) -> None:
        """Send messages; texts and bytes as they are."""
        for message in messages:
            raw = message if isinstance(message, str | bytes) else orjson.dumps(message).decode()
            await self.socket.send(raw)

    async def receive(self) -> Any:
        """The next message."""
        async with asyncio.timeout(PATIENCE):
            return orjson.loads(await self.socket.recv())

    async def closed(self) -> tuple[int, str]:
        """The code and the reason of the end, which comes next."""
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(ConnectionClosed) as closed:
                await self.socket.recv()
        assert closed.value.rcvd is not None, "it was cut without a word"
        return closed.value.rcvd.code, closed.value.rcvd.reason

    async def lives(self) -> None:
        """Nothing is left to hear, and the socket answers."""
        await self.send({"type": "ping", "payload": {"still": "there"}})
        assert await self.receive() == {"type": "pong", "payload": {"still": "there"}}


@asynccontextmanager
async def talking(
    port: int,
    init: Mapping[str, Any] | None = INIT,
    headers: Mapping[str, str] | None = None,
    subprotocols: Sequence[str] | None = (PROTOCOL,),
) -> AsyncIterator[Talk]:
    """A talk that is acknowledged, or has only begun where `init` is None."""
    async with connect(
        f"ws://127.0.0.1:{port}/graphql",
        subprotocols=subprotocols,  # type: ignore[arg-type]
        additional_headers=headers,
        max_size=None,
        proxy=None,
    ) as socket:
        talk = Talk(socket)
        if init is not None:
            await talk.send(init)
            assert await talk.receive() == ACK
        yield talk
