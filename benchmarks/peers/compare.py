"""Whether a peer answers what the ceiling's SQL answers, and how long one request takes beside the SQL:

python -m benchmarks.peers.compare benchmarks.peers.postgraphile:POSTGRAPHILE URL [OPERATION …]
"""

from __future__ import annotations

import asyncio
import http.client
import importlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import orjson

from benchmarks.peers.leaves import difference, leaves
from benchmarks.peers.peer import ROOT, Peer, Request
from benchmarks.suite import Operation, facts_of, suite

WARM, TIMES = 60, 30
PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(peer: Peer, url: str) -> Iterator[int]:
    """The port of the peer's server, which stops afterwards."""
    port = free_port()
    environment = {**os.environ, **peer.environment(url, port)}
    process = subprocess.Popen(peer.command(url, port), cwd=ROOT, env=environment)
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise SystemExit(f"{peer.name} does not serve") from None
                time.sleep(0.1)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def ask(connection: http.client.HTTPConnection, request: Request) -> Any:
    connection.request("POST", request.path, request.body, dict(request.headers))
    return connection.getresponse().read()


def milliseconds(durations: list[float]) -> float:
    return statistics.median(durations) * 1000


def asked(port: int, request: Request) -> tuple[Any, float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    durations = []
    for _ in range(WARM + TIMES):
        began = time.perf_counter()
        body = ask(connection, request)
        durations.append(time.perf_counter() - began)
    connection.close()
    return orjson.loads(body), milliseconds(durations[WARM:])


async def queried(url: str, operation: Operation) -> tuple[Any, float]:
    connection = await asyncpg.connect(url, server_settings={"jit": "off"})
    try:
        durations = []
        for _ in range(WARM + TIMES):
            began = time.perf_counter()
            body = await connection.fetchval(operation.sql, *operation.parameters)
            durations.append(time.perf_counter() - began)
        return orjson.loads(body), milliseconds(durations[WARM:])
    finally:
        await connection.close()


def verdict(answer: Any, meant: Any) -> str:
    if "errors" in answer:
        return f"errors: {answer['errors']}"
    more, less = difference(answer["data"], meant)
    if more or less:
        return f"differs: only here {dict(more.most_common(5))}, only there {dict(less.most_common(5))}"
    ordered = list(leaves(answer["data"])) == list(leaves(meant))
    return "equal" if ordered else "equal, in another order"


def compare(peer: Peer, url: str, names: list[str]) -> bool:
    if why := peer.missing():
        raise SystemExit(why)
    fine = True
    with serving(peer, url) as port:
        for operation in suite(facts_of(url)):
            request = peer.request(operation)
            if request is None or (names and operation.name not in names):
                continue
            meant, sql_time = asyncio.run(queried(url, operation))
            answer, peer_time = asked(port, request)
            said = verdict(answer, meant)
            fine = fine and said.startswith("equal")
            print(f"{operation.name:18} {peer_time:7.2f} ms, SQL alone {sql_time:7.2f} ms, {said}")  # noqa: T201
    return fine


if __name__ == "__main__":
    module, _, attribute = sys.argv[1].partition(":")
    sys.exit(not compare(getattr(importlib.import_module(module), attribute), sys.argv[2], sys.argv[3:]))
