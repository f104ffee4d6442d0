from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from tests.api.http_clients import reached
from tests.conftest import run_alone, sibling_url


@pytest.fixture(scope="session")
async def client(seeded_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application with its usual settings, for tests that only read."""
    async with reached(seeded_url) as client:
        yield client


@pytest.fixture
async def empty_url(cluster_url: str, superuser_url: str) -> AsyncIterator[str]:
    """A database without anything in it, for one test."""
    name = f"empty_{uuid4().hex}"
    await run_alone(superuser_url, f"create database {name} owner puente template template0")
    yield sibling_url(name, cluster_url)
    await run_alone(superuser_url, f"drop database {name} (force)")
