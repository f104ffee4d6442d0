"""A server for minutes under subscribers that stay, others that come and go, and large bodies."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count, cycle
from statistics import median

import asyncpg
import uvloop

from benchmarks.fanout.sockets import Audience, Subscribed, audience
from benchmarks.fanout.subscribers import Coordinators, coordinators
from benchmarks.fanout.writers import UPDATES
from benchmarks.load import UnexpectedAnswer, written
from benchmarks.peers.peer import graphql
from benchmarks.peers.puente import PUENTE
from benchmarks.rounds import CORE, Report
from benchmarks.server_process import memory_of, serving

VISITORS, STAY = 200, 3.0  # sockets that come together, and seconds that they stay
ADDRESSED, BROADCAST = 20, 0.5  # changes a second: for one institution's subscribers, for all
BODY = 1_000_000  # bytes of a request's unused variable
BODIES = 5  # requests a second
SAMPLE = 5.0  # seconds
WARM_UP = 1 / 3  # of the time, in which caches fill
GROWTH = 1.05


@dataclass(frozen=True)
class Sample:
    """Seconds since the start, private bytes of the server's process, its open files, changes delivered."""

    at: float
    memory: int
    files: int
    delivered: int


@dataclass(frozen=True)
class Soak:
    sockets: int
    samples: Sequence[Sample]

    @property
    def growth(self) -> float:
        """The median memory of the last third of the time, relative to that of the second."""
        third = max(1, int(len(self.samples) * WARM_UP))
        second, last = self.samples[third : 2 * third], self.samples[2 * third :]
        return median(one.memory for one in last) / median(one.memory for one in second)

    @property
    def flat(self) -> bool:
        return self.growth <= GROWTH


def soak(url: str, *, sockets: int, seconds: float, report: Report) -> Soak:
    """On a database that is this measurement's own; half of the sockets are replaced all the time."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        coordinators_ = runner.run(coordinators(url))
        with serving(PUENTE, url, CORE) as server:

            async def sampled() -> Soak:
                async with _loaded(server.port, url, coordinators_, sockets) as listening:
                    return Soak(sockets, await _samples(server.process.pid, listening, seconds, report))

            return runner.run(sampled())


@asynccontextmanager
async def _loaded(port: int, url: str, coordinators_: Coordinators, sockets: int) -> AsyncIterator[Audience]:
    """The subscribers that stay, while others come and go, rows change and large bodies arrive."""
    subscribed = coordinators_.subscribed(sockets)
    steady, visiting = subscribed[: sockets // 2], subscribed[sockets // 2 :]
    async with audience(port, steady) as listening, asyncio.TaskGroup() as group:
        load = [
            group.create_task(_visits(port, visiting)),
            group.create_task(_changes(url, coordinators_, "participant", ADDRESSED)),
            group.create_task(_changes(url, coordinators_, "project", BROADCAST)),
            group.create_task(_bodies(port)),
        ]
        yield listening
        for task in load:
            task.cancel()


async def _samples(pid: int, listening: Audience, seconds: float, report: Report) -> Sequence[Sample]:
    began, samples = time.monotonic(), list[Sample]()
    while (passed := time.monotonic() - began) < seconds:
        await listening.pause(SAMPLE)
        delivered = len(listening.received)
        listening.received.clear()
        samples.append(Sample(passed, memory_of(pid), len(os.listdir(f"/proc/{pid}/fd")), delivered))
        report(
            f"{passed:4.0f} s: {samples[-1].memory / 2**20:.0f} MiB, {samples[-1].files} files,"
            f" {delivered / SAMPLE:.0f} deliveries/s"
        )
    return samples


async def _visits(port: int, visiting: Sequence[Subscribed]) -> None:
    """As many sockets as there are, opened in groups that stay for a while."""
    groups = [visiting[at : at + VISITORS] for at in range(0, len(visiting), VISITORS)]

    async def visits(group: Sequence[Subscribed]) -> None:
        while True:
            async with audience(port, group) as listening:
                await listening.pause(STAY)

    async with asyncio.TaskGroup() as all_groups:
        for group in groups:
            all_groups.create_task(visits(group))


async def _changes(url: str, coordinators_: Coordinators, table: str, a_second: float) -> None:
    rows = coordinators_.participants if table == "participant" else coordinators_.projects
    connection = await asyncpg.connect(url)
    try:
        for number, row in enumerate(cycle(rows)):
            await connection.fetchval(UPDATES[table], row, number % 10_000)
            await asyncio.sleep(1 / a_second)
    finally:
        await connection.close()


async def _bodies(port: int) -> None:
    """Requests with an unused variable, on separate connections."""
    for number in count():
        variables = {"unused": str(number % 10) * BODY}
        sent = written(graphql("query Q { __typename }", variables))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.splitlines()[0]:
            raise UnexpectedAnswer(head.decode())
        writer.close()
        await asyncio.sleep(1 / BODIES)
