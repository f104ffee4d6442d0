"""What a server costs besides its answers: the first one, new plans, and memory."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

import asyncpg

from benchmarks.load import measure
from benchmarks.peers.peer import Peer
from benchmarks.peers.puente import PUENTE, UNCOUNTED, request
from benchmarks.rounds import CORE, Report
from benchmarks.server_process import PeerServer, memory_of, serving
from benchmarks.suite import PUBLIC, BenchmarkOperation

DOCUMENTS = 10_000
CLIENTS = 16
BACKENDS = """
    select pid from pg_stat_activity where application_name = 'puente' and datname = current_database()
"""
STARTS = 3
REPEATED = 200


@dataclass(frozen=True)
class Times:
    """Milliseconds: the first request after the start, a document that was never seen, and one that was."""

    operation: str
    first: float
    cold: float
    cached: float


@dataclass(frozen=True)
class Memory:
    """Bytes that a worker, and PostgreSQL's processes for its connections, share with no other process."""

    when: str
    worker: int
    backends: int
    connections: int


@dataclass(frozen=True)
class Workers:
    """Answers a second of an operation by the number of workers: the median of the rounds but the first."""

    operation: str
    rates: dict[int, float]


def measure_times(operations: Sequence[BenchmarkOperation], url: str, report: Report) -> list[Times]:
    """One request at a time, on servers that were just started and on one that runs."""
    found = []
    for operation in operations:
        first = []
        for _ in range(STARTS):
            with serving(PUENTE, url, CORE) as server:
                first.append(_took(server, operation))
        with serving(PUENTE, url, CORE) as server:
            _took(server, operation)
            cold = [_took(server, operation.varied(number)) for number in range(30)]
            cached = [_took(server, operation) for _ in range(REPEATED)]
        found.append(Times(operation.name, median(first), median(cold), median(cached)))
        times = found[-1]
        report(
            f"{times.operation}: first {times.first:.1f}, cold {times.cold:.1f}, known {times.cached:.2f} ms"
        )
    return found


def measure_memory(operations: Sequence[BenchmarkOperation], url: str, report: Report) -> list[Memory]:
    """A worker that has just started, has served the suite, and has seen many different documents."""
    found = []
    with serving(PUENTE, url, CORE) as server:

        def note(when: str) -> None:
            pids = asyncio.run(_backends(url))
            used = sum(map(memory_of, pids))
            found.append(Memory(when, memory_of(server.process.pid), used, len(pids)))
            report(f"memory {when}: worker {found[-1].worker >> 20} MiB, backends {used >> 20} MiB")

        _took(server, operations[0])
        note("after its first answer")
        for operation in operations:
            measure(server.port, request(operation), seconds=1)
        note("after the suite, 16 connections")
        varied = (operations[n % len(operations)].varied(n) for n in range(DOCUMENTS))
        with ThreadPoolExecutor(CLIENTS) as clients:
            for _ in clients.map(lambda operation: server.ask(request(operation)), varied):
                pass
        note(f"after {DOCUMENTS:,} different documents")
    return found


async def _backends(url: str) -> list[int]:
    """PostgreSQL's processes for the connections of servers."""
    connection = await asyncpg.connect(url)
    try:
        return [row["pid"] for row in await connection.fetch(BACKENDS)]
    finally:
        await connection.close()


def measure_workers(
    operations: Sequence[BenchmarkOperation], url: str, *, rounds: int, seconds: float, report: Report
) -> list[Workers]:
    """`puente serve` with one worker and with two, in turns, on all cores; asked as the public."""
    found = []
    with ExitStack() as running:
        servers = {count: running.enter_context(serving(_served(count), url)) for count in (1, 2)}
        for operation in operations:
            if operation.persona != PUBLIC:
                continue
            peer_request = request(operation)
            rates: dict[int, list[float]] = {count: [] for count in servers}
            for _ in range(rounds + 1):
                for count, server in servers.items():
                    rates[count].append(measure(server.port, peer_request, seconds=seconds).rate)
            found.append(Workers(operation.name, {count: median(all_[1:]) for count, all_ in rates.items()}))
            one, two = found[-1].rates.values()
            report(f"{operation.name}: 1 worker {one:.0f}/s, 2 workers {two:.0f}/s")
    return found


def _served(workers: int) -> Peer:
    command = [sys.executable, "-m", "api.cli", "serve", "--workers", str(workers), "--port"]
    uncounted = {f"PUENTE_{name.upper()}": str(value) for name, value in UNCOUNTED.items()}
    return Peer(
        f"{workers} workers",
        lambda url, port: [*command, str(port)],
        request,
        environment=lambda url, _: {"PUENTE_DATABASE_URL": url, **uncounted},
    )


def _took(server: PeerServer, operation: BenchmarkOperation) -> float:
    peer_request = request(operation)
    began = time.perf_counter()
    server.ask(peer_request)
    return (time.perf_counter() - began) * 1000
