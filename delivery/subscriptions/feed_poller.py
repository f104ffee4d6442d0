"""The process's only reader of the feed's state: woken by PostgreSQL's notifications, it numbers changes."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from models.database.client import DatabaseError, DatabaseUnavailable, StatementTimeout
from models.feed import FeedState, Sequencer

logger = logging.getLogger("puente")

OnTick = Callable[[FeedState], Awaitable[None]]
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds between attempts to reach the database

SHORT_WAIT = 1.0  # seconds that a new subscriber waits for an attempt that is under way


class FeedPoller:
    """Numbers committed changes when a notification arrives, and at least every `interval` seconds.

    Numbering has a transaction of its own, so changes within `pace` seconds of the last one share the next.
    `state` is None until the database has been reached once.
    """

    def __init__(self, url: str, *, interval: float, batch: int, timeout: float, pace: float = 0.0) -> None:
        self._woken = asyncio.Event()
        self._sequence = Sequencer(url, self._woken.set, timeout)
        self._interval = interval
        self._pace = pace
        self._numbered_at = -math.inf
        self._batch = self._bearable = batch
        self._moved = asyncio.Event()
        self._advancing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._failure: DatabaseError | None = None  # of the last attempt
        self.state: FeedState | None = None
        self.on_tick: list[OnTick] = []
        self.reached_at = time.monotonic()  # the start, until it is reached

    @property
    def listening(self) -> bool:
        return self._sequence.listening

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._sequence.close()

    async def poll(self) -> FeedState:
        """The state, once there is one; raises DatabaseUnavailable after `LONGEST_PAUSE` seconds without."""
        if self.state is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_PAUSE):
                    await self._moved.wait()
        if self.state is None:
            raise DatabaseUnavailable("the change feed has not been reached yet")
        return self.state

    async def require_reached(self) -> None:
        """Raises DatabaseError while the database is unreachable; new subscribers would wait in silence.

        All callers share one attempt; none is made if the last one succeeded and notifications arrive.
        """
        if self.state is None:
            await self.poll()
        elif isinstance(self._failure, StatementTimeout) or (self._failure is None and self.listening):
            return  # a database that is slow to number changes, or has its feed locked, can still be read
        elif not self._advancing.locked():
            await self._advance()
        else:
            with suppress(TimeoutError):
                async with asyncio.timeout(SHORT_WAIT), self._advancing:
                    pass  # the attempt under way has ended
            if self._failure is not None and not isinstance(self._failure, StatementTimeout):
                raise DatabaseUnavailable(str(self._failure))

    async def fresh(self) -> FeedState:
        """The current state: another process may have numbered changes since."""
        await self._advance()
        assert self.state is not None
        return self.state

    async def wait_beyond(self, history: int, number: int) -> FeedState:
        """The state, once it is past a number or has another history."""
        while self.state is None or (self.state.history == history and self.state.last <= number):
            await self._moved.wait()
        return self.state

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                full = await self._advance()
                pause = FIRST_PAUSE
            except DatabaseError as error:
                most = self._bearable
                logger.warning("the change feed waits for the database: %s (at most %s next)", error, most)
            except Exception:
                logger.exception("the change feed failed; trying again")
            else:
                if not full:
                    await self._wait()
                continue
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._interval):
                await self._woken.wait()
        await asyncio.sleep(self.time_to_next(time.monotonic()))

    def time_to_next(self, now: float) -> float:
        """Seconds until changes may be numbered again."""
        return max(0.0, self._numbered_at + self._pace - now)

    async def _advance(self) -> bool:
        """Number one batch and notify; returns whether there may be more."""
        async with self._advancing:
            self._woken.clear()
            most = self._bearable
            try:
                before, state = self.state, await self._number(most)
            except BaseException:  # nothing was numbered: keep the wake-up for the next attempt
                self._woken.set()
                raise
            self.state, self.reached_at = state, time.monotonic()
            if state != before:
                self._numbered_at = self.reached_at
                moved, self._moved = self._moved, asyncio.Event()
                moved.set()
            for tell in self.on_tick:
                await tell(state)
            return before is not None and state.last - before.last >= most

    async def _number(self, most: int) -> FeedState:
        """Number at most `most` changes; half as many next time if that exceeds the statement timeout."""
        try:
            state = await self._sequence.number(most)
        except DatabaseError as error:
            self._failure = error
            if isinstance(error, StatementTimeout):
                self._bearable = max(1, most // 2)
            raise
        self._failure = None
        self._bearable = min(self._batch, most * 2)
        return state
