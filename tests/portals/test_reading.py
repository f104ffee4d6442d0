"""What a visitor reads: every page of both portals, on a phone and a desk, in all themes."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from tests.portals.browser import LANGUAGES, SIZES, PortalVisit, visiting

PAGES = {
    "home": "",
    "projects": "/projects",
    "project": "/projects/demo-renewable-grids",
    "nothing found": "/projects?q=zzzz&field=CLIMATE",
    "calendar": "/calendar",
    "list": "/calendar?view=list",
    "institutions": "/institutions",
    "sign-in": "/sign-in",
    "not found": "/projects/no-such-project",
}
THEMES = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
}
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("portal", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
async def test_every_page_is_open_to_everyone(
    browser: Browser, address: str, portal: str, size: str, theme: str
) -> None:
    barriers, wide = {}, {}
    async with visiting(browser, address, portal, size, **THEMES[theme]) as visit:
        for name, path in PAGES.items():
            await visit.go(path)
            assert await visit.page.locator("html").get_attribute("lang") == LANGUAGES[portal]
            barriers[name] = await visit.barriers()
            wide[name] = await visit.page.evaluate(TOO_WIDE)
    assert {name: found for name, found in barriers.items() if found} == {}
    assert {name: pixels for name, pixels in wide.items() if pixels > 0} == {}


async def test_a_figure_that_was_reported_stands_beside_what_is_counted(
    browser: Browser, address: str
) -> None:
    async with visiting(browser, address) as visit:
        await visit.go()
        figures = visit.page.locator(".figure")
        await expect(figures).to_have_count(4)
        assert await visit.page.get_by_text(re.compile("^reported, ")).count() > 0
        assert await visit.page.get_by_text(re.compile("counted here$")).count() > 0


async def test_the_address_holds_what_was_chosen(browser: Browser, address: str) -> None:
    async with visiting(browser, address) as visit:
        await visit.go("/projects")
        page, heading = visit.page, visit.page.locator("#found")
        every = await heading.inner_text()
        field = await page.locator(".facets .check span:first-of-type").first.inner_text()
        box = page.locator(".facets .check", has_text=field).get_by_role("checkbox").first
        await box.check()
        await expect(heading).not_to_have_text(every)
        await page.get_by_label("Search projects").fill("water")
        await page.get_by_role("button", name="Search").click()
        await expect(page).to_have_url(re.compile(r"\?field=\w+&q=water$"))
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
        chosen = await heading.inner_text()
        await page.reload()
        await expect(heading).to_have_text(chosen)
        await expect(box).to_be_checked()
        await page.go_back()
        await page.go_back()
        await expect(heading).to_have_text(every)
        await expect(box).not_to_be_checked()


async def test_an_empty_result_says_what_to_drop(browser: Browser, address: str) -> None:
    async with visiting(browser, address) as visit:
        await visit.go("/projects?q=zzzz")
        await expect(visit.page.get_by_text("No project fits.")).to_be_visible()
        await visit.page.get_by_role("link", name="Without the words “zzzz”").click()
        await expect(visit.page.locator(".rows .row").first).to_be_visible()


async def test_a_hidden_page_and_one_that_never_was_are_the_same(browser: Browser, address: str) -> None:
    async with visiting(browser, address) as visit:
        texts = []
        for slug in ("no-such-project", "demo-watershed-draft"):
            await visit.go(f"/projects/{slug}")
            texts.append(await visit.page.locator("main").inner_text())
        assert texts[0] == texts[1]
        assert "There is nothing here" in texts[0]


async def test_the_language_is_chosen_once_for_page_and_data(browser: Browser, address: str) -> None:
    async with visiting(browser, address) as visit:
        await visit.go("/projects")
        english = await visit.page.locator(".facets").inner_text()
        await visit.page.get_by_role("button", name="Español").click()
        await expect(visit.page.locator("h1")).to_have_text("Proyectos")
        await expect(visit.page.locator(".facets")).not_to_have_text(english)
        await expect(visit.page.locator("html")).to_have_attribute("lang", "es")
        await visit.page.reload()
        await expect(visit.page.locator("h1")).to_have_text("Proyectos")


async def test_an_event_has_both_clocks(browser: Browser, address: str) -> None:
    async with visiting(browser, address, timezone_id="America/Mexico_City") as visit:
        await upcoming(visit)
        times = await visit.page.locator(".times").first.inner_text()
        assert "for you, in Mexico City" in times


async def upcoming(visit: PortalVisit) -> None:
    """An event of the home page whose place is in another zone than Mexico City's."""
    await visit.go()
    row = visit.page.locator(".row", has_text="for you, in").first
    await row.get_by_role("link").click()
    await visit.until_loaded()


async def test_the_keyboard_alone_leads_everywhere(browser: Browser, address: str) -> None:
    async with visiting(browser, address) as visit:
        await visit.go()
        page = visit.page
        await page.keyboard.press("Tab")
        await expect(page.locator(".skip")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("main")).to_be_focused()
        await page.get_by_role("link", name="Projects", exact=True).focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_have_text("Projects")
        await expect(page.locator("h1")).to_be_focused()
        await expect(page.get_by_role("status").filter(has_text="projects")).to_have_count(1)
        await page.get_by_role("checkbox").first.focus()
        await page.keyboard.press("Space")
        await expect(page.get_by_role("checkbox").first).to_be_checked()
        await expect(page.get_by_role("checkbox").first).to_be_focused()
