"""Limits the bytes that open operations hold per viewer or address; each process counts its own.

Counted are unanswered messages, and the variables and document of subscriptions (a shared document once).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from api.messages import message
from planner.errors import TooManyConnections

VALUE_BYTES = 64
"""Approximate memory of a value, without its characters."""


class SharedDocument(Hashable, Protocol):
    """A document that several subscriptions may hold, with its estimated bytes."""

    @property
    def size(self) -> int: ...


@dataclass
class HeldBytes:
    """The held bytes by key; `most` 0 means no limit."""

    most: int
    client_kind: Literal["viewer", "address"]
    held: Counter[str] = field(default_factory=Counter)
    documents: Counter[tuple[str, SharedDocument]] = field(default_factory=Counter)

    def hold(self, key: str, size: int) -> HeldPart:
        """Hold bytes; raises TooManyConnections."""
        self.add(key, size)
        return HeldPart(self, key, size)

    def add(self, key: str, size: int, *, bounded: bool = True) -> None:
        total = self.held[key] + size
        if bounded and self.most and total > self.most and size > 0:
            raise TooManyConnections(
                message(f"too_many_open.{self.client_kind}_bytes", limit=self.most),
                limit=self.most,
                asked=total,
            )
        self.held[key] = total
        if not total:
            del self.held[key]


class HeldPart:
    """The bytes that one operation or connection holds."""

    __slots__ = ("_bytes", "_document", "_held_bytes", "_key")

    def __init__(self, held_bytes: HeldBytes, key: str, size: int) -> None:
        self._held_bytes = held_bytes
        self._key = key
        self._bytes = size
        self._document: SharedDocument | None = None

    def resize(self, size: int, *, bounded: bool = True) -> None:
        """Hold another number of bytes; raises TooManyConnections, and then changes nothing.

        Without `bounded` the limit isn't checked, which leaves less for others.
        """
        self._held_bytes.add(self._key, size - self._bytes, bounded=bounded)
        self._bytes = size

    def keep(self, document: SharedDocument, variables: Mapping[str, object]) -> None:
        """Hold only these from now on; raises TooManyConnections."""
        documents, key = self._held_bytes.documents, (self._key, document)
        assert self._document is None
        own = size_of(variables)
        self.resize(own + (0 if documents[key] else document.size))
        self._bytes = own
        self._document = document
        documents[key] += 1

    def release(self) -> None:
        """Hold nothing; idempotent."""
        self.resize(0)
        if self._document is None:
            return
        documents, key = self._held_bytes.documents, (self._key, self._document)
        documents[key] -= 1
        if not documents[key]:
            del documents[key]
            self._held_bytes.add(self._key, -self._document.size)
        self._document = None


def viewers(most: int) -> HeldBytes:
    return HeldBytes(most, "viewer")


def addresses(most: int) -> HeldBytes:
    return HeldBytes(most, "address")


def size_of(value: object) -> int:
    """The estimated bytes of a value with limited nesting."""
    if isinstance(value, str | bytes):
        return VALUE_BYTES + len(value)
    if isinstance(value, Mapping):
        return VALUE_BYTES + sum(size_of(name) + size_of(member) for name, member in value.items())
    if isinstance(value, Sequence):
        return VALUE_BYTES + sum(map(size_of, value))
    return VALUE_BYTES
