"""A timeout that costs nothing for work that never waits.

Setting and cancelling a timer takes about as long as reading a small request. Nearly every body has already
arrived, so the work starts without a timer, which is set when it first has to wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")
Work = Coroutine[Any, Any, Result]


@coroutine
def lazy_timeout(work: Work[Result], seconds: float) -> Generator[Any, Any, Result]:
    """The result of the work; raises TimeoutError."""
    try:
        waits_for = work.send(None)
    except StopIteration as done:
        result: Result = done.value
        return result
    return (yield from _timed(work, waits_for, seconds).__await__())


async def _timed(work: Work[Result], waits_for: Any, seconds: float) -> Result:
    async with asyncio.timeout(seconds):
        return await _begun(work, waits_for)


@coroutine
def _begun(work: Work[Result], waits_for: Any) -> Generator[Any, Any, Result]:
    """Continue work that has taken its first step and waits for something."""
    try:
        while True:
            try:
                yield waits_for
            except BaseException as error:  # a cancellation, which the work must receive
                waits_for = work.throw(error)
            else:
                waits_for = work.send(None)
    except StopIteration as done:
        result: Result = done.value
        return result
