"""What must hold of a database whatever was done to it, at the end of proofs."""

from __future__ import annotations

from collections.abc import Collection

from models.invariants import Breaches, find_breaches
from schema import event_places
from schema.invariants import QUERIES

BY_MUTATIONS = {*event_places.INVARIANTS, "mentorship_sessions", "stored_forms"}
"""What mutations see to, and nothing sees to where plain SQL changes rows at random."""
BY_CANARIES = {"stored_forms"}
"""What the canaries in all texts of the hard cases break."""
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
    queries = {name: query for name, query in QUERIES.items() if name not in but}
    if found := await find_breaches(url, queries):
        raise InvariantBroken(found)
