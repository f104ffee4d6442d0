"""Asks a database for what breaks invariants: queries that must be empty, in one snapshot that only reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.database.client import engine_for

FIRST = "select breach, count(*) over () from ({query}) q (breach) order by breach limit {most}"


@dataclass(frozen=True, slots=True)
class Breaches:
    """How many rows break an invariant, and the first of them: each a text with a table's name and an id."""

    count: int
    first: tuple[str, ...]


async def find_breaches(url: str, queries: Mapping[str, str], most: int = 10) -> dict[str, Breaches]:
    """What each query finds, by name; queries that find nothing are left out."""
    engine = engine_for(url)
    try:
        async with engine.connect() as connection:
            reading = await connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            return await breaches_on(reading, queries, most)
    finally:
        await engine.dispose()


async def breaches_on(
    connection: AsyncConnection, queries: Mapping[str, str], most: int
) -> dict[str, Breaches]:
    """The same in a transaction that is open."""
    found = {}
    for name, query in queries.items():
        rows = (await connection.execute(text(FIRST.format(query=query, most=most)))).all()
        if rows:
            found[name] = Breaches(rows[0][1], tuple(row[0] for row in rows))
    return found
