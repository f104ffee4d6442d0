"""The metrics of a process: each is registered once, and read when metrics are scraped."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["gauge", "counter", "histogram"]
Value: TypeAlias = float | tuple[list[tuple[str, float]], float]
"""A number; for a histogram its cumulative buckets and the sum."""

Read: TypeAlias = Callable[[], Value | None]
"""Reads the current value; None while it is unknown."""

BOUNDS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds


@dataclass(frozen=True, slots=True)
class Sample:
    """A value with its name, description, and labels that distinguish it from others with the name.

    Labels are our constants, never about a person or from a client.
    """

    name: str
    kind: Kind
    about: str
    labels: dict[str, str]
    value: Value


@dataclass(slots=True)
class Registry:
    """The samples of this process, with names as Prometheus recommends: with unit, `_total` for counters."""

    _read: list[tuple[str, Kind, str, dict[str, str], Read]] = field(default_factory=list)

    def gauge(self, name: str, about: str, read: Callable[[], float | None], **labels: str) -> None:
        """A value that goes up and down; None while it is unknown."""
        self._read.append((name, "gauge", about, labels, read))

    def counter(self, name: str, about: str, read: Callable[[], float], **labels: str) -> None:
        """A value that only grows, from the process's start."""
        self._read.append((name, "counter", about, labels, read))

    def histogram(self, name: str, about: str, read: Callable[[], Value], **labels: str) -> None:
        self._read.append((name, "histogram", about, labels, read))

    def now(self) -> Iterator[Sample]:
        for name, kind, about, labels, read in self._read:
            if (value := read()) is not None:
                yield Sample(name, kind, about, labels, value)


class RequestStats:
    """Responses at /graphql by status, and their durations; counting one takes half a microsecond."""

    def __init__(self) -> None:
        self.by_status: Counter[int] = Counter()
        self._buckets = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0

    def count(self, status: int, seconds: float) -> None:
        self.by_status[status] += 1
        self._buckets[bisect_left(BOUNDS, seconds)] += 1
        self._seconds += seconds

    def answered(self, hundred: int) -> int:
        """The number of responses in a class of statuses: 2, 4 or 5."""
        return sum(count for status, count in self.by_status.items() if status // 100 == hundred)

    def took(self) -> Value:
        below, buckets = 0, list[tuple[str, float]]()
        for bound, count in zip((*BOUNDS, None), self._buckets, strict=True):
            below += count
            buckets.append(("+Inf" if bound is None else repr(bound), below))
        return buckets, self._seconds


def as_json(sample: Sample) -> list[Any]:
    return [sample.name, sample.kind, sample.about, sample.labels, sample.value]


def from_json(members: list[Any]) -> Sample:
    return Sample(*members)
