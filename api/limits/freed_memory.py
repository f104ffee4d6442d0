"""Returns freed memory to the operating system, if the C library is glibc.

glibc keeps freed memory between used blocks, and raises the size from which blocks are returned at once:
after hundreds of sockets with a megabyte each, the process would stay at its peak.
"""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import Callable
from functools import cache

M_MMAP_THRESHOLD = -3  # malloc.h
LARGE_BLOCK = 262_144  # bytes from which a block is mapped by itself, and unmapped as soon as it is freed
PAUSE = 2.0  # seconds after a connection was closed, since others may follow
INTERVAL = 10.0  # minimum seconds between two trims


@cache
def glibc() -> ctypes.CDLL | None:
    """This process's C library; None if it isn't glibc."""
    try:
        library = ctypes.CDLL(None)
        return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
    except OSError:
        return None


def map_large_blocks() -> None:
    """Have large blocks returned as soon as they are freed."""
    if (library := glibc()) is not None:
        library.mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)


def trim() -> None:
    if (library := glibc()) is not None:
        library.malloc_trim(0)


class FreedMemory:
    """Returns memory shortly after connections are closed, but not too often."""

    def __init__(self, give_back: Callable[[], object] = trim) -> None:
        self._give_back = give_back
        self._timer: asyncio.TimerHandle | None = None
        self._earliest = 0.0

    def connection_closed(self) -> None:
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(max(loop.time() + PAUSE, self._earliest), self._run)

    def _run(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        self._earliest = loop.time() + INTERVAL
        loop.run_in_executor(None, self._give_back)
