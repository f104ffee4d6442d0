"""The database ends under the feed, in order and not, and comes back: nothing that was committed is lost."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import postmaster
from models.database.embedded import EmbeddedPostgres
from tests.api.server_processes import wait_until
from tests.conftest import VERSION
from tests.feed.oracle.clusters import seeded
from tests.feed.subscribers import in_process_server
from tests.ready_state import make_ready

MOVE = "update venue set city = 'City ' || version where id = (select min(id::text)::uuid from venue)"


@pytest.fixture
def postgres() -> Iterator[EmbeddedPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="puente-restarts-"))
    folder.chmod(0o755)
    make_ready(folder)
    postgres = EmbeddedPostgres(folder, version=VERSION)
    yield postgres
    postgres.stop()
    shutil.rmtree(folder)


async def test_a_database_that_is_started_again_goes_on_where_it_was(postgres: EmbeddedPostgres) -> None:
    url = postgres.start()
    await seeded(url)  # where the folder was made ready that is done
    async with in_process_server(url, feed_interval=0.2) as server:
        listener, _ = await server.follow("public", types=["VENUE"])
        await server.sql(MOVE)
        await listener.until(lambda one: len(one.changes) == 1)
        for count, how in ((3, signal.SIGQUIT), (5, signal.SIGINT), (7, signal.SIGKILL)):
            await server.sql(MOVE)
            await server.sql(MOVE)  # maybe numbered, maybe not
            await asyncio.to_thread(restart, postgres, how)
            await listener.until(lambda one, count=count: len(one.changes) >= count)  # type: ignore[misc]
        versions = [change["version"] for change in listener.changes]
        assert versions == list(range(versions[0], versions[0] + 7))
        epochs = {change["cursor"].split(".")[0] for change in listener.changes}
        assert len(epochs) == 1, "it is the same database"


def restart(postgres: EmbeddedPostgres, how: int) -> None:
    """End it by a signal, as a machine or an operator does, and start it as the server does."""
    assert postgres._layout is not None
    running = postmaster.read(postgres._layout.data)
    assert running is not None
    os.kill(running.pid, how)
    wait_until(postgres.ensure_running)
