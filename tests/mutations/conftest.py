"""A database that mutations may change, looked at by plain SQL."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import CopyOf, correcting
from tests.invariants import BY_FOREIGN_KEYS, assert_invariants_on
from tests.kept_databases import KeptDatabase, pooled
from tests.mutations.harness import MutationHarness, mutating


@pytest.fixture
async def kept_database(kept_database: KeptDatabase) -> AsyncIterator[KeptDatabase]:
    """Whatever mutations did to it, what must hold of it does."""
    yield kept_database
    async with kept_database.connection.begin():
        await assert_invariants_on(kept_database.connection, but=BY_FOREIGN_KEYS)


@pytest.fixture
def database_url(kept_database: KeptDatabase) -> str:
    return kept_database.url


@pytest.fixture
async def harness(kept_database: KeptDatabase) -> MutationHarness:
    return await kept_database.once(mutating)


@pytest.fixture
async def engine(kept_database: KeptDatabase) -> AsyncEngine:
    return await kept_database.once(correcting_engine)


def correcting_engine(url: str) -> AbstractAsyncContextManager[AsyncEngine]:
    return pooled(correcting(url))


@pytest.fixture
async def planted_url(copy_of: CopyOf, hard_template: str) -> AsyncIterator[str]:
    """The hard cases, for acts with a planted bug, after which nothing need hold."""
    async with copy_of(hard_template) as url:
        yield url
