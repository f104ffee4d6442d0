"""Whether the database can be reached and is at a revision, asked on a connection that nobody waits for."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import asyncpg

from models.database.client import (
    CONNECTION_LOST,
    REFUSED,
    REVISION,
    connect_to,
    connection_settings,
    unavailable,
)

LOCK_TIMEOUT = 1.0  # seconds


class ReadyCheck:
    """Keeps one connection of its own: no pool's queue, and no lock of a table, stands before the answer.

    What the revision was is remembered for as long as a migration locks the table that has it.
    """

    def __init__(self, url: str, timeout: float) -> None:
        self._url = url
        self._timeout = timeout
        self._connection: asyncpg.Connection | None = None
        self._alone = asyncio.Lock()
        self._revision: str | None = None

    async def revision(self) -> str | None:
        """The revision, None of a database without one; raises DatabaseUnavailable."""
        try:
            async with asyncio.timeout(self._timeout), self._alone:
                return await self._looked()
        except (*REFUSED, asyncpg.PostgresError) as error:
            raise unavailable(self._url, error) from error

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it is given up, in whatever state it is
                connection.terminate()

    async def _looked(self) -> str | None:
        """On the connection that there is; on a new one, if that turns out to be lost."""
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
