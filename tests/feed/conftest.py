"""What tests of the feed share: an application that runs, and the hard cases of access on a connection."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.feed.subscribers import InProcessServer, in_process_server
from tests.feed.visible_dependencies import Stage


@pytest.fixture
async def stage(hard_url: str) -> AsyncIterator[Stage]:
    """Everything that was committed is numbered; tests roll back what they do."""
    opened = await Stage.open(hard_url)
    await opened.number_all()
    yield opened
    await opened.connection.close()


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[InProcessServer]:
    async with in_process_server(database_url) as server:
        yield server
