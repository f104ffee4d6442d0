"""The way to PostgreSQL of the peers on SQLAlchemy: async sessions on a pool of asyncpg's connections."""

from __future__ import annotations

from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

POOL_SIZE = 10
SETTINGS = {
    "jit": "off",
    "timezone": "UTC",
    "plan_cache_mode": "force_custom_plan",  # a plan for all values finds mentors ten times as slowly
}


def engine_on(url: str) -> AsyncEngine:
    """Every request only reads, so there are no transactions to begin and to roll back around a statement."""

    async def connect() -> Any:
        return await asyncpg.connect(url, server_settings=SETTINGS)

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=POOL_SIZE,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
    )


def sessions_on(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, expire_on_commit=False, autoflush=False)
