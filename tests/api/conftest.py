from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.http_clients import reached


@pytest.fixture(scope="session")
async def client(seeded_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application with its usual settings, for tests that only read."""
    async with reached(seeded_url) as client:
        yield client
