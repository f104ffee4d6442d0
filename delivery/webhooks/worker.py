"""The webhook worker of a process: leases webhooks with pending changes, and gives each a turn.

All processes on a database share the work. Webhooks whose last attempt failed get at most half of the slots,
so that receivers that hang can't delay the others.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from delivery.webhooks.deliverer import Deliverer
from models.feed import FeedState
from models.webhook_leases import Leased, claim, prune_log, release

logger = logging.getLogger("puente")

PRUNE_INTERVAL = 600.0  # seconds between deletions of old log entries
PRUNE_BATCH = 10_000
MOMENT = 0.05  # minimum seconds between two claims, however often the feed moves
BROKEN_OFF = 10.0  # seconds until the next turn of a webhook whose turn failed
PAUSE = 1.0  # seconds until the next try after an error of the database


@dataclass(frozen=True, slots=True)
class LogRetention:
    """How long log entries are kept, in seconds, and how many of each webhook."""

    seconds: float
    most: int


class WebhookWorker:
    """Runs from `start` to `close`; the change feed calls `tick` when there may be changes."""

    def __init__(
        self, engine: AsyncEngine, deliverer: Deliverer, keeping: LogRetention, *, most: int, interval: float
    ) -> None:
        self._engine = engine
        self._deliverer = deliverer
        self._keeping = keeping
        self._most = most
        self._interval = interval
        self._woken = asyncio.Event()
        self._turns: dict[asyncio.Task[None], bool] = {}
        self._task: asyncio.Task[None] | None = None
        self._forgot_at = -PRUNE_INTERVAL

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def tick(self, state: FeedState) -> None:
        self.wake()

    def wake(self) -> None:
        """Look for pending changes now."""
        self._woken.set()

    async def close(self) -> None:
        """Stop the turns; messages without a recorded success are sent again by the next worker."""
        tasks = [*self._turns, *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task

    @property
    def busy(self) -> int:
        return len(self._turns)

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self._claim(failing=False)
                await self._claim(failing=True)
                await self._prune()
            except Exception as error:  # it is tried again, whatever the reason
                logger.warning("webhooks wait: %s", error)
                await asyncio.sleep(PAUSE)
            await asyncio.sleep(MOMENT)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._interval):  # not wait_for, which may lose a cancellation
                    await self._woken.wait()

    async def _claim(self, *, failing: bool) -> None:
        free = self._most - len(self._turns)
        if failing:
            free = min(free, max(1, self._most // 2) - sum(self._turns.values()))
        if free <= 0:
            return
        leased_at = time.monotonic()
        lease = self._deliverer.limits.lease
        for webhook in await claim(self._engine, free, lease, failing=failing):
            task = asyncio.create_task(self._deliver(webhook, leased_at))
            self._turns[task] = failing
            task.add_done_callback(self._on_done)

    async def _deliver(self, webhook: Leased, leased_at: float) -> None:
        try:
            await self._deliverer.deliver_pending(webhook, leased_at)
        except asyncio.CancelledError:
            with suppress(Exception):  # otherwise the lease expires
                await release(self._engine, webhook, webhook.number)
            raise
        except Exception as error:
            logger.warning("the turn of webhook %s was aborted: %s", webhook.id, error)
            with suppress(Exception):
                await release(self._engine, webhook, webhook.number, BROKEN_OFF)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        del self._turns[task]
        self._woken.set()

    async def _prune(self) -> None:
        now = time.monotonic()
        if now < self._forgot_at + PRUNE_INTERVAL:
            return
        self._forgot_at = now
        keeping = self._keeping
        while await prune_log(self._engine, keeping.seconds, keeping.most, PRUNE_BATCH):
            pass
