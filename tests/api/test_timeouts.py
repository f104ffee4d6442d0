"""A time limit for what waits, and none for what does not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from api.http.timeouts import lazy_timeout
from tests.own_patches import patch_for_this_test

LONG, SHORT = 8.0, 0.02


async def at_once(given: Any) -> Any:
    return given


async def after(event: asyncio.Event, given: Any) -> Any:
    await event.wait()
    await asyncio.sleep(0)
    await event.wait()
    return given


async def test_what_does_not_wait_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    patch_for_this_test(monkeypatch, asyncio, "timeout", None)
    assert await lazy_timeout(at_once(5), SHORT) == 5


async def test_what_waits_and_is_in_time() -> None:
    event = asyncio.Event()
    asyncio.get_running_loop().call_later(SHORT, event.set)
    assert await lazy_timeout(after(event, 5), LONG) == 5


async def test_what_is_late_is_ended() -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("work")

    with pytest.raises(TimeoutError):
        await lazy_timeout(work(), SHORT)
    assert ended == ["work"]


async def test_what_is_late_may_say_so_itself() -> None:
    async def work() -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
        return "nothing came"

    assert await lazy_timeout(work(), SHORT) == "nothing came"


@pytest.mark.parametrize("waits", [True, False])
async def test_what_fails_fails(*, waits: bool) -> None:
    async def work() -> None:
        if waits:
            await asyncio.sleep(0)
        raise KeyError("x")

    with pytest.raises(KeyError):
        await lazy_timeout(work(), LONG)


async def test_a_cancelled_task_is_not_late() -> None:
    task = asyncio.ensure_future(asyncio.wait_for(lazy_timeout(after(asyncio.Event(), 5), LONG), LONG))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
