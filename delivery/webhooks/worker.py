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

from delivery.lease_worker import LeaseWorker
from delivery.webhooks.deliverer import Deliverer
from models.webhook_leases import Leased, claim, prune_log, release

logger = logging.getLogger("puente")

PRUNE_INTERVAL = 600.0  # seconds between deletions of old log entries
PRUNE_BATCH = 10_000
BROKEN_OFF = 10.0  # seconds until the next turn of a webhook whose turn failed


@dataclass(frozen=True, slots=True)
class LogRetention:
    """How long log entries are kept, in seconds, and how many of each webhook."""

    seconds: float
    most: int


class WebhookWorker(LeaseWorker):
    """Gives turns to webhooks with pending changes."""

    name = "webhooks"

    def __init__(
        self, engine: AsyncEngine, deliverer: Deliverer, keeping: LogRetention, *, most: int, interval: float
    ) -> None:
        super().__init__(most=most, interval=interval)
        self._engine = engine
        self._deliverer = deliverer
        self._keeping = keeping
        self._failing: set[asyncio.Task[None]] = set()
        self._forgot_at = -PRUNE_INTERVAL

    async def look(self) -> None:
        await self._claim(failing=False)
        await self._claim(failing=True)
        await self._prune()

    async def _claim(self, *, failing: bool) -> None:
        free = self._most - self.busy
        if failing:
            free = min(free, max(1, self._most // 2) - len(self._failing))
        if free <= 0:
            return
        leased_at = time.monotonic()
        lease = self._deliverer.limits.lease
        for webhook in await claim(self._engine, free, lease, failing=failing):
            task = self.begin(self._deliver(webhook, leased_at))
            if failing:
                self._failing.add(task)
                task.add_done_callback(self._failing.discard)

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

    async def _prune(self) -> None:
        now = time.monotonic()
        if now < self._forgot_at + PRUNE_INTERVAL:
            return
        self._forgot_at = now
        keeping = self._keeping
        while await prune_log(self._engine, keeping.seconds, keeping.most, PRUNE_BATCH):
            pass
