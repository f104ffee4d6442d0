"""What the tests of the feed share: the hard cases of access, on one connection."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.feed.shown import Stage


@pytest.fixture
async def stage(hard_url: str) -> AsyncIterator[Stage]:
    """Everything that was committed is numbered; tests roll back what they do."""
    opened = await Stage.open(hard_url)
    await opened.number_all()
    yield opened
    await opened.connection.close()
