"""Deletes old changes, idempotency keys, notifications and links while the server runs, in batches."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from delivery.background import running_task
from models.audit import prune_keys
from models.database.client import engine_for
from models.feed import prune
from models.mail_queue import prune_links, prune_notifications
from models.unsolicited_mail import prune_unsolicited

logger = logging.getLogger("puente")

MAX_INTERVAL = 60.0  # seconds
BATCH = 5_000
"""Changes deleted in one transaction, which bounds how long it holds the feed's row."""


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """How long changes are kept (seconds) and how many; how long the others are kept."""

    seconds: float
    max_changes: int
    key_seconds: float
    notification_seconds: float
    link_seconds: float


def pruning(url: str, policy: RetentionPolicy) -> AbstractAsyncContextManager[None]:
    """Delete during the block; servers on one database delete one at a time."""
    shortest = min(policy.seconds, policy.key_seconds, policy.notification_seconds, policy.link_seconds)
    pause = min(MAX_INTERVAL, shortest / 10)
    return running_task(_prune_forever(engine_for(url), policy, pause))


async def _prune_forever(engine: AsyncEngine, policy: RetentionPolicy, pause: float) -> None:
    while True:
        await asyncio.sleep(pause)
        try:
            while await prune(engine, policy.seconds, policy.max_changes, BATCH):
                pass
            while await prune_keys(engine, policy.key_seconds, BATCH):
                pass
            while await prune_notifications(engine, policy.notification_seconds, BATCH):
                pass
            while await prune_links(engine, policy.link_seconds, BATCH):
                pass
            while await prune_unsolicited(engine, BATCH):
                pass
        except Exception as error:  # it is tried again, whatever the reason
            logger.warning("old changes, keys, notifications and links were not deleted: %s", error)
