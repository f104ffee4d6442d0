"""While the server runs, changes that need no longer be kept are deleted, a bounded number at a time."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AbstractAsyncContextManager

from sqlalchemy.ext.asyncio import AsyncEngine

from api.settings.settings import Settings
from delivery.background import beside
from models.database.client import engine_for
from models.feed import forget

logger = logging.getLogger("puente")

LONGEST_PAUSE = 60.0  # seconds between two looks
AT_ONCE = 5_000
"""Changes that are deleted in one transaction: nobody waits for the feed's row longer than that takes."""


def forgetting(settings: Settings) -> AbstractAsyncContextManager[None]:
    """Forget as long as the block lasts; of several servers on one database one does it at a time."""
    assert settings.database_url is not None
    engine = engine_for(settings.database_url)
    pause = min(LONGEST_PAUSE, settings.feed_retention / 10)
    return beside(_forget_forever(engine, settings, pause))


async def _forget_forever(engine: AsyncEngine, settings: Settings, pause: float) -> None:
    while True:
        await asyncio.sleep(pause)
        try:
            while await forget(engine, settings.feed_retention, settings.feed_max_changes, AT_ONCE):
                pass
        except Exception as error:  # whatever the reason is, it is tried again, and the log has the reason
            logger.warning("old changes were not deleted: %s", error)
