"""A background task that ends with its block."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress


@asynccontextmanager
async def running_task(work: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """Run `work` during the block; cancel it if the block ends first."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
