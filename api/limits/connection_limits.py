"""How many sockets or streams somebody has open here; each process counts its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from api.messages import message
from planner.errors import TooManyOpen

Transport: TypeAlias = Literal["sockets", "streams"]

SOCKETS: Transport = "sockets"
STREAMS: Transport = "streams"


@dataclass
class Places:
    """What is open, by who has it open; 0 for `most` is any number."""

    most: int
    what: Transport
    whose: Literal["viewer", "address"]
    taken: Counter[str] = field(default_factory=Counter)

    def take(self, key: str) -> None:
        """One more; raises TooManyOpen."""
        if self.most and self.taken[key] >= self.most:
            raise TooManyOpen(
                message(f"too_many_open.{self.whose}_{self.what}", limit=self.most),
                limit=self.most,
                asked=self.taken[key] + 1,
            )
        self.taken[key] += 1

    def leave(self, key: str) -> None:
        self.taken[key] -= 1
        if not self.taken[key]:
            del self.taken[key]

    @contextmanager
    def kept(self, key: str) -> Iterator[None]:
        """One more for as long as the block lasts; raises TooManyOpen."""
        self.take(key)
        try:
            yield
        finally:
            self.leave(key)


def viewers(most: int, what: Transport) -> Places:
    return Places(most, what, "viewer")


def addresses(most: int, what: Transport) -> Places:
    return Places(most, what, "address")
