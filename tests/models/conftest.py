"""An engine on a database of the test's own, and a database without anything in it."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database import engine_for


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = engine_for(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def seeded(seeded_url: str) -> AsyncIterator[AsyncEngine]:
    engine = engine_for(seeded_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def empty_url(seeded_url: str) -> AsyncIterator[str]:
    """The address of an empty database beside the seeded one."""
    name = f"empty_{uuid4().hex}"
    server = engine_for(seeded_url)
    async with server.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text(f"create database {name} template template0"))
        yield make_url(seeded_url).set(database=name).render_as_string(hide_password=False)
        await connection.execute(text(f"drop database {name} (force)"))
    await server.dispose()
