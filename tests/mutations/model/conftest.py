"""A database with hard cases of access, that acts may change."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conftest import database_of_its_own
from tests.invariants import assert_invariants


@pytest.fixture
async def acts_url(cluster_url: str, superuser_url: str, hard_template: str) -> AsyncIterator[str]:
    async with database_of_its_own(cluster_url, superuser_url, hard_template) as url:
        yield url
        await assert_invariants(url)
