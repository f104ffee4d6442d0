from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.api.loopback_sockets import served
from tests.browser import launched
from tests.interop.restarting_server import RestartingServer, restarting_on


def pytest_itemcollected(item: pytest.Item) -> None:
    """What needs a browser is run by `make proof`, as for the explorer."""
    if "browser" in vars(item).get("fixturenames", ()):
        item.add_marker("proof")


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as browser:
        yield browser


@pytest.fixture(scope="package")
async def address(seeded_url: str) -> AsyncIterator[str]:
    """A server in development, on data that no test changes."""
    async with served(seeded_url) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def own_address(database_url: str) -> AsyncIterator[str]:
    """A server on a database of the test's own."""
    async with served(database_url) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def restarting(database_url: str) -> AsyncIterator[RestartingServer]:
    async with restarting_on(database_url) as found:
        yield found
