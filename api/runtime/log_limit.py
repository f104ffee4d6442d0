"""Logs a repeated message once a minute: an unreachable database fails every request alike."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

INTERVAL = 60.0  # seconds
MOST = 1_000  # remembered messages


class LogLimit(logging.Filter):
    """Passes a warning or error once in `interval` seconds, with the number of repetitions.

    Messages that differ, for example by a request's id, count separately. Add it to a handler: on a logger it
    would filter for every other handler of the process too.
    """

    def __init__(self, interval: float = INTERVAL, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._interval = interval
        self._now = now
        self._seen: dict[tuple[str, int, str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        raised = record.exc_info[1] if record.exc_info else None
        key, now = (record.name, record.levelno, record.getMessage(), repr(raised)), self._now()
        since, held_back = self._seen.pop(key, (now - self._interval, 0))
        if now - since < self._interval:
            self._seen[key] = since, held_back + 1
            return False
        self._seen[key] = now, 0
        while len(self._seen) > MOST:
            del self._seen[next(iter(self._seen))]
        if held_back:
            record.msg = f"{record.getMessage()} (and {held_back} times since the last line)"
            record.args = None
        return True
