"""Work on the database that a running server does again and again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from sqlalchemy.ext.asyncio import AsyncEngine

from delivery.background import running_task
from models.database.client import engine_for

logger = logging.getLogger("puente")
Work = Callable[[AsyncEngine], Awaitable[object]]


def periodically(url: str, interval: float, work: Work, failed: str) -> AbstractAsyncContextManager[None]:
    """Do it every `interval` seconds during the block; the log has `failed` and the reason if it fails."""
    return running_task(_repeat(url, interval, work, failed))


async def _repeat(url: str, interval: float, work: Work, failed: str) -> None:
    engine = engine_for(url)
    try:
        while True:
            await asyncio.sleep(interval)
            try:
                await work(engine)
            except Exception as error:  # it is tried again, whatever the reason
                logger.warning("%s; trying again: %s", failed, error)
    finally:
        await engine.dispose()
