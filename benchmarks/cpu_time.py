"""The time of processors that a server takes, with its sessions at PostgreSQL.

On a machine that others use, time on the clock says how busy they are; this hardly does (Linux only).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import asyncpg

from benchmarks.peers.peer import PeerRequest
from benchmarks.server_process import PATIENCE, PeerServer

SESSIONS = """
    select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend'
        and pid <> pg_backend_pid()
"""


class ProcessorTime:
    """Counts from when it is made, for the sessions of a database that are there then."""

    def __init__(self, server: PeerServer, url: str) -> None:
        self._processes = [server.process.pid, *asyncio.run(_sessions(url))]
        self._before = self._total()

    def milliseconds(self) -> float:
        return (self._total() - self._before) / 1_000_000

    def _total(self) -> int:
        return sum(map(_nanoseconds, self._processes))


def milliseconds_of(server: PeerServer, url: str, requests: Iterable[PeerRequest]) -> float:
    """What each of some requests took, one after the other over one connection.

    Raises SystemExit where one is not answered with 200.
    """
    taken, answers = ProcessorTime(server, url), 0
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as connection:
        for request in requests:
            connection.request("POST", request.path, request.body, dict(request.headers))
            response = connection.getresponse()
            body, answers = response.read(), answers + 1
            if response.status != 200:
                raise SystemExit(f"{server.peer.name}: {response.status} {body[:500].decode()}")
    return taken.milliseconds() / answers


async def _sessions(url: str) -> list[int]:
    """The processes of PostgreSQL that serve the database."""
    connection = await asyncpg.connect(url)
    try:
        return [row[0] for row in await connection.fetch(SESSIONS)]
    finally:
        await connection.close()


def _nanoseconds(pid: int) -> int:
    """What the threads of a process have had of the processors."""
    return sum(
        int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()
    )
