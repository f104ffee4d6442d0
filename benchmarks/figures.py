"""The figures that Puente promises, and whether a run reached them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import geometric_mean, median

from benchmarks.fanout.run import ADDRESSED, BROADCAST, FEW, MANY, MUTATED, SUSTAINED, Fanout
from benchmarks.growth import Growth
from benchmarks.results import Results
from benchmarks.rounds import Row
from benchmarks.suite import NESTED

PUENTE, CEILING, POSTGRAPHILE, LOADERS = "puente", "ceiling", "postgraphile", "strawberry-loaders"


@dataclass(frozen=True)
class PromiseCheck:
    """A promise: what was found, and the least (or, for growth, the most) that it must be."""

    promise: str
    wanted: float
    found: float | None
    """None if it was not measured."""
    at_most: bool = False

    @property
    def reached(self) -> bool | None:
        if self.found is None:
            return None
        return self.found <= self.wanted if self.at_most else self.found >= self.wanted


def figures_of(results: Results) -> list[PromiseCheck]:
    """Each promise with what the run found."""
    rows, growth = results.rows, results.growth
    nested = [row for row in rows if row.operation in NESTED]
    return [
        PromiseCheck("of the ceiling, on every operation", 0.80, _least(rows, CEILING)),
        PromiseCheck("of the ceiling, geometric mean", 0.88, _mean(rows, CEILING)),
        PromiseCheck("times PostGraphile, on every operation", 1.5, _least(rows, POSTGRAPHILE)),
        PromiseCheck("times PostGraphile, geometric mean", 2.0, _mean(rows, POSTGRAPHILE)),
        PromiseCheck("times idiomatic Strawberry, on every operation", 3.0, _least(rows, LOADERS)),
        PromiseCheck("times idiomatic Strawberry, on nested lists", 10.0, _least(nested, LOADERS)),
        PromiseCheck(
            "times as long at 20 times the rows, at the most", 1.5, _most_grown(growth), at_most=True
        ),
        PromiseCheck(
            "times as long for a page from the middle, at the most",
            1.5,
            _deep(growth),
            at_most=True,
        ),
        PromiseCheck(
            "times as long for a coordinator as for staff, at the most",
            1.3,
            max((one.ratio for one in results.access), default=None),
            at_most=True,
        ),
        PromiseCheck(
            "times as much for 20 projects with what one may do to each, at the most",
            1.15,
            max((one.ratio for one in results.actions), default=None),
            at_most=True,
        ),
        PromiseCheck(
            "times PostGraphile's updates a second",
            1.5,
            min((one.ratio for one in results.writes if one.ratio is not None), default=None),
        ),
        PromiseCheck(
            "of the bare SQL's registrations a second, for one event and for many",
            0.7,
            min((one.ratio for one in results.registrations), default=None),
        ),
        *_following(results.fanout),
    ]


def _following(fanout: Fanout) -> list[PromiseCheck]:
    """Those of Puente with many subscribers."""
    results = {(one.subscribers, one.scenario): one for one in fanout.results if one.peer == PUENTE}
    addressed, broadcast, mutated = (results.get((MANY, one)) for one in (ADDRESSED, BROADCAST, MUTATED))
    sustained = [one.rate for key, one in results.items() if key[1] == SUSTAINED]
    kilobytes = [one.after / 1000 for one in fanout.memory if one.peer == PUENTE]
    trips = {one.subscribers: one.round_trips for one in fanout.statements}
    return [
        PromiseCheck(
            "ms from commit to delivery, p95: 5,000 subscribers, 20 changes a second, each for 50 of them",
            250,
            addressed.p95 if addressed else None,
            at_most=True,
        ),
        PromiseCheck(
            "ms until the last of 5,000 has a change that is for all, p95",
            700,
            broadcast.last95 if broadcast else None,
            at_most=True,
        ),
        PromiseCheck(
            "ms from when a mutation is due to delivery, p95: 5,000 subscribers, 200 mutations a second,"
            " each for 50 of them",
            250,
            mutated.p95 if mutated else None,
            at_most=True,
        ),
        PromiseCheck("deliveries a second, sustained", 15_000, max(sustained, default=None)),
        PromiseCheck("KB of memory a subscriber", 60, max(kilobytes, default=None), at_most=True),
        PromiseCheck(
            "times the round trips to PostgreSQL for a change, for 5,000 subscribers as for 10",
            1,
            trips[MANY] / trips[FEW] if {MANY, FEW} <= set(trips) else None,
            at_most=True,
        ),
    ]


def ratios(rows: Sequence[Row], peer: str) -> list[float]:
    return [row.ratio(PUENTE, peer) for row in rows if peer in row.rounds]


def _least(rows: Sequence[Row], peer: str) -> float | None:
    return min(ratios(rows, peer), default=None)


def _mean(rows: Sequence[Row], peer: str) -> float | None:
    found = ratios(rows, peer)
    return geometric_mean(found) if found else None


def _deep(growth: Sequence[Growth]) -> float | None:
    """At the largest scale: the median over the rounds."""
    found = {one.operation: one.rounds[max(one.rounds)] for one in growth}
    if not {"deep_page", "first_page"} <= set(found):
        return None
    pairs = zip(found["deep_page"], found["first_page"], strict=True)
    return median(deep.p95 / first.p95 for deep, first in pairs)


def _most_grown(growth: Sequence[Growth]) -> float | None:
    return max((one.grown(max(one.rounds)) for one in growth), default=None)
