"""`puente …` as a separate process: started as users start it, or forked from one that has loaded it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parents[2]
PRELOADED = "tests.api.preloaded"

forking = get_context("forkserver")
forking.set_forkserver_preload([PRELOADED])


class CommandProcess(Protocol):
    """What tests do with a process, in the words of `subprocess.Popen`."""

    pid: int

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...


class Start(Protocol):
    """Starts `puente` in the project's folder, in a session of its own, and appends what it prints."""

    def __call__(
        self, arguments: Sequence[str], environment: Mapping[str, str], output: Path
    ) -> CommandProcess: ...


def started_by(*command: str) -> Start:
    """Start it by this command, which runs Python; by Python alone if there is none."""

    def start(arguments: Sequence[str], environment: Mapping[str, str], output: Path) -> CommandProcess:
        with output.open("ab") as log:
            return subprocess.Popen(
                [*(command or [sys.executable]), "-m", "api.cli", *arguments],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    return start


def forked(
    arguments: Sequence[str], environment: Mapping[str, str], output: Path, errors: Path | None = None
) -> CommandProcess:
    """Fork it from a process of this run that has loaded the application: it starts in a moment."""
    keep_sockets_in_run_folder()
    begun, beginning = forking.Pipe(duplex=False)
    outputs = output, errors or output
    process = forking.Process(target=_run, args=(list(arguments), dict(environment), outputs, beginning))
    process.start()
    begun.recv()
    return ForkedProcess(process)


@cache
def keep_sockets_in_run_folder() -> None:
    """Of a folder of its own, multiprocessing would complain at the end: it is gone with the run's."""
    vars(current_process())["_config"]["tempdir"] = tempfile.mkdtemp()


class ForkedProcess:
    """A forked process, in the words of `subprocess.Popen`."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        assert process.pid is not None
        self.pid = process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return self._process.exitcode

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)


def _run(
    arguments: list[str], environment: dict[str, str], outputs: tuple[Path, Path], beginning: Connection
) -> None:
    assert PRELOADED in sys.modules, "the process that others are forked from has not loaded the application"
    os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    output, errors = outputs
    with open(os.devnull, "rb") as nothing, output.open("ab") as log, errors.open("ab") as error_log:
        for number, file in enumerate((nothing, log, error_log)):
            os.dup2(file.fileno(), number)
    sys.stdin = os.fdopen(0, closefd=False)  # uvicorn hands its number to workers
    sys.stdout.reconfigure(write_through=True)  # type: ignore[union-attr]
    beginning.send(None)
    beginning.close()
    sys.argv = ["puente", *arguments]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from api.cli import app

    app()
