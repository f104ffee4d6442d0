"""Limits the sockets or streams that a viewer or address has open; each process counts its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from api.messages import message
from planner.errors import TooManyConnections

Transport: TypeAlias = Literal["sockets", "streams"]

SOCKETS: Transport = "sockets"
STREAMS: Transport = "streams"


@dataclass
class ConcurrencyLimit:
    """The number of open connections by key; `max_open` 0 means no limit."""

    max_open: int
    transport: Transport
    client_kind: Literal["viewer", "address"]
    held: Counter[str] = field(default_factory=Counter)

    def acquire(self, key: str) -> None:
        """Count one more; raises TooManyConnections."""
        if self.max_open and self.held[key] >= self.max_open:
            raise TooManyConnections(
                message(f"too_many_open.{self.client_kind}_{self.transport}", limit=self.max_open),
                limit=self.max_open,
                asked=self.held[key] + 1,
            )
        self.held[key] += 1

    def release(self, key: str) -> None:
        self.held[key] -= 1
        if not self.held[key]:
            del self.held[key]

    @contextmanager
    def acquired(self, key: str) -> Iterator[None]:
        """Count one more during the block; raises TooManyConnections."""
        self.acquire(key)
        try:
            yield
        finally:
            self.release(key)


def viewers(most: int, transport: Transport) -> ConcurrencyLimit:
    return ConcurrencyLimit(most, transport, "viewer")


def addresses(most: int, transport: Transport) -> ConcurrencyLimit:
    return ConcurrencyLimit(most, transport, "address")
