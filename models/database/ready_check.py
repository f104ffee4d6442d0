"""Checks whether the database can be reached and at which revision it is, on a connection of its own."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import asyncpg

from models.database.client import (
    CONNECTION_LOST,
    REFUSED,
    REVISION,
    connect_to,
    unavailable,
)
from models.database.session_settings import connection_settings

LOCK_TIMEOUT = 1.0  # seconds


class ReadyCheck:
    """Keeps one connection, so that neither a pool's queue nor a table's lock delays the answer.

    While a migration locks the table with the revision, the last known one is returned.
    """

    def __init__(self, url: str, timeout: float) -> None:
        self._url = url
        self._timeout = timeout
        self._connection: asyncpg.Connection | None = None
        self._alone = asyncio.Lock()
        self._revision: str | None = None

    async def revision(self) -> str | None:
        """The revision, None for a database without one; raises DatabaseUnavailable."""
        try:
            async with asyncio.timeout(self._timeout), self._alone:
                return await self._looked()
        except (*REFUSED, asyncpg.PostgresError) as error:
            raise unavailable(self._url, error) from error

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it is discarded, whatever its state
                connection.terminate()

    async def _looked(self) -> str | None:
        """Read on the open connection, or on a new one if it is lost."""
        if self._connection is not None:
            with suppress(*CONNECTION_LOST):
                return await self._read(self._connection)
        self._connection = await connect_to(
            self._url,
            {
                **connection_settings(),
                "default_transaction_read_only": "on",
                "lock_timeout": str(round(LOCK_TIMEOUT * 1000)),
            },
        )
        return await self._read(self._connection)

    async def _read(self, connection: asyncpg.Connection) -> str | None:
        try:
            self._revision = await connection.fetchval(REVISION)
        except asyncpg.LockNotAvailableError:
            pass
        except asyncpg.UndefinedTableError:
            self._revision = None
        except BaseException:
            await self.close()
            raise
        return self._revision
