"""Writes, each a single call in its own transaction, on connections that may write."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, Self

import asyncpg
import orjson

from models.database.client import (
    CLOSE_TIMEOUT,
    CONNECTION_LOST,
    GRACE,
    REFUSED,
    DatabaseBusy,
    StatementTimeout,
    connect_to,
    is_lost,
    translating_errors,
    unavailable,
)
from models.database.pool import ConnectionPool, PoolBounds
from models.database.session_settings import connection_settings

WRITE = "select puente_write($1::text[], $2, $3::text[], $4, $5::jsonb)"
ATTEMPTS = 3
LONGEST_PAUSE = 0.05  # seconds
COLLIDED = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
NEVER_SENT = (asyncpg.InterfaceError, asyncpg.InternalClientError)
"""The driver's errors for a connection that it knows to be closed, before it sends anything."""


class Statements(Protocol):
    """The statements of a write, in the order in which `puente_write` runs them."""

    @property
    def locks(self) -> Sequence[str]: ...

    @property
    def act(self) -> str: ...

    @property
    def effects(self) -> Sequence[str]: ...

    @property
    def verify(self) -> str | None: ...

    @property
    def retried(self) -> frozenset[str]:
        """Constraints that only a concurrent write can violate."""
        ...


class Writer:
    """Carries out composed writes (`puente_write`), each atomically."""

    def __init__(
        self, url: str, connections: ConnectionPool, statement_timeout: float, statement_cache: int
    ) -> None:
        self._url = url
        self._connections = connections
        self._statement_timeout = statement_timeout
        self._statement_cache = statement_cache

    @classmethod
    def create(
        cls,
        url: str,
        pool: PoolBounds,
        *,
        statement_timeout: float,
        statement_cache: int = 20,
        on_statement: Callable[[str], None] | None = None,
    ) -> Self:
        """A writer whose connections are opened when needed; each keeps the plans of so many statements."""

        async def connect() -> asyncpg.Connection:
            settings = {
                **connection_settings(),
                "statement_timeout": str(round(statement_timeout * 1000)),
            }
            connection = await connect_to(url, settings, command_timeout=statement_timeout + GRACE)
            if on_statement:
                connection.add_query_logger(lambda logged: on_statement(logged.query))
            return connection

        connections = ConnectionPool(connect, pool.size, pool.patience)
        return cls(url, connections, statement_timeout, statement_cache)

    async def write(self, statements: Statements, given: Mapping[str, Any]) -> dict[str, Any]:
        """The outcome of a write; raises DatabaseError. Those that collided with others are tried again.

        So is one whose connection is lost, once, if that can't do it twice.
        """
        parameters = (
            statements.locks,
            statements.act,
            statements.effects,
            statements.verify,
            orjson.dumps({**given, "kept": self._statement_cache}).decode(),
        )
        for attempt in range(ATTEMPTS):
            if attempt:
                await asyncio.sleep(random.uniform(0, LONGEST_PAUSE) * attempt)  # noqa: S311
            try:
                outcome = await self._write(parameters, is_repeatable="key" in given or "dry_run" in given)
            except COLLIDED:
                continue
            found: dict[str, Any] = orjson.loads(outcome)
            if found.get("violated") not in statements.retried:
                return found
        raise DatabaseBusy("a write collided with others")

    async def _write(self, parameters: Sequence[object], *, is_repeatable: bool) -> str:
        """Over another connection where one turns out dead; raises DatabaseError.

        A write under a key is recognized when it is repeated. Without a key, only a write that was never sent
        is sent again: whether another one was committed is unknown.
        """
        await _read_pending_data()
        try:
            return await self._send(parameters)
        except CONNECTION_LOST as error:
            if not is_lost(error) or not (is_repeatable or isinstance(error, NEVER_SENT)):
                raise unavailable(self._url, error) from error
        await asyncio.sleep(CLOSE_TIMEOUT)
        try:
            return await self._send(parameters)
        except CONNECTION_LOST as error:
            raise unavailable(self._url, error) from error

    async def _send(self, parameters: Sequence[object]) -> str:
        try:
            (outcome,) = await translating_errors(self._connections.fetchrow, WRITE, parameters)
        except (asyncpg.QueryCanceledError, TimeoutError) as error:
            raise StatementTimeout(self._statement_timeout) from error
        except REFUSED as error:
            if isinstance(error, CONNECTION_LOST):
                raise
            raise unavailable(self._url, error) from error
        return str(outcome)

    @property
    def in_use(self) -> int:
        """The number of connections that run a write."""
        return self._connections.in_use

    @property
    def max_size(self) -> int:
        """The maximum number of connections."""
        return self._connections.most

    async def close(self) -> None:
        """Wait up to `GRACE` seconds for running writes, then close their connections."""
        await self._connections.close(GRACE)


async def _read_pending_data() -> None:
    """Let the event loop read pending data first, such as the end of connections closed while idle."""
    for _ in range(2):  # the data, then the end of it
        await asyncio.sleep(0)
