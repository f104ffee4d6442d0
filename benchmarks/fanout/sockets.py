"""Many subscribers over WebSockets: bare protocols that note when each message came, and read it afterwards.

What they speak is `graphql-transport-ws`; frames are written by hand, so that the load takes little time.
"""

from __future__ import annotations

import asyncio
import base64
import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson

AT_ONCE = 64  # sockets that are opened side by side
PATIENCE = 60.0  # seconds that a socket may take to be open
TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A
UNMASKED = bytes(4)
"""A client must mask its frames (RFC 6455, 5.3); by this mask they stay as they are."""
ACKNOWLEDGED, NEXT = b'"connection_ack"', b'"next"'


class SocketFailed(Exception):
    """The server closed a socket, or answered something that is not expected of it."""


@dataclass(frozen=True)
class Subscribed:
    """What one subscriber sends: the payload of `connection_init`, and the operation it opens."""

    init: Mapping[str, Any]
    operation: Mapping[str, Any]


class Audience:
    """All sockets, and what came in on them: when (`time.perf_counter`), and the message."""

    def __init__(self) -> None:
        self.received: list[tuple[float, bytes]] = []
        self._wanted = 0
        self._enough = asyncio.Event()
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def fail(self, why: str) -> None:
        if not self.failed.done():
            self.failed.set_exception(SocketFailed(why))

    def receive(self, at: float, message: bytes) -> None:
        self.received.append((at, message))
        if len(self.received) >= self._wanted:
            self._enough.set()

    async def until(self, count: int, patience: float) -> bool:
        """Wait for this many messages in all; False if they did not come in time."""
        if len(self.received) >= count:
            return True
        self._wanted = count
        self._enough.clear()
        enough = asyncio.ensure_future(self._enough.wait())
        first: list[asyncio.Future[Any]] = [enough, self.failed]
        await asyncio.wait(first, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        enough.cancel()
        if self.failed.done():
            self.failed.result()
        return len(self.received) >= count

    async def pause(self, seconds: float) -> None:
        await asyncio.wait([self.failed], timeout=max(seconds, 0))
        if self.failed.done():
            self.failed.result()


@asynccontextmanager
async def audience(port: int, subscribers: Sequence[Subscribed]) -> AsyncIterator[Audience]:
    """The sockets, once all of them are acknowledged and have sent what they subscribe to."""
    made = Audience()
    gate = asyncio.Semaphore(AT_ONCE)
    loop = asyncio.get_running_loop()
    sockets = [_Socket(made, subscribed) for subscribed in subscribers]

    async def opened(socket: _Socket) -> None:
        async with gate, asyncio.timeout(PATIENCE):
            await loop.create_connection(lambda: socket, "127.0.0.1", port)
            await socket.acknowledged

    try:
        await asyncio.gather(*map(opened, sockets))
        yield made
    finally:
        for socket in sockets:
            socket.end()
        await asyncio.sleep(0.5)  # the server hears of it


class _Socket(asyncio.Protocol):
    __slots__ = ("_audience", "_ended", "_received", "_subscribed", "_transport", "_upgraded", "acknowledged")

    def __init__(self, audience: Audience, subscribed: Subscribed) -> None:
        self._audience = audience
        self._subscribed: Subscribed | None = subscribed
        self._received = b""
        self._upgraded = False
        self._ended = False
        self._transport: Any = None  # uvloop's is no asyncio.Transport
        self.acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        assert self._subscribed is not None
        key = base64.b64encode(os.urandom(16)).decode()
        self._transport.write(
            "GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        if self._received or not self._upgraded:
            data = self._received + data
        if not self._upgraded:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._received = head
                return
            self._upgrade(head)
        now, at, size = time.perf_counter(), 0, len(data)
        while size - at >= 2:
            length, body = data[at + 1], at + 2
            if length == 126:
                length, body = int.from_bytes(data[at + 2 : at + 4]), at + 4
            elif length == 127:
                length, body = int.from_bytes(data[at + 2 : at + 10]), at + 10
            if size < body + length:
                break
            self._frame(data[at], data[body : body + length], now)
            at = body + length
        self._received = data[at:]

    def connection_lost(self, error: Exception | None) -> None:
        if not self._ended:
            self._failed(f"a socket was cut off: {error}")

    def end(self) -> None:
        self._ended = True
        if self._transport is not None:
            self._transport.abort()

    def _upgrade(self, head: bytes) -> None:
        self._upgraded = True
        self._received = b""
        if not head.startswith(b"HTTP/1.1 101"):
            self._failed(head.decode(errors="replace"))
            return
        assert self._subscribed is not None
        self._send({"type": "connection_init", "payload": self._subscribed.init})

    def _frame(self, kind: int, body: bytes, now: float) -> None:
        if kind == TEXT and NEXT in body[:60]:
            self._audience.receive(now, body)
        elif kind == TEXT and ACKNOWLEDGED in body and self._subscribed is not None:
            self._send({"id": "1", "type": "subscribe", "payload": self._subscribed.operation})
            self._subscribed = None
            if not self.acknowledged.done():  # it was cut, and said so
                self.acknowledged.set_result(None)
        elif kind == PING:
            self._transport.write(_framed(PONG, body))
        elif kind == TEXT and b'"ping"' in body:
            self._send({"type": "pong"})
        else:
            self._failed(body.decode(errors="replace"))

    def _send(self, message: Mapping[str, Any]) -> None:
        self._transport.write(_framed(TEXT, orjson.dumps(message)))

    def _failed(self, why: str) -> None:
        self._audience.fail(why)
        if not self.acknowledged.done():
            self.acknowledged.set_exception(SocketFailed(why))


def _framed(kind: int, body: bytes) -> bytes:
    length = len(body)
    if length < 126:
        return bytes((kind, 0x80 | length)) + UNMASKED + body
    return bytes((kind, 0x80 | 126)) + length.to_bytes(2, "big") + UNMASKED + body
