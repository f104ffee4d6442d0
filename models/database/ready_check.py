"""Checks whether the database can be reached and of which version it is, on a connection of its own."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import NamedTuple

import asyncpg

from models.database.client import (
    CONNECTION_LOST,
    REFUSED,
    connect_to,
    unavailable,
)
from models.database.server_facts import MIGRATIONS
from models.database.session_settings import connection_settings

LOCK_TIMEOUT = 1.0  # seconds
NOTED_FUNCTION = "puente_image(text, uuid)"
FUNCTIONS = f"select obj_description(to_regprocedure('{NOTED_FUNCTION}'), 'pg_proc')"
"""What `models.migrations.repeatable` notes of the functions that the database ran."""
VERSION = f"select version_num, ({FUNCTIONS}) from {MIGRATIONS}"  # noqa: S608


class MigrationState(NamedTuple):
    """The revision, None before the first migration, and what is noted of the functions that were run."""

    revision: str | None = None
    functions: str | None = None


class ReadyCheck:
    """Keeps one connection, so that neither a pool's queue nor a table's lock delays the answer.

    While a migration locks the table with the revision, the last known version is returned.
    """

    def __init__(self, url: str, timeout: float) -> None:
        self._url = url
        self._timeout = timeout
        self._connection: asyncpg.Connection | None = None
        self._alone = asyncio.Lock()
        self._version = MigrationState()

    async def version(self) -> MigrationState:
        """The database's version; raises DatabaseUnavailable."""
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

    async def _looked(self) -> MigrationState:
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

    async def _read(self, connection: asyncpg.Connection) -> MigrationState:
        try:
            self._version = MigrationState(*(await connection.fetchrow(VERSION) or ()))
        except asyncpg.LockNotAvailableError:
            pass
        except asyncpg.UndefinedTableError:
            self._version = MigrationState()
        except BaseException:
            await self.close()
            raise
        return self._version
