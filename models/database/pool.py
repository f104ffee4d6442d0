"""A connection pool with a maximum size and one statement at a time on each connection.

Reads need no more than this. The driver's own pool also handles transactions, listeners and resets, which
took a quarter of Python's time for a small statement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any


class PoolTimeout(Exception):
    """No connection became free in time."""


@dataclass(frozen=True)
class PoolBounds:
    """How many connections a pool opens, and how many seconds a statement waits for one of them."""

    size: int
    patience: float | None


DEFAULT_BOUNDS = PoolBounds(10, None)


class ConnectionPool:
    """Last in, first out, so that the pool opens no more connections than are needed at a time.

    A read that has waited `patience` seconds for a connection raises PoolTimeout.
    """

    def __init__(
        self, connect: Callable[[], Awaitable[Any]], most: int, patience: float | None = None
    ) -> None:
        self._connect = connect
        self.most = most
        self._patience = patience
        self._made: set[Any] = set()
        self._closed = False
        self._idle: asyncio.LifoQueue[Any] = asyncio.LifoQueue()
        for _ in range(most):
            self._idle.put_nowait(None)

    async def open(self) -> None:
        """Open the first connection, so that the first read doesn't wait for it."""
        connection = self._idle.get_nowait()
        try:
            connection = await self._make(connection)
        finally:
            self._idle.put_nowait(connection)

    async def fetchrow(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """The first row of a statement; waits for a connection, and opens one if none is open."""
        connection = await self._wait() if self._idle.empty() else self._idle.get_nowait()
        try:
            if connection is None or connection.is_closed():
                connection = await self._make(connection)
            return await connection.fetchrow(sql, *parameters)
        finally:
            self._idle.put_nowait(connection)

    async def fetch(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """All rows of a statement."""
        connection = await self._wait() if self._idle.empty() else self._idle.get_nowait()
        try:
            if connection is None or connection.is_closed():
                connection = await self._make(connection)
            return await connection.fetch(sql, *parameters)
        finally:
            self._idle.put_nowait(connection)

    @property
    def in_use(self) -> int:
        """The number of connections that run a statement."""
        return self.most - self._idle.qsize()

    async def _wait(self) -> Any:
        try:
            async with asyncio.timeout(self._patience):
                return await self._idle.get()
        except TimeoutError as error:
            raise PoolTimeout("all connections are in use") from error

    async def close(self, patience: float) -> None:
        """Wait `patience` seconds for running statements, then close; waiting reads raise ConnectionError."""
        try:
            async with asyncio.timeout(patience):
                for _ in range(self.most):
                    connection = await self._idle.get()
                    if connection is not None:
                        await connection.close()
        except TimeoutError:
            pass
        finally:
            self._closed = True
            for connection in self._made:
                if not connection.is_closed():
                    connection.terminate()
            for _ in range(self.most):
                self._idle.put_nowait(None)

    async def _make(self, dead: Any) -> Any:
        self._require_open()
        self._made.discard(dead)
        connection = await self._connected()
        try:
            self._require_open()  # the pool may have been closed during the await
        except ConnectionError:
            connection.terminate()
            raise
        self._made.add(connection)
        return connection

    async def _connected(self) -> Any:
        """A new connection; one that isn't open in time is tried again for `patience` seconds if others are.

        Then it is this process that is too busy to open it, and not the database that is away.
        """
        now = asyncio.get_running_loop().time
        begun = now()
        while True:
            try:
                return await self._connect()
            except Exception as error:
                timed_out = isinstance(error, TimeoutError) or isinstance(error.__cause__, TimeoutError)
                waits = self._patience is not None and now() - begun < self._patience
                if not (timed_out and waits and any(not one.is_closed() for one in self._made)):
                    raise

    def _require_open(self) -> None:
        if self._closed:
            raise ConnectionError("the connections are closed")
