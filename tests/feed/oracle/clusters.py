"""A PostgreSQL that keeps a log which the witness can read, and databases on it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from api.server.database_setup import DatabaseTarget, prepare
from models.database import postmaster
from models.database.embedded import EmbeddedPostgres
from tests.conftest import VERSION, run_alone, sibling_url
from tests.feed.oracle.run import fill
from tests.ready_state import make_ready

TEMPLATE = "oracle_template"
LOGGED = ("wal_level = logical", "max_replication_slots = 50", "deadlock_timeout = '50ms'")


@dataclass(frozen=True)
class Cluster:
    """A server that can be killed, and is started again by `postgres.ensure_running`."""

    postgres: EmbeddedPostgres
    state: Path
    url: str

    def kill(self, with_signal: int = signal.SIGKILL) -> None:
        note = self.state / "elsewhere"
        home = Path(note.read_text()) if note.exists() else self.state
        server = postmaster.read(home / f"postgres-{VERSION}")
        if server is not None:
            os.kill(server.pid, with_signal)
            while postmaster.read(home / f"postgres-{VERSION}") is not None:
                pass

    @asynccontextmanager
    async def database(self) -> AsyncIterator[str]:
        """A database like the template, for one run."""
        name, superuser = f"oracle_{uuid4().hex}", sibling_url("postgres", self.url, "postgres")
        await run_alone(superuser, f"create database {name} owner puente template {TEMPLATE}")
        yield sibling_url(name, self.url)
        slots = (
            f"select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = '{name}'"
        )
        await run_alone(superuser, slots, f"drop database {name} (force)")


@asynccontextmanager
async def logging_cluster(*, durable: bool, template: bool = True) -> AsyncIterator[Cluster]:
    """A cluster whose log says what was committed; with a template that is filled."""
    state = Path(tempfile.mkdtemp(prefix="puente-oracle-"))
    state.chmod(0o755)  # as root, the server runs as another user
    make_ready(state)
    postgres = EmbeddedPostgres(state, version=VERSION, durable=durable)
    with postgres as url:
        cluster = Cluster(postgres, state, url)
        superuser = sibling_url("postgres", url, "postgres")
        await run_alone(superuser, *(f"alter system set {setting}" for setting in LOGGED))
        cluster.kill(signal.SIGINT)
        postgres.ensure_running()
        if template:
            await seeded(url)
            await run_alone(superuser, f"create database {TEMPLATE} owner puente template puente")
            await fill(sibling_url(TEMPLATE, url))
        yield cluster
    shutil.rmtree(state)


async def seeded(url: str) -> None:
    """Make the tables of an empty database, with the data that all start with; one that has them stays."""
    target = DatabaseTarget(url, None)
    await asyncio.to_thread(prepare, target, demo=True, migrate=True, report=lambda _: None)


async def made(url: str) -> None:
    await seeded(url)
    await fill(url)
