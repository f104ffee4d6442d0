"""How heavy and how slow a first page may be: over the wire, and at a far server."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, CDPSession, expect

from tests.portals.browser import LANGUAGES, PortalVisit, visiting

PAGES = ("", "/projects", "/calendar")
ALL_BYTES = 120_000
SCRIPT_BYTES = 80_000
FAR = 400  # milliseconds until an answer begins

LOADED = """[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .filter(one => !one.name.includes('icon') && !one.name.endsWith('#'))
    .filter((one, _, all) => one.startTime <= all.find(other => other.name.endsWith('/graphql')).startTime)
    .map(one => [one.startTime, one.responseEnd])"""
SHIFTS = """globalThis.shifted = 0; new PerformanceObserver(list => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) shifted += one.value;
}).observe({type: 'layout-shift', buffered: true})"""


async def devtools(visit: PortalVisit) -> CDPSession:
    return await visit.page.context.new_cdp_session(visit.page)


@pytest.mark.parametrize("portal", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
async def test_a_first_page_is_light(browser: Browser, address: str, portal: str, path: str) -> None:
    """The encoded bytes of all responses until the page's data is there, headers included."""
    async with visiting(browser, address, portal) as visit:
        session = await devtools(visit)
        await session.send("Network.enable")
        kinds: dict[str, str] = {}
        sizes: dict[str, float] = {}
        session.on(
            "Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]})
        )
        session.on(
            "Network.loadingFinished",
            lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
        )
        await visit.go(path)
        await visit.page.wait_for_load_state("networkidle")
    scripts = sum(size for request, size in sizes.items() if kinds.get(request) == "Script")
    assert 0 < scripts < SCRIPT_BYTES
    assert sum(sizes.values()) < ALL_BYTES


@pytest.mark.parametrize("path", PAGES)
async def test_a_first_page_takes_three_round_trips(browser: Browser, address: str, path: str) -> None:
    """The page, then all its files at once, then its data: what is left of 2 s at a far server is for work.

    Each answer begins 400 ms later than it would, so that what waits for another can be told from it.
    """
    async with visiting(browser, address) as visit:
        session = await devtools(visit)
        await session.send("Network.enable")
        slow = {"offline": False, "latency": FAR, "downloadThroughput": -1, "uploadThroughput": -1}
        await session.send("Network.emulateNetworkConditions", slow)
        await visit.go(path)
        loaded = await visit.page.evaluate(LOADED)  # and then what follows changes, which nobody waits for
    waves, end = 0, -1.0
    for begun, ended in sorted(loaded):
        if begun >= end:
            waves, end = waves + 1, ended
        else:
            end = min(end, ended)
    assert len(loaded) >= 4
    assert waves == 3, loaded


async def test_nothing_jumps_when_somebody_else_changes_something(
    browser: Browser, own_address: str, database_url: str
) -> None:
    from tests.portals.test_acting import sql

    async with visiting(browser, own_address) as visit:
        await visit.page.add_init_script(SHIFTS)
        await visit.go("/projects")
        await expect(visit.page.locator("html")).to_have_attribute("data-following", "true")
        await visit.page.evaluate("shifted = 0")
        title = await visit.page.locator(".row h3").first.inner_text()
        await sql(database_url, "update project set title_en = left(title_en, 12) || ' now'")
        await expect(visit.page.locator(".row h3").first).not_to_have_text(title)
        assert await visit.page.evaluate("shifted") < 0.1
