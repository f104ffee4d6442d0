"""A worker of a process that leases rows of a queue, and works on several of them at a time.

Every process on a database has one. It looks when the change feed moves, and every `interval` seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress

from models.feed import FeedState

logger = logging.getLogger("puente")

MOMENT = 0.05  # minimum seconds between two looks, however often the feed moves
PAUSE = 1.0  # seconds until the next look after an error of the database


class LeaseWorker:
    """Runs from `start` to `close`; a subclass leases in `look`, and begins the work on each row."""

    name = ""
    """The kind of work, for the log: `mails`."""

    def __init__(self, *, most: int, interval: float) -> None:
        self._most = most
        self._interval = interval
        self._woken = asyncio.Event()
        self._work: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def tick(self, state: FeedState) -> None:
        self.wake()

    def wake(self) -> None:
        """Look for work now."""
        self._woken.set()

    async def close(self) -> None:
        """Stop; work that was not confirmed is done again by the next worker."""
        tasks = [*self._work, *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task

    @property
    def busy(self) -> int:
        """The number of rows that are worked on."""
        return len(self._work)

    async def look(self) -> None:
        raise NotImplementedError

    def begin(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Work on a leased row; the worker looks again when that is done."""
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._on_done)
        return task

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        self._woken.set()

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self.look()
            except Exception as error:  # it is tried again, whatever the reason
                logger.warning("%s wait: %s", self.name, error)
                await asyncio.sleep(PAUSE)
            await asyncio.sleep(MOMENT)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._interval):  # not wait_for, which may lose a cancellation
                    await self._woken.wait()
