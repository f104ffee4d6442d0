"""What `availableActions` costs: a list of 20 projects with it and without, read by those who write some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from benchmarks.cpu_time import milliseconds_of
from benchmarks.peers.peer import PeerRequest
from benchmarks.peers.puente import PUENTE
from benchmarks.rounds import CORE, Report
from benchmarks.server_process import PeerServer, serving
from benchmarks.suite import COORDINATOR, STAFF, BenchmarkOperation, project_actions

ANSWERS = 100


@dataclass(frozen=True)
class ActionsCost:
    """A list in rounds of milliseconds of processors (the mean of each): with actions, and without."""

    reader: str
    with_actions: list[float]
    without: list[float]

    @property
    def ratio(self) -> float:
        """How many times as much it takes with them: the median of the rounds' own ratios."""
        pairs = zip(self.with_actions, self.without, strict=True)
        return median(one / other for one, other in pairs)


def measure_actions(url: str, *, rounds: int, report: Report) -> list[ActionsCost]:
    """As a coordinator, bounded by rules, and as staff, whose guards are evaluated on each row; in turns."""
    found = []
    with serving(PUENTE, url, CORE) as server:
        for reader in (COORDINATOR, STAFF):
            operation = project_actions(reader)
            requests = [_request(operation, actions=actions) for actions in (True, False)]
            for request in requests:
                milliseconds_of(server, url, [request] * ANSWERS)  # plans are made
            turns = [_turn(server, url, requests, number) for number in range(rounds)]
            found.append(ActionsCost(reader, [turn[0] for turn in turns], [turn[1] for turn in turns]))
            report(_line(found[-1]))
    return found


def _request(operation: BenchmarkOperation, *, actions: bool) -> PeerRequest:
    request = PUENTE.request(replace(operation, variables={**operation.variables, "actions": actions}))
    assert request is not None
    return request


def _turn(server: PeerServer, url: str, requests: Sequence[PeerRequest], number: int) -> list[float]:
    """One round of both, now the one first and now the other."""
    taken = [0.0, 0.0]
    for which in (0, 1) if number % 2 == 0 else (1, 0):
        taken[which] = milliseconds_of(server, url, [requests[which]] * ANSWERS)
    return taken


def _line(cost: ActionsCost) -> str:
    of, without = median(cost.with_actions), median(cost.without)
    return f"{cost.reader}: with actions {of:.2f} ms, without {without:.2f} ms: {cost.ratio:.2f} times"
