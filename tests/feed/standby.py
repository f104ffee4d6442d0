"""A standby that follows a primary by streaming replication, and takes its place."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from models.database import postmaster
from models.database.embedded_server import SETTINGS, ProcessOptions, _process_options
from tests.feed.restored import Cluster

PATIENCE = 60.0  # seconds that something may take before the test fails
BEHIND = "select coalesce(pg_last_wal_replay_lsn() >= cast($1::text as pg_lsn), false)"


@dataclass(frozen=True)
class Standby:
    """A second server on a base backup; `sockets` is the folder of its socket."""

    primary: Cluster
    sockets: Path

    @property
    def either(self) -> str:
        """The address of whichever of the two takes writes."""
        first = self.primary.url.partition("host=")[2]
        return f"postgresql://puente@/puente?host={first},{self.sockets}&target_session_attrs=read-write"

    async def value(self, statement: str, *values: object) -> object:
        connection = await asyncpg.connect(f"postgresql://postgres@/puente?host={self.sockets}")
        try:
            return await connection.fetchval(statement, *values)
        finally:
            await connection.close()

    async def caught_up(self) -> None:
        """Everything that was committed is here."""
        connection = await asyncpg.connect(self.primary.superuser)
        reached = await connection.fetchval("select pg_current_wal_flush_lsn()::text")
        await connection.close()
        await self.until(BEHIND, reached)

    async def cut_off(self) -> None:
        """Nothing of what is committed from now on comes here."""
        await self.value("alter system set primary_conninfo = ''")
        await self.value("select pg_reload_conf()")
        await self.until("select not exists (select from pg_stat_wal_receiver)")

    async def promoted(self) -> None:
        """The primary is killed, and this is the primary from now on."""
        running = postmaster.read(self.primary.data)
        assert running is not None
        os.kill(running.pid, signal.SIGKILL)
        assert await self.value("select pg_promote()")

    async def until(self, statement: str, *values: object) -> None:
        async with asyncio.timeout(PATIENCE):
            while not await self.value(statement, *values):
                await asyncio.sleep(0.02)


@asynccontextmanager
async def standby_of(primary: Cluster) -> AsyncIterator[Standby]:
    layout = primary.postgres._layout
    assert layout is not None
    folder = Path(tempfile.mkdtemp(prefix="puente-standby-"))
    if layout.account is not None:
        os.chown(folder, layout.account.uid, layout.account.gid)
    options = _process_options(layout)
    data, sockets = folder / "data", primary.url.partition("host=")[2].replace("%2F", "/")
    backup = [str(layout.programs / "pg_basebackup"), "-D", str(data), "-h", sockets, "-U", "postgres"]
    streamed = ["-X", "stream", "-c", "fast", "-N", "--write-recovery-conf"]
    await asyncio.to_thread(lambda: subprocess.run([*backup, *streamed], check=True, **options))
    settings = SETTINGS | {"unix_socket_directories": str(folder), "fsync": "off"}
    given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = _started([str(layout.programs / "postgres"), "-D", str(data), *given], folder / "log", options)
    try:
        standby = Standby(primary, folder)
        async with asyncio.timeout(PATIENCE):
            while (running := postmaster.read(data)) is None or not running.ready:
                assert server.poll() is None, (folder / "log").read_text()
                await asyncio.sleep(0.02)
        yield standby
    finally:
        server.send_signal(signal.SIGINT)
        await asyncio.to_thread(server.wait)
        shutil.rmtree(folder)


def _started(command: list[str], log: Path, options: ProcessOptions) -> subprocess.Popen[bytes]:
    with log.open("wb") as written:
        return subprocess.Popen(command, stdout=written, stderr=written, **options)
