"""Updates a second compared with PostGraphile's: the same rows of one table, with the same triggers.

Puente looks at the rights of a coordinator, versions and what must hold, and its process numbers the changes;
PostGraphile does none of it. The one stands still while the other is measured, and the feed's queue is empty
before each round.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from statistics import median

import asyncpg
import orjson

from benchmarks.cpu_time import ProcessorTime
from benchmarks.peers.peer import Peer, PeerRequest
from benchmarks.peers.postgraphile import writing
from benchmarks.peers.puente import PUENTE
from benchmarks.rounds import CORE, Report
from benchmarks.server_process import PeerServer, paused, serving
from benchmarks.suite import COORDINATOR, BenchmarkOperation
from benchmarks.write_load import Update, WrittenRow, rows_of, updates_a_second

CONNECTIONS, ROWS = 8, 400
FIELDS, LINKS = "title and end", "title, end and an institution"
PATIENCE = 60.0


@dataclass(frozen=True)
class WriteRound:
    """Updates a second, and milliseconds of processors for each."""

    rate: float
    milliseconds: float


@dataclass(frozen=True)
class Writes:
    """What is updated, and the rounds of each peer."""

    operation: str
    rounds: dict[str, list[WriteRound]]

    @property
    def ratio(self) -> float | None:
        """Puente's updates a second for one of PostGraphile's: the median of the rounds' own ratios."""
        pairs = list(zip(self.rounds[PUENTE.name], self.rounds.get(writing.WRITING.name, ()), strict=False))
        return median(mine.rate / theirs.rate for mine, theirs in pairs) if pairs else None


def measure_writes(url: str, *, rounds: int, seconds: float, report: Report) -> list[Writes]:
    """Both kinds of updates by both, in turns, on a database that is this measurement's own."""
    peers: dict[Peer, Mapping[str, Update]] = {PUENTE: puente_updates()}
    if writing.WRITING.missing() is None:
        peers[writing.WRITING] = {FIELDS: _their_update, LINKS: _their_links}
    rows = asyncio.run(rows_of(url, ROWS))
    with ExitStack() as running:
        servers = {peer: running.enter_context(serving(peer, url, CORE)) for peer in peers}
        found = []
        for operation in (FIELDS, LINKS):
            turns: dict[str, list[WriteRound]] = {peer.name: [] for peer in peers}
            for number in range(-1, rounds):  # the first is for warming up
                for peer in list(peers) if number % 2 else reversed(peers):
                    asyncio.run(settled(url))
                    with paused([server for other, server in servers.items() if other is not peer]):
                        one = _round(servers[peer], url, rows, peers[peer][operation], seconds)
                    turns[peer.name] += [one] if number >= 0 else []
            found.append(Writes(operation, turns))
            report(_line(found[-1]))
    return found


def _round(
    server: PeerServer, url: str, rows: Sequence[WrittenRow], update: Update, seconds: float
) -> WriteRound:
    taken = ProcessorTime(server, url)
    done, took = updates_a_second(server.port, rows, update, seconds=seconds, connections=CONNECTIONS)
    return WriteRound(done / took, taken.milliseconds() / done)


def puente_updates() -> dict[str, Update]:
    operation = BenchmarkOperation("update", "", {}, (), COORDINATOR, file="writes/update_project")
    request, document = PUENTE.request(operation), operation.document
    assert request is not None

    def update(row: WrittenRow, number: int, **more: object) -> PeerRequest:
        given = {
            "id": f"project_{row.id}",
            "expectedVersion": row.version,
            "titles": {"en": _title(row, number)},
            "endsOn": _ends_on(row, number),
            **more,
        }
        body = orjson.dumps({"query": document, "variables": {"input": given}})
        return replace(request, body=body)

    def links(row: WrittenRow, number: int) -> PeerRequest:
        row.is_linked = not row.is_linked
        others = [[str(row.other), "FUNDER"]] if row.is_linked else []
        listed = [
            {"institution": f"institution_{id}", "role": role} for id, role in [*row.institutions, *others]
        ]
        return update(row, number, institutions=listed)

    return {FIELDS: update, LINKS: links}


def _their_update(row: WrittenRow, number: int) -> PeerRequest:
    return writing.updated(row.id, _title(row, number), _ends_on(row, number))


def _their_links(row: WrittenRow, number: int) -> PeerRequest:
    row.is_linked = not row.is_linked
    title, ends_on = _title(row, number), _ends_on(row, number)
    return writing.linked(row.id, title, ends_on, row.other, there=row.is_linked)


def _title(row: WrittenRow, number: int) -> str:
    """Another one than before."""
    return f"Water for the border, {row.version} {number}"


def _ends_on(row: WrittenRow, number: int) -> str:
    return f"20{40 + row.version % 50:02}-01-{1 + number % 28:02}"


async def settled(url: str) -> None:
    """The feed has numbered what was written before."""
    connection = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(PATIENCE):
            while await connection.fetchval("select exists (select from change_note)"):
                await connection.execute("select pg_sleep(0.05)")
    finally:
        await connection.close()


def _line(found: Writes) -> str:
    lines = [
        f"{peer} {median(one.rate for one in turns):.0f} a second,"
        f" {median(one.milliseconds for one in turns):.2f} ms of processors each"
        for peer, turns in found.rounds.items()
    ]
    ratio = "" if found.ratio is None else f": {found.ratio:.2f} times"
    return f"{found.operation}: {'; '.join(lines)}{ratio}"
