"""The process's mail worker: leases mails that are due, and sends several at a time.

Every process on a database has one. What fails waits for its next attempt, and delays no other mail.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress

from sqlalchemy.ext.asyncio import AsyncEngine

from delivery.lease_worker import LeaseWorker
from delivery.mail.mailer import Mailer
from models.mail_queue import QueuedMail, claim, release, retry

logger = logging.getLogger("puente")

BROKEN_OFF = 10.0  # seconds until a mail is tried again whose attempt was broken off


class MailWorker(LeaseWorker):
    """Sends the mails that are due."""

    name = "mails"

    def __init__(self, engine: AsyncEngine, mailer: Mailer, *, most: int, interval: float) -> None:
        super().__init__(most=most, interval=interval)
        self._engine = engine
        self._mailer = mailer

    async def look(self) -> None:
        free = self._most - self.busy
        if free <= 0:
            return
        leased_at = time.monotonic()
        for mail in await claim(self._engine, free, self._mailer.limits.lease):
            self.begin(self._deliver(mail, leased_at))

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
