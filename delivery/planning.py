"""Where plans are made: beside the event loop, in turn. What is known passes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from typing import Protocol, TypeVar

Result = TypeVar("Result")


class Planning(Protocol):
    """The queue of new documents, with the budgets of viewers and addresses."""

    async def run(self, viewer: str, address: str, work: Callable[[], Result]) -> Result:
        """What a client wants now; raises RateLimited, and what the work does."""

    async def run_once(
        self, key: Hashable, known: Callable[[], Result | None], run: Callable[[], Awaitable[Result]]
    ) -> Result:
        """The same of what several want: one runs it, and the others wait until it is known."""

    async def run_owed(self, viewer: str, address: str, work: Callable[[], Result]) -> Result:
        """What somebody waits for who did not cause it: counted as much, and refused by nobody."""
