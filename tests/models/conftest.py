"""An engine on a database for one test at a time, and a database without anything in it."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database.client import engine_for
from tests.conftest import run_alone, sibling_url
from tests.kept_databases import KeptDatabase, pooled


@pytest.fixture
def database_url(kept_database: KeptDatabase) -> str:
    return kept_database.url


@pytest.fixture
async def engine(kept_database: KeptDatabase) -> AsyncEngine:
    return await kept_database.once(pooled)


@pytest.fixture
async def seeded(seeded_url: str) -> AsyncIterator[AsyncEngine]:
    engine = engine_for(seeded_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def empty_url(cluster_url: str, superuser_url: str) -> AsyncIterator[str]:
    """The address of an empty database next to the seeded one."""
    name = f"empty_{uuid4().hex}"
    await run_alone(superuser_url, f"create database {name} owner puente template template0")
    yield sibling_url(name, cluster_url)
    # As the superuser: autovacuum may be at work in it, which its owner may not end.
    await run_alone(superuser_url, f"drop database {name} (force)")
