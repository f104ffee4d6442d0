"""A server on a separate database, with a bug planted in either."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest

from tests.conftest import superuser_of
from tests.feed.oracle.clusters import Cluster
from tests.feed.oracle.copies import LIMITS
from tests.feed.subscribers import InProcessServer, in_process_server

Plant = Callable[[pytest.MonkeyPatch, asyncpg.Connection], Awaitable[None]]
"""Changes the server by a patch, or the database as its superuser."""


@asynccontextmanager
async def planted_server(
    logging: Cluster, plant: Plant | None, patch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[InProcessServer, str]]:
    """The server, and the address of its database."""
    async with logging.database() as url:
        if plant is not None:
            superuser = superuser_of(url)
            connection = await asyncpg.connect(superuser)
            await plant(patch, connection)
            await connection.close()
        async with in_process_server(url, operations_per_minute=0, **LIMITS) as server:
            yield server, url
