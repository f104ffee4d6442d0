"""Refreshes the computed impact metrics periodically while the server runs."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AbstractAsyncContextManager

from delivery.background import running_task
from models.database.client import engine_for
from models.impact_refresh import refresh_impact_alone

logger = logging.getLogger("puente")


def refreshing_impact(url: str, interval: float) -> AbstractAsyncContextManager[None]:
    """Refresh during the block; servers on one database take turns."""
    return running_task(_refresh_forever(url, interval))


async def _refresh_forever(url: str, interval: float) -> None:
    engine = engine_for(url)
    while True:
        await asyncio.sleep(interval)
        try:
            await refresh_impact_alone(engine)
        except Exception as error:  # it is tried again, whatever the reason
            logger.warning("impact metrics were not refreshed; trying again: %s", error)
