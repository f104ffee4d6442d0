"""Gives memory that was freed back to the operating system, where the C library is glibc.

It keeps what is freed between things that are still used, and raises by itself the size from which a block
is given back at once: hundreds of sockets with a megabyte each would leave the process at their peak.
"""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import Callable
from functools import cache

M_MMAP_THRESHOLD = -3  # malloc.h
LARGE_BLOCK = 262_144  # bytes from which a block is mapped by itself, and unmapped as soon as it is freed
PAUSE = 2.0  # seconds after something was closed: others may follow
INTERVAL = 10.0  # seconds at least between two times


@cache
def glibc() -> ctypes.CDLL | None:
    """The C library of this process; None if it is another one."""
    try:
        library = ctypes.CDLL(None)
        return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
    except OSError:
        return None


def map_large_blocks() -> None:
    """From now on, give large blocks back as soon as they are freed."""
    if (library := glibc()) is not None:
        library.mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)


def trim() -> None:
    if (library := glibc()) is not None:
        library.malloc_trim(0)


class FreedMemory:
    """Gives memory back a moment after connections were closed, and not too often."""

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
