"""A database that mutations may change, looked at by plain SQL."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database.client import engine_for
from tests.conftest import CopyOf, correcting
from tests.invariants import BY_FOREIGN_KEYS, assert_invariants


@pytest.fixture
async def database_url(database_url: str) -> AsyncIterator[str]:
    """Whatever mutations did to it, what must hold of it does."""
    yield database_url
    await assert_invariants(database_url, but=BY_FOREIGN_KEYS)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    made = engine_for(correcting(database_url))
    yield made
    await made.dispose()


@pytest.fixture
async def planted_url(copy_of: CopyOf, hard_template: str) -> AsyncIterator[str]:
    """The hard cases, for acts with a planted bug, after which nothing need hold."""
    async with copy_of(hard_template) as url:
        yield url
