"""What must hold of a database whatever was done to it, at the end of proofs."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.invariants import Breaches, breaches_on, find_breaches
from schema import event_places
from schema.invariants import QUERIES

BY_MUTATIONS = {*event_places.INVARIANTS, "copies", "mentorship_sessions"}
"""What mutations see to, and nothing sees to where plain SQL changes rows at random."""
BY_FOREIGN_KEYS = {"references"}
"""What the database refuses by itself; the proofs that kill it look at it."""


class InvariantBroken(AssertionError):
    """Rows break what must hold."""

    def __init__(self, found: dict[str, Breaches]) -> None:
        super().__init__(
            "\n".join(f"{name}: {one.count}, {', '.join(one.first)}" for name, one in found.items())
        )


async def assert_invariants(url: str, but: Collection[str] = ()) -> None:
    """Raises InvariantBroken, with the names and the rows; `but` names those that need not hold."""
    raise_for(await find_breaches(url, queries_but(but)))


async def assert_invariants_on(connection: AsyncConnection, but: Collection[str] = ()) -> None:
    """The same on a connection, which keeps the plan: one statement, unless something is found."""
    queries = queries_but(but)
    if await connection.scalar(
        text(f"select {' or '.join(f'exists ({query})' for query in queries.values())}")
    ):
        raise_for(await breaches_on(connection, queries, 10))


def queries_but(but: Collection[str]) -> dict[str, str]:
    return {name: query for name, query in QUERIES.items() if name not in but}


def raise_for(found: dict[str, Breaches]) -> None:
    if found:
        raise InvariantBroken(found)
