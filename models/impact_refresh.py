"""The computed figures of impact: counted when data is loaded, and now and then while servers run."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

LOCK = 7_368_657  # one server counts at a time: the key of a PostgreSQL advisory lock
REFRESH = text("select puente_count_impact()")
REFRESH_ALONE = text("select case when pg_try_advisory_xact_lock(:key) then puente_count_impact() else 0 end")


async def refresh_impact(connection: AsyncConnection) -> int:
    """Count within a transaction that changed rows; says how many figures changed."""
    return int((await connection.execute(REFRESH)).scalar_one())


async def refresh_impact_alone(engine: AsyncEngine) -> int:
    """Count unless another server is counting; says how many figures changed."""
    async with engine.begin() as connection:
        return int((await connection.execute(REFRESH_ALONE, {"key": LOCK})).scalar_one())
