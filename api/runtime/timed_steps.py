"""While the server runs, it takes the steps that are due by the clock."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AbstractAsyncContextManager

from delivery.background import running_task
from models.database.client import engine_for
from models.timed_steps import take_timed_steps
from schema.workflows import timed_steps

logger = logging.getLogger("puente")


def taking_timed_steps(url: str, interval: float) -> AbstractAsyncContextManager[None]:
    """Look as long as the block lasts; of several servers on one database one does it at a time."""
    return running_task(_take_forever(url, interval))


async def _take_forever(url: str, interval: float) -> None:
    engine = engine_for(url)
    while True:
        await asyncio.sleep(interval)
        try:
            await take_timed_steps(engine, timed_steps())
        except Exception as error:  # whatever the reason is, it is tried again, and the log has the reason
            logger.warning("steps that are due were not taken: %s", error)
