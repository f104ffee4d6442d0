"""Steps that time takes: statements that a server runs now and then, one server at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

LOCK = 7_368_658  # the key of a PostgreSQL advisory lock
ALONE = text("select pg_try_advisory_xact_lock(:key)")


async def take_timed_steps(engine: AsyncEngine, statements: Sequence[str]) -> int:
    """Take what is due, unless another server does; says how many rows changed."""
    async with engine.begin() as connection:
        if not (await connection.execute(ALONE, {"key": LOCK})).scalar_one():
            return 0
        return sum([(await connection.execute(text(statement))).rowcount for statement in statements])
