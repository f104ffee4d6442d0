"""Whether a peer answers what it is asked, with how many statements, and how fast one request at a time.

    python -m benchmarks.peers.check loaders.peer:LOADERS postgresql://puente@localhost/puente

Names of operations after the URL narrow it down to these. Statements are counted of the peers that write
them to standard error as `sessions.py` does.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import orjson

from benchmarks.peers.peer import ROOT, Peer
from benchmarks.peers.sessions import LOGGED, STATEMENT
from benchmarks.suite import Operation, facts_of, suite

PATIENCE = 30.0
REPEATED = 30
SHOWN = 6
ZEROS = re.compile(r"(?<=T\d\d:\d\d:\d\d)(\.\d*[1-9])?\.?0*(?=[+-]\d\d:\d\d$)")
KEYED = re.compile(r"^[a-z]+_(?=[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$)")


@contextmanager
def running(peer: Peer, url: str, logged: str) -> Iterator[tuple[httpx.Client, Path]]:
    """The peer's server, and the file that it writes its statements to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, **peer.environment(url, port), LOGGED: logged}
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        server = subprocess.Popen(peer.command(url, port), env=environment, cwd=ROOT, stderr=log)
        try:
            _wait_for(server, port, Path(log.name))
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
                yield client, Path(log.name)
        finally:
            server.terminate()
            server.wait()


def check(peer: Peer, url: str, names: list[str]) -> bool:
    asked = [one for one in suite(facts_of(url)) if not names or one.name in names]
    rows: dict[str, list[str]] = {}
    with running(peer, url, logged="1") as (client, log):
        for operation in asked:
            before = log.stat().st_size
            answer = send(client, peer, operation)
            statements = log.read_bytes()[before:].count(STATEMENT.encode())
            found = compare(asyncio.run(meant(url, operation)), answer)
            rows[operation.name] = [str(statements or "?"), *found]
    with running(peer, url, logged="") as (client, _):
        for operation in asked:
            count, *found = rows[operation.name]
            took = f"{median(client, peer, operation):9.2f} ms"
            said = "\n    ".join(found)
            print(f"{operation.name:18}{took} {count:>3} statements  {said}", flush=True)  # noqa: T201
    return all(row[1] in (EQUAL, SAME_LEAVES) for row in rows.values())


EQUAL, SAME_LEAVES = "equal", "equal but for its shape"


def send(client: httpx.Client, peer: Peer, operation: Operation) -> Any:
    request = peer.request(operation)
    if request is None:
        return None
    response = client.post(request.path, content=request.body, headers=dict(request.headers))
    return orjson.loads(response.content)


async def meant(url: str, operation: Operation) -> Any:
    connection = await asyncpg.connect(url, server_settings={"jit": "off", "timezone": "UTC"})
    try:
        return orjson.loads(await connection.fetchval(operation.sql, *operation.parameters))
    finally:
        await connection.close()


def median(client: httpx.Client, peer: Peer, operation: Operation) -> float:
    """Milliseconds of one request, of many one after the other."""
    times = []
    for number in range(REPEATED + 10):
        begun = time.perf_counter()
        send(client, peer, operation)
        if number >= 10:
            times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def compare(expected: Any, answer: Any) -> list[str]:
    """What to say of an answer: in one line if it is right, and the first differences if it isn't."""
    if answer is None:
        return ["not asked"]
    if answer.get("errors"):
        return ["errors", *(error["message"] for error in answer["errors"][:SHOWN])]
    expected, found = _plain(expected), _plain(answer["data"])
    differences = list(_differences(expected, found, ""))
    if not differences:
        return [EQUAL]
    if leaves(expected) == leaves(found):
        return [SAME_LEAVES]
    return ["different", *differences[:SHOWN]]


def leaves(value: Any) -> Counter[str]:
    """The values in an answer, however it is nested and whatever its fields are called; ids without types."""
    if isinstance(value, dict):
        return sum((leaves(of) for name, of in value.items() if name != "pageInfo"), Counter())
    if isinstance(value, list):
        return sum((leaves(of) for of in value), Counter())
    return Counter([orjson.dumps(KEYED.sub("", value) if isinstance(value, str) else value).decode()])


def _plain(value: Any) -> Any:
    """Instants without the zeros that one writes after a second and another doesn't."""
    if isinstance(value, dict):
        return {name: _plain(of) for name, of in value.items()}
    if isinstance(value, list):
        return [_plain(of) for of in value]
    return ZEROS.sub(r"\1", value) if isinstance(value, str) else value


def _differences(expected: Any, found: Any, path: str) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in {**expected, **found}:
            if name != "endCursor":
                yield from _differences(expected.get(name), found.get(name), f"{path}.{name}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from _differences(one, other, f"{path}[{number}]")
    elif expected != found:
        yield f"{path}: meant {_brief(expected)}, got {_brief(found)}"


def _brief(value: Any) -> str:
    return f"{len(value)} items" if isinstance(value, list) else str(value)[:100]


def _wait_for(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            raise SystemExit(log.read_text())
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the peer did not start")


def main() -> None:
    (module, _, name), (url, *names) = sys.argv[1].partition(":"), sys.argv[2:]
    peer: Peer = getattr(importlib.import_module(f"benchmarks.peers.{module}"), name)
    if reason := peer.missing():
        raise SystemExit(reason)
    sys.exit(not check(peer, url, names))


if __name__ == "__main__":
    main()
