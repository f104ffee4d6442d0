"""One court for all tests here: the rows are read once."""

from collections.abc import Iterator

import pytest

from tests.random_queries.running import Court, court


@pytest.fixture(scope="session")
def sound(seeded_url: str) -> Iterator[Court]:
    with court(seeded_url) as opened:
        yield opened
