"""Puente at several times the rows: whether operations cost the same, and a deep page what the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from benchmarks.load import measure
from benchmarks.peers.puente import PUENTE
from benchmarks.rounds import CORE, Report, Round
from benchmarks.server_process import serving
from benchmarks.suite import facts_of, first_page, suite

CONNECTIONS = 4
"""So few that answers do not wait for each other: it is the operation's own time that must not grow."""


@dataclass(frozen=True)
class Growth:
    """An operation's rounds at each scale."""

    operation: str
    rounds: dict[int, list[Round]]

    def p95(self, scale: int) -> float:
        """Milliseconds: the median of the rounds."""
        return median(one.p95 for one in self.rounds[scale])

    def grown(self, scale: int) -> float:
        """How many times as long it takes as at the smallest scale: the median of the rounds' own ratios."""
        pairs = zip(self.rounds[scale], self.rounds[min(self.rounds)], strict=True)
        return median(large.p95 / small.p95 for large, small in pairs)


def measure_growth(urls: Mapping[int, str], *, rounds: int, seconds: float, report: Report) -> list[Growth]:
    """Every operation at every scale, in turns."""
    with ExitStack() as running:
        servers = {scale: running.enter_context(serving(PUENTE, url, CORE)) for scale, url in urls.items()}
        suites = {scale: (*suite(facts_of(url)), first_page()) for scale, url in urls.items()}
        found: list[Growth] = []
        for operations in zip(*suites.values(), strict=True):
            operations_of = dict(zip(suites, operations, strict=True))
            turns: dict[int, list[Round]] = {scale: [] for scale in urls}
            for number in range(rounds):
                for scale in _in_turn(list(urls), number):
                    request = PUENTE.request(operations_of[scale])
                    assert request is not None
                    one = measure(servers[scale].port, request, seconds=seconds, connections=CONNECTIONS)
                    turns[scale].append(Round(one.rate, one.percentile(50), one.percentile(95)))
            found.append(Growth(operations[0].name, turns))
            report(_line(found[-1]))
    return found


def _in_turn(scales: Sequence[int], number: int) -> Sequence[int]:
    return scales if number % 2 == 0 else scales[::-1]


def _line(growth: Growth) -> str:
    times = ", ".join(f"{scale}x {growth.p95(scale):.2f} ms" for scale in growth.rounds)
    return f"{growth.operation}: p95 {times}"
