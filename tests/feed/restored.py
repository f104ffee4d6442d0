"""Ways in which a database comes to be there twice, without PostgreSQL noticing it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from models.database import postmaster
from models.database.embedded import EmbeddedPostgres
from models.database.embedded_server import _process_options
from tests.conftest import VERSION, run_alone, sibling_url
from tests.ready_state import make_ready

IDENTITY = "select system_identifier || '/' || timeline_id from pg_control_system(), pg_control_checkpoint()"
REFILE = "update feed set incarnation = puente_incarnation()"


@dataclass(frozen=True)
class Cluster:
    """A server with its own folder, whose files can be copied."""

    postgres: EmbeddedPostgres
    url: str

    @property
    def data(self) -> Path:
        assert self.postgres._layout is not None
        return self.postgres._layout.data

    @property
    def superuser(self) -> str:
        return sibling_url("postgres", self.url, "postgres")


@asynccontextmanager
async def cluster(filled_by: Callable[[Path], Awaitable[None]] | None = None) -> AsyncIterator[Cluster]:
    """A cluster that ends with the block: made ready, or of data that somebody puts there."""
    state = Path(tempfile.mkdtemp(prefix="puente-restored-"))
    state.chmod(0o755)  # as root, the server runs as another user
    postgres = EmbeddedPostgres(state, version=VERSION)
    try:
        if filled_by is not None:
            await filled_by(state / f"postgres-{VERSION}")
        else:
            await asyncio.to_thread(make_ready, state)
        yield Cluster(postgres, await asyncio.to_thread(postgres.start))
    finally:
        await asyncio.to_thread(postgres.stop)
        shutil.rmtree(state)


async def base_backup(origin: Cluster, target: Path) -> None:
    """What the manual says to do: pg_basebackup, with the log that it needs, started as it is."""
    layout = origin.postgres._layout
    assert layout is not None
    making = Path(tempfile.mkdtemp(prefix="puente-backup-"))
    if layout.account is not None:
        os.chown(making, layout.account.uid, layout.account.gid)
    sockets = origin.url.partition("host=")[2].replace("%2F", "/")
    wanted = ["-D", str(making / "data"), "-h", sockets, "-U", "postgres", "-X", "stream", "-c", "fast", "-N"]
    options = _process_options(layout)
    command = [str(layout.programs / "pg_basebackup"), *wanted]
    await asyncio.to_thread(lambda: subprocess.run(command, check=True, **options))
    await copied(making / "data", target)
    shutil.rmtree(making)


async def copied_folder(origin: Cluster, target: Path) -> None:
    """The server was stopped for it."""
    running = postmaster.read(origin.data)
    assert running is not None
    await asyncio.to_thread(postmaster.stop, running, origin.data)
    await copied(origin.data, target)
    await asyncio.to_thread(origin.postgres.ensure_running)


async def copied_while_it_runs(origin: Cluster, target: Path) -> None:
    """File by file, between pg_backup_start and pg_backup_stop."""
    connection = await asyncpg.connect(origin.superuser)
    await connection.execute("select pg_backup_start('a copy', fast => true)")
    await copied(origin.data, target, whole=False)
    label = await connection.fetchval("select labelfile from pg_backup_stop(wait_for_archive => false)")
    await connection.close()
    shutil.rmtree(target / "pg_wal")
    await copied(origin.data / "pg_wal", target / "pg_wal", whole=False)
    (target / "backup_label").write_text(label)
    shutil.copymode(target / "PG_VERSION", target / "backup_label")
    status = target.stat()
    os.chown(target / "backup_label", status.st_uid, status.st_gid)


async def snapshot_of_the_volume(origin: Cluster, target: Path) -> None:
    """All files as they are at one moment: every process of the server stands still while they are copied."""
    with standing_still(origin):
        await copied(origin.data, target)


WAYS: dict[str, Callable[[Cluster, Path], Awaitable[None]]] = {
    "pg_basebackup": base_backup,
    "a copied folder": copied_folder,
    "a copy while it runs": copied_while_it_runs,
    "a snapshot of the volume": snapshot_of_the_volume,
}


async def copied(source: Path, target: Path, *, whole: bool = True) -> None:
    """With owners and modes; of one that is written to meanwhile some files may go."""
    command = ["cp", "-a", str(source), str(target)]
    done = await asyncio.to_thread(lambda: subprocess.run(command, capture_output=True, text=True))
    gone = [line for line in done.stderr.splitlines() if "No such file" not in line]
    assert not (done.stderr if whole else gone), done.stderr
    (target / "postmaster.pid").unlink(missing_ok=True)


@contextmanager
def standing_still(origin: Cluster) -> Iterator[None]:
    running = postmaster.read(origin.data)
    assert running is not None
    stopped = [running.pid]
    try:
        stop(running.pid)  # from now on it makes no others
        for pid in children_of(running.pid):
            stopped.append(pid)
            stop(pid)
        yield
    finally:
        for pid in reversed(stopped):
            os.kill(pid, signal.SIGCONT)


def children_of(parent: int) -> list[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = (line.split() for line in listed.stdout.splitlines())
    return [int(pid) for pid, of in pairs if int(of) == parent]


def stop(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    while state_of(pid) not in "TtZ":
        pass


def state_of(pid: int) -> str:
    listed = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True)
    return listed.stdout.strip()[:1] or "Z"


async def second_of(database: str, copy: str, superuser: str) -> None:
    """The same within a cluster, at once: a copy of a database that takes itself for the first one."""
    await closed(database, superuser)
    await run_alone(superuser, f"create database {copy} owner puente template {database}")
    await run_alone(superuser, f"alter database {database} allow_connections true")
    await run_alone(sibling_url(copy, superuser, "postgres"), REFILE)


async def substituted(database: str, copy: str, superuser: str) -> None:
    """Clients of the one are connected to the other from now on."""
    await closed(database, superuser)
    await run_alone(superuser, f"alter database {database} rename to {database}_lost")
    await run_alone(superuser, f"alter database {copy} rename to {database}")


async def closed(database: str, superuser: str) -> None:
    ended = f"select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '{database}'"
    await run_alone(superuser, f"alter database {database} allow_connections false", ended)
