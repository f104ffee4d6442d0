"""A running PostgreSQL server, as described by its postmaster.pid file."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

CHILDREN: dict[int, subprocess.Popen[bytes]] = {}
"""The servers that this process started, by pid."""


@dataclass(frozen=True)
class Postmaster:
    """A server; `status` is empty at first, then starting, ready, standby or stopping."""

    pid: int
    socket_directory: Path
    status: str

    @property
    def ready(self) -> bool:
        return self.status == "ready"


def read(data: Path) -> Postmaster | None:
    """The live server on this data directory; None if there is none, or only the file of a dead one."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    _reap(pid)
    if not _is_server_of(pid, data):
        return None
    lines += [""] * (8 - len(lines))
    return Postmaster(pid, Path(lines[4]), lines[7].strip())


def stop(postmaster: Postmaster, data: Path, *, patience: float = 20.0) -> None:
    """Stop the server: fast (ends sessions, flushes data), after `patience` seconds immediately."""
    for request, wait in ((signal.SIGINT, patience), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        try:
            os.kill(postmaster.pid, request)
        except ProcessLookupError:
            return
        if _wait_until_gone(postmaster.pid, data, wait):
            return


def _wait_until_gone(pid: int, data: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        _reap(pid)
        if pid not in CHILDREN and not _is_server_of(pid, data):
            return True
        time.sleep(0.01)
    return False


def reap() -> None:
    """Reap the servers of this process that have ended."""
    for pid in list(CHILDREN):
        _reap(pid)


def _reap(pid: int) -> None:
    """Reap a child that has ended; until then it is a zombie, which checks take for alive."""
    child = CHILDREN.get(pid)
    if child is not None and child.poll() is not None:
        del CHILDREN[pid]


def _is_server_of(pid: int, data: Path) -> bool:
    """Whether the pid is a server on this data; after a restart of the machine, pids are reused."""
    return f" -D {data} " in _command_line(pid)


def _command_line(pid: int) -> str:
    """The process's arguments, separated by blanks; empty if it is gone (a zombie has none)."""
    try:
        if Path("/proc/self/cmdline").exists():
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
        completed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)  # noqa: S607
        return completed.stdout.replace("\n", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""
