"""The queue in which plans are made, off the event loop. Cached plans need no turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from typing import Protocol, TypeVar

Result = TypeVar("Result")


class Planning(Protocol):
    """The queue of new documents, with the budgets of viewers and addresses."""

    async def run(self, viewer: str, address: str, work: Callable[[], Result]) -> Result:
        """For a client's request; raises RateLimited, and what the work raises."""

    async def run_once(
        self, key: Hashable, known: Callable[[], Result | None], run: Callable[[], Awaitable[Result]]
    ) -> Result:
        """For work that several requests need: one runs it, and the others wait for its result."""

    async def run_owed(self, viewer: str, address: str, work: Callable[[], Result]) -> Result:
        """For work that its viewer didn't start: charged to the viewer's budget, but never rejected."""
