"""Real servers on one database, killed again and again, and the database too."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import MappingProxyType

import httpx

from api.auth import development_tokens
from tests.api.command_processes import CommandProcess, forked
from tests.api.server_processes import environment, free_port
from tests.conftest import VERSION
from tests.feed.oracle.clusters import Cluster
from tests.feed.oracle.copies import LIMITS
from tests.personas import PUBLIC

SETTINGS = {
    "PUENTE_EMBEDDED_POSTGRES": str(VERSION),
    "PUENTE_OPERATIONS_PER_MINUTE": "0",
    "PUENTE_ADDRESS_OPERATIONS_PER_MINUTE": "0",
    **{f"PUENTE_{name.upper()}": str(limit) for name, limit in LIMITS.items()},
    "PUENTE_MAX_PAGE_SIZE": "500",
    "PUENTE_POOL_SIZE": "6",
}


@dataclass
class Server:
    """A server on a port that it keeps, however often it is killed."""

    state: Path
    port: int = field(default_factory=free_port)
    variables: Mapping[str, str] = field(default_factory=dict)
    process: CommandProcess | None = None

    def start(self) -> None:
        self.process = forked(
            ["serve", "--port", str(self.port)],
            environment(self.state, {**SETTINGS, **self.variables}),
            self.state / f"server-{self.port}.out",
        )

    def end(self, with_signal: int = signal.SIGKILL) -> None:
        assert self.process is not None
        self.process.send_signal(with_signal)
        self.process.wait(30)


@contextmanager
def serving(
    state: Path, count: int, variables: Mapping[str, str] = MappingProxyType({})
) -> Iterator[list[Server]]:
    servers = [Server(state, variables=variables) for _ in range(count)]
    for server in servers:
        server.start()
    try:
        yield servers
    finally:
        for server in servers:
            server.end()


@dataclass(frozen=True)
class Disturbances:
    """How often something is killed and how many times at the most; how often a command makes a change.

    `every` is how many seconds on average lie between all answering and the next kill, so that servers are of
    use between two kills on a slow machine too.
    """

    every: float
    kills: int = 1_000
    commands: int = 100


@dataclass
class Kills:
    servers: int = 0
    databases: int = 0


async def kill_often(
    cluster: Cluster, servers: list[Server], kills: Kills, random: Random, disturbances: Disturbances
) -> None:
    """A server, and each third time the database, first after a server, until there were enough."""
    while True:
        await asyncio.gather(*(answering(server, revived=True) for server in servers))
        if kills.servers + kills.databases >= disturbances.kills:
            return
        await asyncio.sleep(random.uniform(0.5, 1.5) * disturbances.every)
        if (kills.servers + kills.databases) % 3 == 1:
            kills.databases += 1
            await asyncio.to_thread(cluster.kill)
            await asyncio.to_thread(cluster.postgres.ensure_running)
        else:
            kills.servers += 1
            server = servers[kills.servers % len(servers)]
            await asyncio.to_thread(server.end)
            server.start()


async def answering(server: Server, *, revived: bool = False) -> None:
    """Until it answers: what it does to its database when it starts is done."""
    async with asyncio.timeout(120), httpx.AsyncClient() as client:
        while True:
            try:
                await client.get(f"http://127.0.0.1:{server.port}/live")
            except httpx.HTTPError:
                if revived:
                    revive([server])
                await asyncio.sleep(0.1)
            else:
                return


def revive(servers: list[Server]) -> None:
    """A server that starts while its database does gives up, and is started again, as a supervisor would."""
    for server in servers:
        if server.process is not None and server.process.poll() is not None:
            server.start()


def headers_of(viewer: str, state: Path) -> dict[str, str]:
    if viewer == PUBLIC:
        return {}
    return {"authorization": f"Bearer {development_tokens.sign(viewer, development_tokens.key(state))}"}
