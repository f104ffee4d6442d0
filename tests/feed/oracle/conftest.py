"""One cluster for all tests here."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.feed.oracle.clusters import Cluster, logging_cluster


@pytest.fixture(scope="session")
async def logging() -> AsyncIterator[Cluster]:
    """A cluster that may lose data in a crash, and is not crashed."""
    async with logging_cluster(durable=False) as cluster:
        yield cluster
