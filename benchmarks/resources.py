"""What a server costs beside its answers: the first one, plans that are not known yet, and memory."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.load import measure
from benchmarks.peers.peer import Peer
from benchmarks.peers.puente import PUENTE, request
from benchmarks.rounds import CORE, Report
from benchmarks.serving import Server, serving
from benchmarks.suite import PUBLIC, Operation

DOCUMENTS = 10_000
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
    """Bytes of one worker that it shares with no other process."""

    at_start: int
    after_suite: int
    after_documents: int
    documents: int


@dataclass(frozen=True)
class Workers:
    """Answers a second of an operation by the number of workers, which share this machine with the rest."""

    operation: str
    rates: dict[int, float]


def measure_times(operations: Sequence[Operation], url: str, report: Report) -> list[Times]:
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


def measure_memory(operations: Sequence[Operation], url: str, report: Report) -> Memory:
    """A worker that has just started, has served the suite, and has seen many different documents."""
    with serving(PUENTE, url, CORE) as server:
        _took(server, operations[0])
        at_start = server.memory
        for operation in operations:
            asked = request(operation)
            measure(server.port, asked, seconds=1)
        after_suite = server.memory
        for number in range(DOCUMENTS):
            _took(server, operations[number % len(operations)].varied(number))
        memory = Memory(at_start, after_suite, server.memory, DOCUMENTS)
    report(f"memory: {at_start >> 20}, {after_suite >> 20}, {memory.after_documents >> 20} MiB")
    return memory


def measure_workers(
    operations: Sequence[Operation], url: str, seconds: float, report: Report
) -> list[Workers]:
    """`puente serve` with one worker and with two, on all cores; asked as the public: no token counts."""
    public = [operation for operation in operations if operation.persona == PUBLIC]
    rates: dict[str, dict[int, float]] = {operation.name: {} for operation in public}
    for workers in (1, 2):
        peer = Peer(
            "puente", _served(workers), request, environment=lambda url, _: {"PUENTE_DATABASE_URL": url}
        )
        with serving(peer, url) as server:
            for operation in public:
                measured = measure(server.port, request(operation), seconds=seconds)
                rates[operation.name][workers] = measured.rate
    for name, found in rates.items():
        report(f"{name}: " + ", ".join(f"{workers} workers {rate:.0f}/s" for workers, rate in found.items()))
    return [Workers(name, found) for name, found in rates.items()]


def _served(workers: int) -> Callable[[str, int], Sequence[str]]:
    command = [sys.executable, "-m", "api.cli", "serve", "--workers", str(workers), "--port"]
    return lambda url, port: [*command, str(port)]


def _took(server: Server, operation: Operation) -> float:
    asked = request(operation)
    began = time.perf_counter()
    server.ask(asked)
    return (time.perf_counter() - began) * 1000
