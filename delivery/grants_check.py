"""Reads by grants that are in force, though grants change all the time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from delivery.request_errors import MAX_REFRESHES, grants_unsettled
from schema.grants import Principal

Result = TypeVar("Result")


async def read_settled(
    result: Result | None,
    viewer: Principal,
    refresh: Callable[[], Awaitable[Principal]],
    read: Callable[[Principal], Awaitable[tuple[Result, bool]]],
) -> tuple[Result, Principal]:
    """A result by grants that its viewer had when it was read, and the viewer as it is now.

    `result` was read for `viewer` at another grants epoch than the viewer's, or is None if there is none. It
    holds if the refreshed viewer is unchanged: other people's grants have changed. Otherwise `read` reads it
    anew, and says whether the epoch was still the viewer's. Raises Unavailable if the viewer's own grants
    change every time.
    """
    for _ in range(MAX_REFRESHES):
        before, viewer = viewer, await refresh()
        if result is not None and viewer.is_unchanged_since(before):
            return result, viewer
        result, is_current = await read(viewer)
        if is_current:
            return result, viewer
    raise grants_unsettled()
