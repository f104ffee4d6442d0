from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.interop.restarting_server import RestartingServer, restarting_on


@pytest.fixture
async def restarting(database_url: str) -> AsyncIterator[RestartingServer]:
    async with restarting_on(database_url) as found:
        yield found
