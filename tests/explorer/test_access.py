"""Those who use no mouse, or a screen reader: axe finds nothing serious, and keys reach everything."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.async_api import Browser, expect

from tests.explorer.browser import Visit, visited


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_serious_or_critical(
    browser: Browser, address: str, scheme: Literal["light", "dark"]
) -> None:
    async with visited(browser, address, color_scheme=scheme) as visit:
        page = visit.page
        assert await visit.barriers() == []
        await visit.write("query Titles { projects(first: 3) { nodes { title } } }")
        await page.get_by_role("button", name="Explain").click()
        await visit.run()
        await expect(page.get_by_role("region", name="Explain")).to_contain_text("PostgreSQL's plan")
        assert await visit.barriers() == []
        await visit.share("Copy a link")
        assert await visit.barriers() == []
        await visit.choose_example("Places left, live")
        await visit.run()
        await page.locator(".events summary").click()
        await expect(page.locator(".events pre")).to_contain_text("placesLeft")
        assert await visit.barriers() == []
        await page.get_by_role("button", name="Stop query").click()
        await visit.write("query Titles { projects(first: 3) { nodes { title } } }")
        for plugin in ("Documentation Explorer", "History", "GraphiQL Explorer"):
            await page.get_by_role("button", name=f"Show {plugin}").click()
            await page.wait_for_timeout(300)
            assert await visit.barriers() == [], plugin
        for menu in ("Examples", "Copy or share"):
            await page.get_by_role("button", name=menu).click()
            await expect(page.get_by_role("menu")).to_be_visible()
            assert await visit.barriers() == [], menu
            await page.keyboard.press("Escape")
        for dialog in ("Open short keys dialog", "Open settings dialog"):
            await page.get_by_role("button", name=dialog).click()
            await expect(page.get_by_role("dialog")).to_be_visible()
            assert await visit.barriers() == [], dialog
            await page.keyboard.press("Escape")


async def test_keys_open_and_close_the_menu(visit: Visit) -> None:
    button = visit.page.get_by_role("button", name="Examples")
    await button.focus()
    await visit.page.keyboard.press("Enter")
    items = visit.page.get_by_role("menuitem")
    await expect(items.first).to_be_focused()
    await visit.page.keyboard.press("ArrowDown")
    await expect(items.nth(1)).to_be_focused()
    outline = await items.nth(1).evaluate("item => getComputedStyle(item).outlineStyle")
    assert outline == "solid"
    await visit.page.keyboard.press("Escape")
    await expect(items).to_have_count(0)
    await expect(button).to_be_focused()


async def test_keys_choose_an_example_and_run_it(visit: Visit) -> None:
    await visit.page.get_by_role("button", name="Examples").focus()
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.get_by_role("menuitem").first).to_be_focused()
    await visit.page.keyboard.type("Imp")
    await expect(visit.page.get_by_role("menuitem", name="Impact")).to_be_focused()
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.locator(".graphiql-query-editor .view-lines")).to_contain_text("impact")
    await visit.page.get_by_role("button", name="Execute query").focus()
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.locator(".result-window .view-lines")).to_contain_text('"impact"')


async def test_keys_reach_the_explorer_plugin(visit: Visit) -> None:
    await visit.write("query Titles { projects(first: 3) { nodes { title } } }")
    await visit.page.get_by_role("button", name="Show GraphiQL Explorer").press("Enter")
    await visit.page.get_by_role("button", name="slug", exact=True).first.press("Enter")
    await expect(visit.page.locator(".graphiql-query-editor .view-lines")).to_contain_text("slug")


async def test_tab_leaves_an_editor_when_asked_to(visit: Visit) -> None:
    """Tab indents, so the editors' containers are what Tab reaches, and Enter goes in."""
    page = visit.page
    await page.locator(".graphiql-query-editor .graphiql-editor").focus()
    await page.keyboard.press("Enter")
    inside = "() => document.activeElement.closest('.graphiql-query-editor .monaco-editor') !== null"
    assert await page.evaluate(inside)
    await page.keyboard.press("Control+m")
    await page.keyboard.press("Tab")
    assert not await page.evaluate(inside)
