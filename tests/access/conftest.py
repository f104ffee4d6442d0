"""One court for all tests here: the rows are read once."""

from collections.abc import Iterator

import pytest

from tests.random_queries.run import Harness, harness


@pytest.fixture(scope="session")
def sound(hard_url: str) -> Iterator[Harness]:
    with harness(hard_url) as opened:
        yield opened
