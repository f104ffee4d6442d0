"""A response for one subscriber, with a limit for what waits to be sent to it."""

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

PIECE = 65_536  # bytes: as much as a transport takes before it lets us wait
DRAIN_SECONDS = 2.0  # that a reader gets to take what it was sent before the server ends


@dataclass(frozen=True, slots=True)
class WriterLimits:
    """How often a stream sends a heartbeat, and how slowly it may be read."""

    heartbeat: float  # seconds
    max_bytes: int  # that wait to be sent
    seconds: float  # that a client may let us wait


class EventStreamWriter:
    """A `Subscriber` (delivery/subscriptions/sessions.py) whose events are a response's body.

    Who doesn't read is cut off: when the connection takes nothing for `pace.seconds`, or when more than
    `pace.max_bytes` came to wait while it took nothing. It comes back and resumes after its last event.
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
        self._bytes = 0  # that wait, or are being sent
        self._sending = False
        self._woken = asyncio.Event()
        self._read = asyncio.Event()
        self._beats: asyncio.TimerHandle | None = None
        self.ended = False  # nothing will be added
        self.gone = False  # nothing can be sent
        self.slow = False  # its client does not read
        self._put(retry_hint())

    @property
    def queued(self) -> int:
        """Bytes that wait to be sent."""
        return self._bytes

    def next(self, payload: str, cursor: str | None) -> None:
        self._add(next_event(payload, cursor))

    def end(self, error: RequestError | None) -> None:
        """After `complete` clients don't come back, so what passes ends without it."""
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
        """End without `complete`, so that the client comes back; it resumes after what it has."""
        if self.ended:
            return
        self._forget()
        self._put(retry_hint())
        self.ended = True
        asyncio.get_running_loop().call_later(DRAIN_SECONDS, self.abort)

    def leave(self) -> None:
        """The client has gone: forget what was to be sent."""
        self.gone = self.ended = True
        self._forget()
        self._woken.set()
        self._read.set()

    def abort(self) -> None:
        """Close the connection under a client that doesn't read."""
        self.leave()
        reset(self._connection)

    async def run(self) -> None:
        """Send what comes until the end; a heartbeat while nothing does."""
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
        """A sign of life, wherever nothing else is one, and of life on the other side."""
        if self._beats is not None and not self._bytes:
            self._put(HEARTBEAT)
        self._beats = asyncio.get_running_loop().call_later(self._pace.heartbeat, self._beat)

    def _add(self, event: bytes) -> None:
        if self.ended:
            return
        self._put(event)
        if self._sending and self._bytes > self._pace.max_bytes:
            self.slow = True
            self.abort()

    def _put(self, event: bytes) -> None:
        self._waiting.append(event)
        self._bytes += len(event)
        self._woken.set()

    def _forget(self) -> None:
        self._bytes -= sum(map(len, self._waiting))
        self._waiting.clear()

    def _next_chunk(self) -> bytes:
        """The events that are sent next, together as many as a transport takes at once."""
        taken, size = [], 0
        while self._waiting and size < PIECE:
            taken.append(self._waiting.popleft())
            size += len(taken[-1])
        return b"".join(taken)

    async def _write(self, body: bytes, *, more: bool) -> None:
        """Send; a transport that has enough waiting lets us wait, and not for longer than the pace says."""
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
