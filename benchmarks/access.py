"""What access costs: the same rows, read by a coordinator, bounded by rules, and by staff, who see all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import asyncpg

from benchmarks.load import measure
from benchmarks.peers.peer import PeerRequest
from benchmarks.peers.puente import PUENTE
from benchmarks.rounds import CORE, Report
from benchmarks.server_process import PeerServer, serving
from benchmarks.suite import COORDINATOR, STAFF, BenchmarkOperation

CONNECTIONS = 4
SLUG = """
    select slug from institution join access_grant on institution_id = institution.id
    where subject = 'grown-coordinator'
"""


@dataclass(frozen=True)
class Access:
    """An operation in rounds of milliseconds (the median of each): as a coordinator, and as staff."""

    operation: str
    coordinator: list[float]
    staff: list[float]

    @property
    def ratio(self) -> float:
        """How many times as long it takes a coordinator: the median of the rounds' own ratios."""
        pairs = zip(self.coordinator, self.staff, strict=True)
        return median(mine / theirs for mine, theirs in pairs)


def measure_access(url: str, *, rounds: int, seconds: float, report: Report) -> list[Access]:
    """Each operation as both, in turns; what they are answered must be the same, to the byte."""
    found = []
    with serving(PUENTE, url, CORE) as server:
        for operation in _operations(asyncio.run(slug_of_coordinator(url))):
            mine, theirs = _request(operation, COORDINATOR), _request(operation, STAFF)
            if server.ask(mine) != server.ask(theirs):
                raise SystemExit(f"{operation.name}: a coordinator and staff are answered different rows")
            turns = [_turn(server, mine, theirs, seconds, number) for number in range(rounds)]
            found.append(Access(operation.name, [turn[0] for turn in turns], [turn[1] for turn in turns]))
            report(_line(found[-1]))
    return found


def _operations(slug: str) -> Sequence[BenchmarkOperation]:
    directory = {"text": "energía", "fields": ["ENERGY", "CLIMATE"]}
    return (
        BenchmarkOperation(
            "institution_roster",
            "a roster of 100, three levels deep",
            {"slug": slug},
            (),
            file="access/institution_roster",
        ),
        BenchmarkOperation("mentor_directory", "mentors, filtered and searched", directory, ()),
    )


async def slug_of_coordinator(url: str) -> str:
    """The institution of the coordinator who reads."""
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval(SLUG))
    finally:
        await connection.close()


def _request(operation: BenchmarkOperation, persona: str) -> PeerRequest:
    request = PUENTE.request(operation.requested_by(persona))
    assert request is not None
    return request


def _turn(
    server: PeerServer, mine: PeerRequest, theirs: PeerRequest, seconds: float, number: int
) -> tuple[float, float]:
    """One round of both, now the one first and now the other."""
    first, second = (mine, theirs) if number % 2 == 0 else (theirs, mine)
    taken = {
        id(pair): measure(server.port, pair, seconds=seconds, connections=CONNECTIONS).percentile(50)
        for pair in (first, second)
    }
    return taken[id(mine)], taken[id(theirs)]


def _line(access: Access) -> str:
    mine, theirs = median(access.coordinator), median(access.staff)
    return f"{access.operation}: coordinator {mine:.2f} ms, staff {theirs:.2f} ms: {access.ratio:.2f} times"
