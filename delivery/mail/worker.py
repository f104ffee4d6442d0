"""The process's mail worker: leases mails that are due, and sends several at a time.

Every process on a database has one. What fails waits for its next attempt, and delays no other mail.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress

from sqlalchemy.ext.asyncio import AsyncEngine

from delivery.mail.mailer import Mailer
from models.feed import FeedState
from models.mail_queue import QueuedMail, claim, release, retry

logger = logging.getLogger("puente")

MOMENT = 0.05  # seconds between two looks at the least, however often the feed moves
BROKEN_OFF = 10.0  # seconds until a mail is tried again whose attempt was broken off
PAUSE = 1.0  # seconds until what the database refused is tried again


class MailWorker:
    """Runs from `start` to `close`; the change feed calls `tick` when there may be mails."""

    def __init__(self, engine: AsyncEngine, mailer: Mailer, *, most: int, interval: float) -> None:
        self._engine = engine
        self._mailer = mailer
        self._most = most
        self._interval = interval
        self._woken = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def tick(self, state: FeedState) -> None:
        """There may be something to send."""
        self._woken.set()

    async def close(self) -> None:
        """Stop; what was not confirmed is sent again by the next worker."""
        tasks = [*self._sending, *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task

    @property
    def busy(self) -> int:
        """How many mails are being sent."""
        return len(self._sending)

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self._claim()
            except (
                Exception
            ) as error:  # whatever the reason is, it is tried again, and the log has the reason
                logger.warning("mails wait: %s", error)
                await asyncio.sleep(PAUSE)
            await asyncio.sleep(MOMENT)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._interval):  # not wait_for, which may lose a cancellation
                    await self._woken.wait()

    async def _claim(self) -> None:
        free = self._most - len(self._sending)
        if free <= 0:
            return
        leased_at = time.monotonic()
        for mail in await claim(self._engine, free, self._mailer.limits.lease):
            task = asyncio.create_task(self._deliver(mail, leased_at))
            self._sending.add(task)
            task.add_done_callback(self._on_done)

    async def _deliver(self, mail: QueuedMail, leased_at: float) -> None:
        try:
            await self._mailer.deliver(mail, leased_at)
        except asyncio.CancelledError:
            with suppress(Exception):  # else its lease runs out
                await release(self._engine, mail)
            raise
        except Exception as error:
            logger.warning("the mail of notification %s was broken off: %s", mail.id, error)
            with suppress(Exception):
                await retry(self._engine, mail, BROKEN_OFF, f"broken off: {type(error).__name__}")

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._woken.set()
