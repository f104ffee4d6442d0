"""While the server runs, changes that need no longer be kept are deleted, a bounded number at a time."""

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

logger = logging.getLogger("puente")

MAX_INTERVAL = 60.0  # seconds between two looks
BATCH = 5_000
"""Changes that are deleted in one transaction: nobody waits for the feed's row longer than that takes."""


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """How long, in seconds, and how many changes are kept; how long the keys of mutations."""

    seconds: float
    max_changes: int
    key_seconds: float


def pruning(url: str, policy: RetentionPolicy) -> AbstractAsyncContextManager[None]:
    """Forget as long as the block lasts; of several servers on one database one does it at a time."""
    pause = min(MAX_INTERVAL, policy.seconds / 10, policy.key_seconds / 10)
    return running_task(_prune_forever(engine_for(url), policy, pause))


async def _prune_forever(engine: AsyncEngine, policy: RetentionPolicy, pause: float) -> None:
    while True:
        await asyncio.sleep(pause)
        try:
            while await prune(engine, policy.seconds, policy.max_changes, BATCH):
                pass
            while await prune_keys(engine, policy.key_seconds, BATCH):
                pass
        except Exception as error:  # whatever the reason is, it is tried again, and the log has the reason
            logger.warning("old changes and keys were not deleted: %s", error)
