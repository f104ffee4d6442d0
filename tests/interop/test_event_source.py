"""A browser's own EventSource follows as the public, and comes back by itself where it was."""

from __future__ import annotations

import signal
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.async_api import Page

from tests.browser import launched
from tests.interop.restarting_server import RestartingServer

pytestmark = pytest.mark.lifecycle

CHANGES = "subscription { changes(types: [PROJECT]) { id node { ... on Project { title(language: EN) } } } }"
FOLLOW = """path => {
    globalThis.received = [];
    globalThis.opened = 0;
    const source = new EventSource(path);
    source.addEventListener("open", () => globalThis.opened += 1);
    source.addEventListener("next", event => received.push([event.lastEventId, JSON.parse(event.data)]));
    source.addEventListener("complete", () => { source.close(); received.push("complete"); });
}"""


async def messages(page: Page, number: int) -> list[Any]:
    """What the page has received, once it is that many events."""
    await page.wait_for_function("number => received.length >= number", arg=number, timeout=60_000)
    everything: list[Any] = await page.evaluate("received")
    return everything


async def opened(page: Page, times: int) -> None:
    await page.wait_for_function("times => opened >= times", arg=times, timeout=60_000)


@pytest.mark.proof
async def test_a_page_follows_through_the_end_of_its_server(restarting: RestartingServer) -> None:
    async with launched() as browser:
        page = await browser.new_page()
        with restarting.served() as server:
            await page.goto(f"{server.address}/live")
            await page.evaluate(FOLLOW, f"/graphql/stream?{urlencode({'query': CHANGES})}")
            await opened(page, 1)
            await restarting.title("one")
            await messages(page, 1)
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(60) == 0
            await restarting.title("two")
        with restarting.served():
            await opened(page, 2)
            await restarting.title("three")
            changes = await messages(page, 3)
    titles = [result["data"]["changes"]["node"]["title"] for _, result in changes]
    assert titles == ["one", "two", "three"]
    assert len({cursor for cursor, _ in changes}) == 3


async def test_a_page_hears_what_is_wrong_with_its_operation(restarting: RestartingServer) -> None:
    async with launched() as browser:
        page = await browser.new_page()
        with restarting.served() as server:
            await page.goto(f"{server.address}/live")
            await page.evaluate(FOLLOW, f"/graphql/stream?{urlencode({'query': '{ nothing }'})}")
            (cursor, result), end = await messages(page, 2)
    assert cursor == ""
    assert result["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert end == "complete"
