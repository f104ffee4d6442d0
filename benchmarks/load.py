"""Load on a server of this machine: a number of connections, each with one request under way at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import uvloop

from benchmarks.peers.peer import PeerRequest

HEADERS_END = b"\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"
OK = b"HTTP/1.1 200"


class UnexpectedAnswer(Exception):
    """The server answered something else than 200 while it was measured."""


@dataclass(frozen=True)
class Measured:
    """The result: answers a second, and the milliseconds that each took.

    `too_slow`: no connection had an answer within the seconds that were measured. The rate is then above the
    true one, and the one latency below each true one.
    """

    rate: float
    latencies: Sequence[float] = field(repr=False)
    too_slow: bool = False

    def percentile(self, percent: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def measure(port: int, request: PeerRequest, *, seconds: float, connections: int = 16) -> Measured:
    """Send the request again and again for `seconds`; the first answers are not counted.

    Raises UnexpectedAnswer.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measure(port, written(request), seconds, connections))


def written(request: PeerRequest) -> bytes:
    lines = [
        f"POST {request.path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Content-Length: {len(request.body)}",
        *(f"{name}: {value}" for name, value in request.headers.items()),
    ]
    return "\r\n".join(lines).encode() + HEADERS_END + request.body


async def _measure(port: int, written: bytes, seconds: float, connections: int) -> Measured:
    loop = asyncio.get_running_loop()
    until = loop.create_future()
    clients = [_Client(written, until) for _ in range(connections)]
    for client in clients:
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)  # type: ignore[misc]
    for client in clients:
        client.send()
    await asyncio.wait([until], timeout=seconds * WARM_UP)
    for client in clients:
        client.latencies.clear()
    began = time.perf_counter()
    await asyncio.wait([until], timeout=seconds)
    took = time.perf_counter() - began
    if until.done():
        raise until.exception() or UnexpectedAnswer
    counted = [latency for client in clients for latency in client.latencies]
    for client in clients:
        client.end()
    if not counted:
        return Measured(1 / took, [took * 1000], too_slow=True)
    return Measured(len(counted) / took, counted)


WARM_UP = 0.2  # of the seconds, before counting begins


class _Client(asyncio.Protocol):
    """One connection; `failed` gets the first answer that is not as expected."""

    def __init__(self, written: bytes, failed: asyncio.Future[None]) -> None:
        self._written = written
        self._failed = failed
        self._transport: Any = None  # uvloop's is no asyncio.Transport
        self._received = b""
        self._usual = 0
        self._ended = False
        self.latencies: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def send(self) -> None:
        self._since = time.perf_counter()
        self._transport.write(self._written)

    def data_received(self, data: bytes) -> None:
        """All answers to a request have the same length, which shows that later ones are complete."""
        received = self._received + data if self._received else data
        if len(received) != self._usual and not is_whole(received):
            self._received = received
            return
        now = time.perf_counter()
        self.latencies.append((now - self._since) * 1000)
        if not received.startswith(OK):
            self._fail(UnexpectedAnswer(received[:500].decode(errors="replace")))
            return
        self._received, self._usual = b"", len(received)
        if not self._ended:
            self._since = now
            self._transport.write(self._written)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._ended:
            self._fail(error or UnexpectedAnswer("the connection was closed"))

    def end(self) -> None:
        self._ended = True
        if self._transport is not None:
            self._transport.abort()

    def _fail(self, error: Exception) -> None:
        if not self._failed.done():
            self._failed.set_exception(error)


def is_whole(received: bytes) -> bool:
    """Whether an answer has arrived to its end, by its length or its last chunk."""
    end = received.find(HEADERS_END)
    if end < 0:
        return False
    head = received[:end].lower()
    at = head.find(b"content-length:")
    if at < 0:
        return received.endswith(LAST_CHUNK)
    line = head[at + 15 :].partition(b"\r\n")[0]
    return len(received) - end - len(HEADERS_END) >= int(line)
