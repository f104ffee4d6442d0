"""While the server runs, the computed impact metrics are refreshed periodically."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AbstractAsyncContextManager

from delivery.background import running_task
from models.database.client import engine_for
from models.impact_refresh import refresh_impact_alone

logger = logging.getLogger("puente")


def refreshing_impact(url: str, interval: float) -> AbstractAsyncContextManager[None]:
    """Count as long as the block lasts; of several servers on one database one does it at a time."""
    return running_task(_refresh_forever(url, interval))


async def _refresh_forever(url: str, interval: float) -> None:
    engine = engine_for(url)
    while True:
        await asyncio.sleep(interval)
        try:
            await refresh_impact_alone(engine)
        except Exception as error:  # whatever the reason is, it is tried again, and the log has the reason
            logger.warning("impact was not counted: %s", error)
