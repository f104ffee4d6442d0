"""Files that a process may have open, of which each connection is one."""

from __future__ import annotations

import errno
import logging
import os
import resource
from pathlib import Path

logger = logging.getLogger("puente")

OPEN = Path("/proc/self/fd")
MOST_RAISED = 1_048_576
"""What Linux allows a process by default; some containers have a limit a thousand times that."""

EXHAUSTED = (errno.EMFILE, errno.ENFILE)

OTHERS = 96
"""Files other than clients' and the database's: modules, logs, the event loop, the workers' sockets."""


def raise_limit() -> None:
    """Have as many files as the system lets this process, and those that it starts, have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_RAISED if hard == resource.RLIM_INFINITY else min(hard, MOST_RAISED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        logger.info("open files: limit raised from %s to %s", soft, wanted)


def file_limit() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_RAISED if soft == resource.RLIM_INFINITY else soft


def open_files() -> int:
    """As many as there may be where not even this can be looked at."""
    try:
        return len(os.listdir(OPEN))
    except OSError as error:
        if error.errno in EXHAUSTED:
            return file_limit()
        raise


def can_open() -> bool:
    """Whether one more file can be opened, by this process and in the whole system."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))
    except OSError as error:
        return error.errno not in EXHAUSTED
    return True


def backlog() -> int:
    """Connections that wait to be accepted, all of which may be accepted before any is closed."""
    return max(16, min(2_048, file_limit() // 8))


def connections_within(wanted: int, others: int) -> int:
    """As many connections as are wanted, or as the limit of open files leaves room for, with `others`."""
    room = max(8, file_limit() - OTHERS - others - backlog())
    level, most = (logging.WARNING, room) if room < wanted else (logging.INFO, wanted)
    text = "at most %s connections of %s (PUENTE_MAX_CONNECTIONS): this process may have %s files open"
    logger.log(level, text, most, wanted, file_limit())
    return most
