"""Peers measured in turns: what disturbs the machine disturbs all of them alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from statistics import median

from benchmarks.load import measure
from benchmarks.peers.peer import Peer
from benchmarks.server_process import PeerServer, serving
from benchmarks.suite import BenchmarkOperation

Report = Callable[[str], None]
CORE = 0
"""Each server is one process on this core; the rest of the machine is for PostgreSQL and the load."""


@dataclass(frozen=True)
class Round:
    """What one peer did in one round: answers a second, and milliseconds of 50 and of 95 in a hundred."""

    rate: float
    p50: float
    p95: float
    too_slow: bool = False
    """It had no answer: the rate is the most that it can have been, the milliseconds are the least."""


@dataclass(frozen=True)
class Row:
    """An operation on all peers: their rounds, or why one has none."""

    operation: str
    rounds: dict[str, list[Round]]
    unmeasured: dict[str, str]

    def rate(self, peer: str) -> float:
        return median(one.rate for one in self.rounds[peer])

    def is_bound(self, peer: str) -> bool:
        """Whether its rate is the most that it can have been: it was too slow in half of the rounds."""
        return 2 * sum(one.too_slow for one in self.rounds[peer]) >= len(self.rounds[peer])

    def ratio(self, peer: str, other: str) -> float:
        """How many times as many answers as the other: the median of the rounds' own ratios."""
        pairs = zip(self.rounds[peer], self.rounds[other], strict=True)
        return median(mine.rate / theirs.rate for mine, theirs in pairs)

    def spread(self, peer: str, other: str) -> tuple[float, float]:
        """The least and the greatest ratio of a round."""
        pairs = zip(self.rounds[peer], self.rounds[other], strict=True)
        ratios = [mine.rate / theirs.rate for mine, theirs in pairs]
        return min(ratios), max(ratios)


@dataclass(frozen=True)
class Rounds:
    """How many rounds there are of each operation and peer, and how long each takes."""

    count: int
    seconds: float


def measure_all(
    peers: Sequence[Peer],
    operations: Sequence[BenchmarkOperation],
    url: str,
    rounds: Rounds,
    report: Report,
) -> list[Row]:
    """Every operation on every peer that can answer it."""
    missing = {peer.name: why for peer in peers if (why := peer.missing()) is not None}
    with ExitStack() as running:
        servers = [
            running.enter_context(serving(peer, url, CORE)) for peer in peers if peer.name not in missing
        ]
        rows = []
        for operation in operations:
            rows.append(_row(servers, operation, missing, rounds))
            report(_line(rows[-1]))
    return rows


def _row(
    servers: Sequence[PeerServer],
    operation: BenchmarkOperation,
    missing: dict[str, str],
    rounds: Rounds,
) -> Row:
    unmeasured = dict(missing)
    able: list[PeerServer] = []
    for server in servers:
        if server.peer.request(operation) is None:
            unmeasured[server.peer.name] = "has no way to ask this"
            continue
        able.append(server)
    found: dict[str, list[Round]] = {server.peer.name: [] for server in able}
    for number in range(rounds.count):
        for server in able if number % 2 == 0 else reversed(able):
            found[server.peer.name].append(_round(server, operation, rounds.seconds))
    return Row(operation.name, found, unmeasured)


def _round(server: PeerServer, operation: BenchmarkOperation, seconds: float) -> Round:
    request = server.peer.request(operation)
    assert request is not None
    measured = measure(server.port, request, seconds=seconds)
    if measured.too_slow:
        with suppress(TimeoutError):
            server.ask(request)  # so that its unfinished work does not disturb the next peer
    return Round(measured.rate, measured.percentile(50), measured.percentile(95), measured.too_slow)


def rate_of(row: Row, peer: str) -> str:
    """Answers a second, with a `<` where it was too slow to have one in a round."""
    rate = row.rate(peer)
    return f"< {rate:.2g}" if row.is_bound(peer) else f"{rate:,.0f}"


def _line(row: Row) -> str:
    rates = ", ".join(f"{name} {rate_of(row, name)}/s" for name in row.rounds)
    return f"{row.operation}: {rates}"
