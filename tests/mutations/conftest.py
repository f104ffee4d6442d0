"""A database that mutations may change, looked at by plain SQL."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database.client import engine_for
from tests.conftest import correcting
from tests.invariants import assert_invariants


@pytest.fixture
async def database_url(database_url: str) -> AsyncIterator[str]:
    """Whatever mutations did to it, what must hold of it does."""
    yield database_url
    await assert_invariants(database_url)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    made = engine_for(correcting(database_url))
    yield made
    await made.dispose()
