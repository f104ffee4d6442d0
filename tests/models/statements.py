"""Plain SQL, shortly: what a test asks the database."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine


async def rows(engine: AsyncEngine, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    async with engine.begin() as connection:
        return [tuple(row) for row in await connection.execute(text(sql), parameters)]


async def scalar(engine: AsyncEngine, sql: str, **parameters: Any) -> Any:
    return (await rows(engine, sql, **parameters))[0][0]


async def run(engine: AsyncEngine, *statements: str) -> None:
    """Run statements in one transaction."""
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))
