"""The sessions whose locks a migration waits for, read on a connection of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

LOCK_NOT_AVAILABLE = "55P03"
LOOKS = 4
"""Seconds between two looks at a session that may be waiting."""
HOLDERS = text("""
    select 'session ' || pid || ' of ' || coalesce(usename, '?')
        || coalesce(' (' || nullif(application_name, '') || ')', '') || coalesce(', ' || state, '')
        || coalesce(', in its transaction for '
            || round(extract(epoch from clock_timestamp() - xact_start)) || ' s', '')
    from pg_stat_activity where pid = any(pg_blocking_pids(:pid)) order by xact_start nulls last, pid
""")


async def watch_holders(engine: AsyncEngine, pid: int, interval: float, seen: list[str]) -> None:
    """Keep in `seen` the sessions that last blocked this one."""
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        while True:
            await asyncio.sleep(interval)
            with suppress(DBAPIError):
                if found := (await connection.execute(HOLDERS, {"pid": pid})).scalars().all():
                    seen[:] = found


@asynccontextmanager
async def running_watch(watching: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Watch for as long as the block lasts."""
    task = asyncio.create_task(watching)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):  # the migration's own failure is what counts
            await task


def lock_was_held(error: Exception) -> bool:
    """Whether a statement or a script failed for a lock; a script's error comes directly from the driver."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) == LOCK_NOT_AVAILABLE


def held_by(seen: Sequence[str]) -> str:
    return "; ".join(seen) or "a session that has ended since"
