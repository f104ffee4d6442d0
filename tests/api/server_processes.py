"""Real servers for tests of starting and stopping: separate processes, killed if a test leaves them."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from random import randrange

from models.database import postmaster
from tests.api.command_processes import CommandProcess, Start, forked

FIRST_PORT, PORTS = 20_000, 1_500
PATIENCE = 90.0  # servers of several processes start slowly where much else runs


@dataclass(frozen=True)
class Running:
    process: CommandProcess
    port: int
    state: Path
    output: Path

    @property
    def printed(self) -> str:
        return self.output.read_text()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def end(self, with_signal: int = signal.SIGINT) -> int:
        self.process.send_signal(with_signal)
        return self.process.wait(PATIENCE)

    def database(self) -> postmaster.Postmaster | None:
        return database(self.state)


def database(state: Path) -> postmaster.Postmaster | None:
    """The state folder's live server, also where its data had to go elsewhere."""
    note = state / "elsewhere"
    home = Path(note.read_text()) if note.exists() else state
    return postmaster.read(home / "postgres-18")


def environment(state: Path, variables: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PUENTE_")}
    return {**kept, "PUENTE_STATE": str(state), "PYTHONUNBUFFERED": "1", **variables}


def puente(state: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in a separate process."""
    with tempfile.TemporaryDirectory() as folder:
        output, errors = (Path(folder) / name for name in ("output", "errors"))
        code = forked(arguments, environment(state, variables), output, errors).wait(PATIENCE)
        return subprocess.CompletedProcess(arguments, code, output.read_text(), errors.read_text())


@contextmanager
def served(
    state: Path,
    *arguments: str,
    port: int | None = None,
    start: Start = forked,
    variables: dict[str, str] | None = None,
) -> Iterator[Running]:
    """A server that answers; when the block ends it and its database are made sure to be gone."""
    port = port or free_port()
    output = state.parent / f"{state.name}-{port}-{time.monotonic_ns()}.out"
    command = ["serve", "--port", str(port), *arguments]
    process = start(command, environment(state, variables or {}), output)
    running = Running(process, port, state, output)
    try:
        wait_until_live(running)
        yield running
    finally:
        end_remaining(running)


def wait_until_live(running: Running) -> None:
    deadline = time.monotonic() + PATIENCE
    while "Ctrl-C stops" not in running.printed:
        assert running.process.poll() is None, running.printed
        assert time.monotonic() < deadline, running.printed
        time.sleep(0.02)
    assert answers(running)


def answers(running: Running) -> bool:
    with urllib.request.urlopen(f"{running.address}/live", timeout=5) as response:
        return bool(response.status == 200)


def end_remaining(running: Running) -> None:
    if running.process.poll() is None:
        os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait()
    left = running.database()
    if left is not None:
        os.kill(left.pid, signal.SIGQUIT)
        wait_until(lambda: running.database() is None)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@cache
def ports() -> Iterator[int]:
    """The ports of this worker, again and again.

    They are below the ephemeral ports of clients, so that a killed server finds its port free again.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = FIRST_PORT + worker % 8 * PORTS
    begin = randrange(PORTS)
    return cycle(first + (begin + number) % PORTS for number in range(PORTS))


def free_port() -> int:
    for port in ports():
        with socket.socket() as taken, suppress(OSError):
            taken.bind(("127.0.0.1", port))
            return port
    raise AssertionError("unreachable: the ports are endless")


def is_one_line(text: str) -> bool:
    return re.fullmatch(r"puente: [^\n]+\n", text) is not None
