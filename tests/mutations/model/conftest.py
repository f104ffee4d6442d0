"""A database with hard cases of access, that acts may change."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conftest import CopyOf
from tests.invariants import assert_invariants


@pytest.fixture
async def acts_url(copy_of: CopyOf, hard_template: str) -> AsyncIterator[str]:
    async with copy_of(hard_template) as url:
        yield url
        await assert_invariants(url)
