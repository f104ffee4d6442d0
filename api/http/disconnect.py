"""A client that disconnects cancels its statement.

Quick statements cost only a timer; when it fires, a task begins to wait for the client's end of the
connection to close.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any

from starlette.types import Receive

from api.http.errors import ClientGone

SLOW = 0.1  # seconds


class CancelOnDisconnect:
    """`with CancelOnDisconnect(receive):` cancels the block if the client disconnects; raises ClientGone."""

    __slots__ = ("_gone", "_receive", "_task", "_timer", "_watch")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._watch: asyncio.Task[None] | None = None
        self._gone = False

    def __enter__(self) -> None:
        self._task: asyncio.Task[Any] | None = asyncio.current_task()
        self._timer = asyncio.get_running_loop().call_later(SLOW, self._begin)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._watch is not None:
            self._watch.cancel()
        if self._gone and isinstance(error, asyncio.CancelledError):
            assert self._task is not None
            if self._task.uncancel() == 0:  # otherwise somebody else, such as a shutdown, cancelled it too
                raise ClientGone from error

    def _begin(self) -> None:
        self._watch = asyncio.get_running_loop().create_task(self._wait())

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        assert self._task is not None
        self._task.cancel()
