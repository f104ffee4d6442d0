from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.api.http_clients import admin
from tests.api.loopback_sockets import served
from tests.browser import launched
from tests.explorer.browser import Visit, visited


def pytest_itemcollected(item: pytest.Item) -> None:
    """What needs a browser is run by `make proof`: `make test` needs nothing that isn't in the lock files."""
    if "browser" in vars(item).get("fixturenames", ()):
        item.add_marker("proof")


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as browser:
        yield browser


@pytest.fixture(scope="package")
async def address(seeded_url: str) -> AsyncIterator[str]:
    """A server in development."""
    async with served(seeded_url) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def visit(browser: Browser, address: str) -> AsyncIterator[Visit]:
    """A first visit by a reader of English."""
    async with visited(browser, address) as visit:
        yield visit


@pytest.fixture(scope="package")
def staff() -> dict[str, str]:
    """The header of a request as the alliance's staff."""
    return admin()
