"""Several workers, several hosts, one database: each change reaches every client once and in order.

Some of them are killed, or stand still, at whatever they are doing.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database.client import engine_for
from tests.api.server_processes import Running, served, wait_until
from tests.api.sse.event_stream import reaching
from tests.api.test_metrics import read
from tests.feed.clients import PATIENCE, Client, Follower, Poller, at_work, cursor_at

pytestmark = pytest.mark.lifecycle


@pytest.fixture
def state() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="puente-many-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = engine_for(database_url)
    yield engine
    await engine.dispose()


@contextmanager
def host(state: Path, url: str, *, workers: int = 1) -> Iterator[Running]:
    """A server as on a separate machine: it shares only the database with others."""
    state.mkdir(exist_ok=True)
    with served(
        state / str(workers),
        "--workers",
        str(workers),
        variables={"PUENTE_DATABASE_URL": url, "PUENTE_SHUTDOWN_TIMEOUT": "2", "PUENTE_METRICS": "127.0.0.1"},
    ) as server:
        yield server


def workers_of(server: Running) -> list[psutil.Process]:
    """The processes that answer, of a server that has several."""
    living = []
    for child in psutil.Process(server.process.pid).children():
        with suppress(psutil.NoSuchProcess):  # it has died, and that is not seen to yet
            if "resource_tracker" not in " ".join(child.cmdline()):
                living.append(child)
    return living


async def change(engine: AsyncEngine, times: int) -> None:
    """A venue changes this many times, with rolled-back transactions in between."""
    move = text(
        "update venue set city = 'City ' || version where id = (select min(id::text)::uuid from venue)"
    )
    for number in range(times):
        async with engine.connect() as connection:
            await connection.execute(move)
            await (connection.rollback() if number % 5 == 4 else connection.commit())
            if number % 5 == 4:
                await connection.execute(move)
                await connection.commit()


def require_each_once_in_order(*clients: Client) -> None:
    (seen, *others) = [client.seen for client in clients]
    versions = [change["version"] for change in seen]
    assert versions == list(range(versions[0], versions[0] + len(versions)))
    for other in others:
        assert other == seen


@pytest.mark.proof
async def test_each_change_reaches_everyone_though_some_are_killed(
    state: Path, database_url: str, engine: AsyncEngine
) -> None:
    """Two hosts, one of four workers. Two of those die, and then the other host: its clients move."""
    with host(state, database_url, workers=4) as four, host(state, database_url) as one:
        after = await cursor_at(one.port)
        staying: list[Client] = [*(Follower(four.port, after) for _ in range(8)), Poller(four.port, after)]
        moving: list[Client] = [Follower(one.port, after), Poller(one.port, after)]
        async with at_work(*staying, *moving) as until:
            await change(engine, 20)
            await until(20)
            for worker in workers_of(four)[:2]:
                worker.kill()
            await change(engine, 20)
            one.end(signal.SIGKILL)
            for client in moving:
                client.port = four.port
            await change(engine, 20)
            await until(60)
        require_each_once_in_order(*staying, *moving)


async def test_a_process_that_stands_still_holds_nobody_up(
    state: Path, database_url: str, engine: AsyncEngine
) -> None:
    """Stopped again and again at any moment; the others receive everything before it continues."""
    with host(state, database_url) as going_on, host(state / "other", database_url) as stopping:
        after = await cursor_at(stopping.port)
        going: list[Client] = [Follower(going_on.port, after), Poller(going_on.port, after)]
        standing: list[Client] = [Follower(stopping.port, after), Poller(stopping.port, after)]
        total = 0
        async with at_work(*going, *standing) as until:
            for round_ in range(12):
                await change(
                    engine, round_ % 4
                )  # it is woken, and stops somewhere in the middle of numbering
                os.kill(stopping.process.pid, signal.SIGSTOP)
                await change(engine, 20)
                total += round_ % 4 + 20
                await until(total, *going)
                os.kill(stopping.process.pid, signal.SIGCONT)
            await until(total)
        require_each_once_in_order(*going, *standing)


@pytest.mark.proof
async def test_metrics_are_of_all_workers_and_tell_of_one_that_stands_still(
    state: Path, database_url: str
) -> None:
    """A worker that replaces a killed one continues its series."""
    with host(state, database_url, workers=3) as three:
        assert await until_there_are(three, 3, silent=0) == {"0", "1", "2"}
        stopped = workers_of(three)[0]
        stopped.suspend()
        silent = {"0", "1", "2"} - await until_there_are(three, 2, silent=1)
        assert len(silent) == 1
        stopped.kill()
        wait_until(lambda: stopped not in workers_of(three))
        assert await until_there_are(three, 3, silent=0) == {"0", "1", "2"}


async def until_there_are(server: Running, workers: int, *, silent: int) -> set[str]:
    """The numbers of the workers with figures, once there are this many."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with reaching(server.port) as client:
                with suppress(httpx.TransportError):  # who stands still may have been asked
                    body = (await client.get("/metrics", timeout=2)).text
                    found = read(body)
                    if (found["puente_workers"], found["puente_workers_silent"]) == (workers, silent):
                        return set(re.findall(r'worker="(\d+)"', body))
            await asyncio.sleep(0.05)
