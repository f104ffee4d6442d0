"""An embedded PostgreSQL: one cluster per state folder, shared by all processes that use it.

The first process starts the server, the last one to leave stops it. Processes that use it hold a shared file
lock, which the system releases whenever a process ends. A server that outlived its processes is adopted; the
next start cleans up after a server that died.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from models.database import postmaster
from models.database.embedded_layout import EmbeddedPostgresError, Layout, lay_out
from models.database.embedded_server import DATABASE, make_cluster, running_server, start_server
from models.database.postmaster import Postmaster

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError", "url"]


class EmbeddedPostgres:
    """Use it as a context manager, or call `start` and `stop`. `durable=False` is for tests only."""

    def __init__(self, state: Path, *, version: int = 18, durable: bool = True) -> None:
        self._state = state.absolute()
        self._version = version
        self._durable = durable
        self._layout: Layout | None = None
        self._users: int | None = None

    def start(self) -> str:
        """Create the cluster if needed, start or adopt its server, and return the database's URL."""
        try:
            self._state.mkdir(mode=0o755, parents=True, exist_ok=True)
            with self._gate():
                layout = lay_out(self._state.resolve(), self._version)
                self._users = self._open_lock("users")
                fcntl.flock(self._users, fcntl.LOCK_SH)
                if not layout.data.exists():
                    make_cluster(layout, self._version, durable=self._durable)
                self._layout = layout
                server = running_server(layout) or start_server(layout, durable=self._durable)
                return url(server, DATABASE, user=DATABASE)
        except OSError as error:
            self.stop()
            where = error.filename or self._state
            raise EmbeddedPostgresError(f"cannot use {where}: {error.strerror}") from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Leave, and stop the server if no other process uses it."""
        if self._users is None:
            return
        with self._gate():
            fcntl.flock(self._users, fcntl.LOCK_UN)
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._stop_server()
            except BlockingIOError:
                pass  # someone else still uses it
            finally:
                os.close(self._users)
                self._users = None

    def ensure_running(self) -> bool:
        """Start the server again if it died; returns whether that was needed."""
        if self._layout is None or postmaster.read(self._layout.data) is not None:
            return False
        with self._gate():
            if running_server(self._layout) is None:
                start_server(self._layout, durable=self._durable)
        return True

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _stop_server(self) -> None:
        server = postmaster.read(self._layout.data) if self._layout else None
        if server is not None and self._layout is not None:
            postmaster.stop(server, self._layout.data)

    def _open_lock(self, name: str) -> int:
        path = self._state / f"postgres-{self._version}.{name}"
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @contextmanager
    def _gate(self) -> Iterator[None]:
        """One process at a time may start or stop the server."""
        gate = self._open_lock("gate")
        try:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield
        finally:
            os.close(gate)


def url(server: Postmaster, database: str, *, user: str) -> str:
    return f"postgresql://{user}@/{database}?host={quote(str(server.socket_directory))}"
