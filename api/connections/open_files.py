"""The limit of open files, of which each connection takes one."""

from __future__ import annotations

import errno
import logging
import os
import resource
from pathlib import Path

logger = logging.getLogger("puente")

OPEN = Path("/proc/self/fd")
MOST_RAISED = 1_048_576
"""The maximum that Linux allows by default; some containers allow a thousand times as many."""

EXHAUSTED = (errno.EMFILE, errno.ENFILE)

OTHERS = 96
"""Files other than connections: modules, logs, the event loop, the workers' sockets."""


def raise_limit() -> None:
    """Raise the soft limit of this process and its children to the hard limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_RAISED if hard == resource.RLIM_INFINITY else min(hard, MOST_RAISED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        logger.info("open files: limit raised from %s to %s", soft, wanted)


def file_limit() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_RAISED if soft == resource.RLIM_INFINITY else soft


def open_files() -> int:
    """The number of open files; the limit if not even that can be read."""
    try:
        return len(os.listdir(OPEN))
    except OSError as error:
        if error.errno in EXHAUSTED:
            return file_limit()
        raise


def can_open() -> bool:
    """Whether this process, and the whole system, can open another file."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))
    except OSError as error:
        return error.errno not in EXHAUSTED
    return True


def backlog() -> int:
    """The listen backlog; all of it may be accepted before any connection is closed."""
    return max(16, min(2_048, file_limit() // 8))


def connections_within(wanted: int, others: int) -> int:
    """The wanted number of connections, or as many as the limit of open files leaves besides `others`."""
    room = max(8, file_limit() - OTHERS - others - backlog())
    if room < wanted:
        text = "at most %s connections instead of %s (PUENTE_MAX_CONNECTIONS): the limit of open files is %s"
        logger.warning(text, room, wanted, file_limit())
    return min(room, wanted)
