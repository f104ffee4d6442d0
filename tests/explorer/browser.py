"""The explorer as a person meets it."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Request, expect

from tests.browser import WatchedPage, opened

MODEL = "name => globalThis.__MONACO?.editor.getModels().find(one => one.uri.path.endsWith(name))"
VALUE = f"name => ({MODEL})(name)?.getValue() ?? ''"


class Visit(WatchedPage):
    """A page of the explorer."""

    async def until_ready(self) -> None:
        """The editors are there, and the schema has come."""
        await expect(
            self.page.locator(".graphiql-query-editor .monaco-editor .view-line").first
        ).to_be_visible()
        await expect(self.page.locator(".graphiql-sidebar .graphiql-spin")).to_have_count(0)

    async def text(self, name: str) -> str:
        """What is in the editor of `operation.graphql`, `variables.json`, `response.json`, …"""
        found: str = await self.page.evaluate(VALUE, name)
        return found

    async def write(self, text: str, name: str = "operation.graphql") -> None:
        await self.page.evaluate(f"([name, text]) => ({MODEL})(name).setValue(text)", [name, text])
        await self.page.wait_for_timeout(150)  # GraphiQL looks at what was written a tenth of a second later

    async def run(self) -> Any:
        """The answer to what is in the editor."""
        await self.write("", "response.json")
        await self.page.get_by_role("button", name=re.compile("Execute query")).click()
        await self.page.wait_for_function(f"() => ({VALUE})('response.json') !== ''")
        return json.loads(await self.text("response.json"))

    async def as_staff(self, header: dict[str, str]) -> None:
        await self.page.get_by_role("button", name="Headers").click()
        await self.write(json.dumps(header), "request-headers.json")

    def language(self) -> Locator:
        return self.page.get_by_label(re.compile("^(Language|Idioma)$"))

    def viewing(self) -> Locator:
        """The menu's button, which says who asks."""
        return self.page.get_by_role("button", name=re.compile("^(View as|Ver como): "))

    async def view_as(self, label: str) -> None:
        await self.viewing().click()
        await self.page.get_by_role("menuitemradio", name=re.compile(f"^{label}")).click()
        await expect(self.viewing()).to_contain_text(label)

    def sent_requests(self) -> list[Request]:
        return [request for request in self.requests if request.url == f"{self.address}/graphql"]

    async def choose_example(self, title: str) -> None:
        await self.page.get_by_role("button", name=re.compile("Examples|Ejemplos")).click()
        await self.page.get_by_role("menuitem", name=title).click()
        await self.page.wait_for_timeout(150)

    async def share(self, item: str) -> str:
        """What an item of the menu that copies put on the clipboard."""
        await self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await self.page.get_by_role("button", name=re.compile("Copy or share|Copiar o compartir")).click()
        await self.page.get_by_role("menuitem", name=item).click()
        await expect(self.notice()).to_be_visible()
        copied: str = await self.page.evaluate("navigator.clipboard.readText()")
        return copied

    def notice(self) -> Locator:
        return self.page.locator(".notice")

    def last_response(self) -> Locator:
        return self.page.locator(".last-response")


@asynccontextmanager
async def visited(browser: Browser, address: str, **other: Any) -> AsyncIterator[Visit]:
    """A first visit, by a reader of English or `other`; nothing may have gone wrong on the page at its end.

    Readers of English share a window; what a visit stored there is forgotten.
    """
    window = await opened(browser, **other) if other else await shared(browser, address)
    visit = Visit(await window.new_page(), address)
    visit.watch()
    try:
        await visit.page.goto(f"{address}/explorer")
        await visit.until_ready()
        yield visit
    finally:
        await (window if other else visit.page).close()
        if not other:
            await forget(window, address)
    assert not visit.problems, "\n".join(visit.problems)


async def shared(browser: Browser, address: str) -> BrowserContext:
    """The window with a tab that stays: so the process does too, which has compiled the page's scripts."""
    window = browser.contexts[0]
    if not any(page.url.startswith(address) for page in window.pages):
        tab = await window.new_page()
        await tab.goto(f"{address}/live")
    return window


async def forget(window: BrowserContext, address: str) -> None:
    """Clear what its tabs share, once the visit's is closed: that one stores what it shows a moment later."""
    tab = next(page for page in window.pages if page.url.startswith(address))
    session = await window.new_cdp_session(tab)
    stored = {"origin": address, "storageTypes": "cookies,indexeddb,local_storage"}
    await session.send("Storage.clearDataForOrigin", stored)
    await session.detach()
