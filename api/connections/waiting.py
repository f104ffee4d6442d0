"""Tracks what a connection waits for its client to do, and since when."""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import Any

from api.connections.client_connections import ClientConnections
from api.connections.limits import ConnectionLimits
from api.connections.tcp import reset

UNREAD_PIECE = 65_536
"""Bytes that a client must read in `ConnectionLimits.stalled` seconds."""

PARTING = 2.0  # seconds to read a refusal


class Wait(Enum):
    """The reasons for waiting; the values are labels of metrics."""

    REQUEST = "head"  # the first request, or the rest of a head
    NEXT = "idle"
    BODY = "body"  # the application limits its time
    READ = "unread"
    PART = "refused"


Mark = tuple[Wait, object]
"""Why a connection waits, and an object that changes when the client makes progress."""


class ClientWait:
    """A mixin for uvicorn's httptools protocol.

    Requests cost nothing: the periodic `expire` compares what the connection waits for now with the last
    time.
    """

    transport: asyncio.Transport
    open_connections: ClientConnections
    cycle: Any
    flow: Any
    pipeline: Any
    in_head: bool

    def begin_waiting(self, wait: Wait, limits: ConnectionLimits) -> None:
        self._mark: Mark | None = (wait, None)
        self._since = asyncio.get_running_loop().time()
        self._seconds = {
            Wait.REQUEST: limits.head.seconds,
            Wait.NEXT: limits.idle,
            Wait.READ: limits.stalled,
            Wait.PART: PARTING,
        }

    def waiting_since(self, now: float) -> float | None:
        waits = self._waits()
        if waits is None:
            return None
        return self._since if waits == self._mark else now

    def expire(self, now: float) -> None:
        waits = self._waits()
        if waits != self._mark:
            self._mark, self._since = waits, now
        elif waits is not None and now - self._since >= self._seconds.get(waits[0], float("inf")):
            if waits[0] is not Wait.PART:
                self.open_connections.ended[waits[0].value] += 1
            self.expired(waits[0])

    def expired(self, wait: Wait) -> None:
        raise NotImplementedError

    def cut(self) -> None:
        waits = self._waits()
        if waits is not None and waits[0] in (Wait.REQUEST, Wait.NEXT):
            self.transport.close()
        else:
            reset(self.transport)

    def _waits(self) -> Mark | None:
        if self._mark == (Wait.PART, None):
            return self._mark
        cycle = self.cycle
        if cycle is None:
            return Wait.REQUEST, None
        unread = self.transport.get_write_buffer_size() // UNREAD_PIECE
        if cycle.response_complete:
            if self.transport.get_write_buffer_size():
                return Wait.READ, unread
            return (Wait.REQUEST if self.in_head else Wait.NEXT), cycle
        if self.flow.write_paused and (self.pipeline or not cycle.response_started):
            return Wait.READ, unread
        if self.pipeline or cycle.response_started or not cycle.more_body:
            return None
        return Wait.BODY, cycle
