"""Writes, each one call in a transaction of its own, on connections that may write."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Any, Self

import asyncpg
import orjson

from models.database.client import (
    CONNECTION_LOST,
    GRACE,
    NOT_CONNECTED,
    REFUSED,
    DatabaseBusy,
    StatementTimeout,
    connect_to,
    connection_settings,
    translating_errors,
    unavailable,
)
from models.database.pool import ConnectionPool

WRITE = "select puente_write($1, $2, $3::jsonb)"
ATTEMPTS = 3
LONGEST_PAUSE = 0.05  # seconds
COLLIDED = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


class Writer:
    """Carries out composed writes (`puente_write`): whole or not at all."""

    def __init__(self, url: str, connections: ConnectionPool, statement_timeout: float) -> None:
        self._url = url
        self._connections = connections
        self._statement_timeout = statement_timeout

    @classmethod
    def of(
        cls,
        url: str,
        *,
        pool_size: int,
        pool_timeout: float | None,
        statement_timeout: float,
        on_statement: Callable[[str], None] | None = None,
    ) -> Self:
        """Connections are made once they are needed."""

        async def connect() -> asyncpg.Connection:
            settings = {
                **connection_settings(),
                "default_transaction_isolation": "read committed",
                "statement_timeout": str(round(statement_timeout * 1000)),
            }
            connection = await connect_to(url, settings, command_timeout=statement_timeout + GRACE)
            if on_statement:
                connection.add_query_logger(lambda logged: on_statement(logged.query))
            return connection

        return cls(url, ConnectionPool(connect, pool_size, pool_timeout), statement_timeout)

    async def write(self, lock: str, act: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """The outcome of a write; raises DatabaseError. Those that collided with others are tried again."""
        parameters = (lock, act, orjson.dumps(given).decode())
        for attempt in range(ATTEMPTS):
            if attempt:
                await asyncio.sleep(random.uniform(0, LONGEST_PAUSE) * attempt)  # noqa: S311
            try:
                (outcome,) = await translating_errors(self._connections.fetchrow, WRITE, parameters)
            except COLLIDED:
                continue
            except (asyncpg.QueryCanceledError, TimeoutError) as error:
                raise StatementTimeout(self._statement_timeout) from error
            except (*NOT_CONNECTED, *CONNECTION_LOST, *REFUSED) as error:
                raise unavailable(self._url, error) from error
            return dict(orjson.loads(outcome))
        raise DatabaseBusy("a write collided with others")

    @property
    def in_use(self) -> int:
        """How many connections are at a write."""
        return self._connections.in_use

    @property
    def max_size(self) -> int:
        """How many connections there may be."""
        return self._connections.most

    async def close(self) -> None:
        """Wait a moment for writes under way, then cut them."""
        await self._connections.close(GRACE)
