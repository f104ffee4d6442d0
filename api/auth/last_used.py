"""Records when API keys were last used, in the background: requests neither wait for it nor fail with it."""

from __future__ import annotations

import asyncio
import logging
import time
from uuid import UUID

from models.api_client_commands import note_use
from models.database.client import engine_for
from planner.bounded_cache import BoundedCache

logger = logging.getLogger("puente")

APART = 60.0  # seconds between two notes of one key
KEPT_KEYS = 10_000
BYTES_A_KEY = 200
PATIENCE = 5.0  # seconds that writing may take


class LastUsed:
    """Notes the use of each key at most once a minute; one statement at a time writes all pending notes."""

    def __init__(self, url: str) -> None:
        self._engine = engine_for(url)
        self._noted: BoundedCache[UUID, float] = BoundedCache(KEPT_KEYS, KEPT_KEYS * BYTES_A_KEY)
        self._waiting: set[UUID] = set()
        self._writing: asyncio.Task[None] | None = None

    def note(self, key: UUID) -> None:
        now = time.monotonic()
        noted = self._noted.get(key)
        if noted is not None and now - noted < APART:
            return
        self._noted.store(key, now, BYTES_A_KEY)
        self._waiting.add(key)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Write pending notes."""
        if self._writing is not None:
            await self._writing
        await self._engine.dispose()

    async def _write(self) -> None:
        try:
            while self._waiting:
                keys, self._waiting = self._waiting, set()
                async with asyncio.timeout(PATIENCE):
                    await note_use(self._engine, keys)
        except Exception as error:  # no request depends on it, and the next use is noted again
            logger.warning("the last use of API keys could not be written: %s", error)
        finally:
            self._writing = None
