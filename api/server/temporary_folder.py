"""Temporary folders; those of killed processes are removed by the next process that makes one.

A process holds a lock on its folder, which the kernel releases however the process ends.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class LockedFolder:
    """`lock` is a descriptor of the folder itself, which child processes don't inherit."""

    path: Path
    lock: int

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self.lock)


@contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """A new folder during the block; removes those of dead processes first."""
    remove_abandoned(prefix)
    folder = make_folder(prefix)
    try:
        yield folder.path
    finally:
        folder.remove()


def make_folder(prefix: str) -> LockedFolder:
    while True:
        path = Path(tempfile.mkdtemp(prefix=prefix))
        folder = lock_folder(path, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if folder is not None:
            return folder  # else another process took it for abandoned before it was locked


def lock_folder(path: Path, operation: int) -> LockedFolder | None:
    """The folder with a lock on it; None if it is gone, another user's, or locked by another process."""
    try:
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with suppress(BlockingIOError, FileNotFoundError):
        if os.fstat(lock).st_uid == os.geteuid():
            fcntl.flock(lock, operation)
            if os.path.samestat(os.fstat(lock), path.lstat()):
                return LockedFolder(path, lock)
    os.close(lock)
    return None


def remove_abandoned(prefix: str, before: Callable[[Path], None] = lambda _: None) -> None:
    """Remove the folders with this prefix whose processes are dead; calls `before` with each."""
    for path in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with suppress(OSError):  # another user's, or not a folder
            folder = lock_folder(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if folder is not None:
                before(folder.path)
                folder.remove()
