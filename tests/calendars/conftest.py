"""The portal of the demo, with the events of ten years."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.http_clients import reached
from tests.calendars.calendar_lines import ALL_EVENTS


@pytest.fixture(scope="session")
async def portal(seeded_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with reached(seeded_url, **ALL_EVENTS) as client:
        yield client
