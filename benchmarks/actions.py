"""What `availableActions` costs: lists of 20 projects with it and without, read by a coordinator."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from benchmarks.access import slug_of_coordinator
from benchmarks.load import measure
from benchmarks.peers.peer import PeerRequest
from benchmarks.peers.puente import PUENTE
from benchmarks.rounds import CORE, Report
from benchmarks.server_process import PeerServer, serving
from benchmarks.suite import BenchmarkOperation, project_actions

CONNECTIONS = 4


@dataclass(frozen=True)
class ActionsCost:
    """A list in rounds of milliseconds (the median of each): with the actions of its rows, and without."""

    operation: str
    with_actions: list[float]
    without: list[float]

    @property
    def ratio(self) -> float:
        """How many times as long it takes with them: the median of the rounds' own ratios."""
        pairs = zip(self.with_actions, self.without, strict=True)
        return median(one / other for one, other in pairs)


def measure_actions(url: str, *, rounds: int, seconds: float, report: Report) -> list[ActionsCost]:
    """All projects' first page, and that of the coordinator's institution: with and without, in turns."""
    found = []
    with serving(PUENTE, url, CORE) as server:
        for operation in project_actions(asyncio.run(slug_of_coordinator(url))):
            requests = [_request(operation, actions=actions) for actions in (True, False)]
            turns = [_turn(server, requests, seconds, number) for number in range(rounds)]
            found.append(
                ActionsCost(operation.name, [turn[0] for turn in turns], [turn[1] for turn in turns])
            )
            report(_line(found[-1]))
    return found


def _request(operation: BenchmarkOperation, *, actions: bool) -> PeerRequest:
    request = PUENTE.request(replace(operation, variables={**operation.variables, "actions": actions}))
    assert request is not None
    return request


def _turn(server: PeerServer, requests: Sequence[PeerRequest], seconds: float, number: int) -> list[float]:
    """One round of both, now the one first and now the other."""
    taken = [0.0, 0.0]
    for which in (0, 1) if number % 2 == 0 else (1, 0):
        measured = measure(server.port, requests[which], seconds=seconds, connections=CONNECTIONS)
        taken[which] = measured.percentile(50)
    return taken


def _line(cost: ActionsCost) -> str:
    of, without = median(cost.with_actions), median(cost.without)
    return f"{cost.operation}: with actions {of:.2f} ms, without {without:.2f} ms: {cost.ratio:.2f} times"
