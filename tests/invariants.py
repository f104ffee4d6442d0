"""What must hold of a database whatever was done to it, at the end of proofs."""

from __future__ import annotations

from models.invariants import Breaches, find_breaches
from schema.invariants import QUERIES


class InvariantBroken(AssertionError):
    """Rows break what must hold."""

    def __init__(self, found: dict[str, Breaches]) -> None:
        super().__init__(
            "\n".join(f"{name}: {one.count}, {', '.join(one.first)}" for name, one in found.items())
        )


async def assert_invariants(url: str) -> None:
    """Raises InvariantBroken, with the names and the rows."""
    if found := await find_breaches(url, QUERIES):
        raise InvariantBroken(found)
