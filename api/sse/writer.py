"""Writes an event stream for one subscriber, with a limit on its queue."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

from starlette.types import Send

from api.connections.tcp import reset
from api.http.timeouts import lazy_timeout
from api.sse.events import COMPLETE, HEARTBEAT, error_event, next_event, retry_hint
from delivery.request_errors import may_pass
from planner.errors import RequestError

PIECE = 65_536  # bytes: what a transport accepts before it makes us wait
DRAIN_SECONDS = 2.0  # for the client to read what was sent before the server ends


@dataclass(frozen=True, slots=True)
class WriterLimits:
    """Heartbeats of a stream, and how slowly it may be read."""

    heartbeat: float  # seconds
    max_bytes: int  # waiting to be sent
    seconds: float  # that a client may make us wait


class EventStreamWriter:
    """A `Subscriber` (delivery/subscriptions/sessions.py) whose events are a response's body.

    A client that doesn't read is cut off: if the connection accepts nothing for `pace.seconds`, or more than
    `pace.max_bytes` are waiting meanwhile. It reconnects and resumes after its last event.
    """

    __slots__ = (
        "_beats",
        "_bytes",
        "_connection",
        "_pace",
        "_read",
        "_send",
        "_sending",
        "_waiting",
        "_woken",
        "ended",
        "gone",
        "language",
        "slow",
    )

    def __init__(
        self, send: Send, connection: asyncio.Transport | None, language: str, limits: WriterLimits
    ) -> None:
        self._send = send
        self._connection = connection
        self.language = language
        self._pace = limits
        self._waiting: deque[bytes] = deque()
        self._bytes = 0  # waiting or being sent
        self._sending = False
        self._woken = asyncio.Event()
        self._read = asyncio.Event()
        self._beats: asyncio.TimerHandle | None = None
        self.ended = False  # no more events
        self.gone = False  # the client has disconnected
        self.slow = False  # the client doesn't read
        self._enqueue(retry_hint())

    @property
    def queued(self) -> int:
        """The bytes that wait to be sent."""
        return self._bytes

    def next(self, payload: str, cursor: str | None) -> None:
        self._add(next_event(payload, cursor))

    def end(self, error: RequestError | None) -> None:
        """End the stream; without `complete` if the error may pass, so that the client reconnects."""
        if may_pass(error):
            self._add(retry_hint())
        else:
            self._add((b"" if error is None else error_event(error, self.language)) + COMPLETE)
        self.ended = True

    async def drained(self) -> None:
        while self._bytes > PIECE and not self.gone:
            self._read.clear()
            await self._read.wait()

    def drain(self) -> None:
        """End without `complete`, so that the client reconnects and resumes after its last event."""
        if self.ended:
            return
        self._forget()
        self._enqueue(retry_hint())
        self.ended = True
        asyncio.get_running_loop().call_later(DRAIN_SECONDS, self.abort)

    def leave(self) -> None:
        """The client has disconnected: discard the queue."""
        self.gone = self.ended = True
        self._forget()
        self._woken.set()
        self._read.set()

    def abort(self) -> None:
        """Reset the connection of a client that doesn't read."""
        self.leave()
        reset(self._connection)

    async def run(self) -> None:
        """Send events until the end, and heartbeats while there are none."""
        self._beat()
        try:
            while not self.gone:
                if self._waiting:
                    await self._write(self._next_chunk(), more=True)
                elif self.ended:
                    await self._write(b"", more=False)
                    return
                else:
                    self._woken.clear()
                    await self._woken.wait()
        finally:
            if self._beats is not None:
                self._beats.cancel()

    def _beat(self) -> None:
        """Send a heartbeat if nothing else waits, which also detects a dead client; schedule the next."""
        if self._beats is not None and not self._bytes:
            self._enqueue(HEARTBEAT)
        self._beats = asyncio.get_running_loop().call_later(self._pace.heartbeat, self._beat)

    def _add(self, event: bytes) -> None:
        if self.ended:
            return
        self._enqueue(event)
        if self._sending and self._bytes > self._pace.max_bytes:
            self.slow = True
            self.abort()

    def _enqueue(self, event: bytes) -> None:
        self._waiting.append(event)
        self._bytes += len(event)
        self._woken.set()

    def _forget(self) -> None:
        self._bytes -= sum(map(len, self._waiting))
        self._waiting.clear()

    def _next_chunk(self) -> bytes:
        """The next events, as many as a transport accepts at once."""
        taken, size = [], 0
        while self._waiting and size < PIECE:
            taken.append(self._waiting.popleft())
            size += len(taken[-1])
        return b"".join(taken)

    async def _write(self, body: bytes, *, more: bool) -> None:
        """Send, and wait while the transport's buffer is full, at most `pace.seconds`."""
        self._sending = True
        try:
            await lazy_timeout(self._sent(body, more=more), self._pace.seconds)
        except TimeoutError:
            self.slow = True
            self.abort()
        finally:
            self._sending = False
            self._bytes -= len(body)
        self._read.set()

    async def _sent(self, body: bytes, *, more: bool) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": more})
