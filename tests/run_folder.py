"""A folder for all that a run of tests leaves: its clusters, its servers' state, its temporary files.

Every process of the run has it as `TMPDIR`. A guard, a process of its own, waits until the run is over,
however it ends; then it ends what still runs and removes the folder. Where the guard was killed too, the next
run does so.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from api.server.temporary_folder import LockedFolder, lock_folder, make_folder, remove_abandoned

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "puente-run-"
PATIENCE = 10.0
"""Seconds that processes get to end by themselves."""
MEMORY = Path("/dev/shm")
AMPLE = 6 * 2**30
"""How many bytes must be free for a run in memory, which takes about a tenth of it."""


@dataclass(frozen=True)
class RunFolder:
    """Held by this process, and looked after by another."""

    folder: LockedFolder
    guard: subprocess.Popen[bytes]

    def leave(self) -> None:
        clear(self.folder)
        self.guard.wait()


def prefer_memory(memory: Path = MEMORY, ample: int = AMPLE) -> None:
    """Have the folders of runs made in memory, where there is enough, unless somebody says where.

    A database of its own for a test is hundreds of files: on a disk they take three times as long.
    """
    if "TMPDIR" not in os.environ and has_room(memory, ample):
        os.environ["TMPDIR"] = str(memory)
        tempfile.tempdir = None


def has_room(memory: Path, ample: int) -> bool:
    if not os.access(memory, os.W_OK):
        return False
    volume = os.statvfs(memory)
    programs_may_run = not volume.f_flag & os.ST_NOEXEC
    free = min(volume.f_bavail * volume.f_frsize, psutil.virtual_memory().available)
    return programs_may_run and free >= ample


def enter_run_folder() -> RunFolder:
    """Make a folder for this process's run, and have all temporary files made there from now on."""
    run = guarded_folder()
    os.environ["TMPDIR"] = str(run.folder.path)
    tempfile.tempdir = None
    return run


def guarded_folder() -> RunFolder:
    """A folder that is gone soon after this process."""
    remove_abandoned(PREFIX, empty)
    folder = make_folder(PREFIX)
    folder.path.chmod(0o755)  # as root, PostgreSQL runs as another user
    guard = subprocess.Popen(
        [sys.executable, "-m", "tests.run_folder", str(folder.path)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # neither Ctrl-C nor a terminal that closes ends it
    )
    return RunFolder(folder, guard)


@contextmanager
def run_folder() -> Iterator[None]:
    run = enter_run_folder()
    try:
        yield
    finally:
        run.leave()


def clear(folder: LockedFolder) -> None:
    empty(folder.path)
    folder.remove()


def guard(path: Path) -> None:
    """Wait until no process holds the folder, and clear up."""
    folder = lock_folder(path, fcntl.LOCK_EX)
    if folder is not None:
        clear(folder)


def empty(folder: Path) -> None:
    """End what runs there, and remove what a state folder has elsewhere."""
    end_processes(folder)
    for note in folder.rglob("elsewhere"):
        if note.is_file():
            remove_elsewhere(Path(note.read_text()))


def remove_elsewhere(home: Path) -> None:
    from models.database.embedded_layout import ELSEWHERE  # with all models, which guards don't need

    if home.parent == ELSEWHERE:
        shutil.rmtree(home, ignore_errors=True)


def end_processes(folder: Path) -> None:
    """End all processes that were started within a run."""
    for process in list(processes_of(folder)):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGQUIT if process.name() == "postgres" else signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while left := list(processes_of(folder)):
        if time.monotonic() > deadline:
            for process in left:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        time.sleep(0.02)


def processes_of(folder: Path) -> Iterator[psutil.Process]:
    """Those that live: of a zombie no environment can be read."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get("TMPDIR") == str(folder):
                yield process


if __name__ == "__main__":
    guard(Path(sys.argv[1]))
