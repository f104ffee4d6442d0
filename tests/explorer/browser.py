"""The explorer as a person meets it: in Chromium, with every host closed but this server."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    async_playwright,
    expect,
)

REBOUND = "rebound.test"  # another site's name that was given this machine's address
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--js-flags=--no-opt",  # no page lives long enough for what optimizing its scripts takes
    f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
MODEL = "name => globalThis.__MONACO?.editor.getModels().find(one => one.uri.path.endsWith(name))"
VALUE = f"name => ({MODEL})(name)?.getValue() ?? ''"
VIOLATIONS = """addEventListener("securitypolicyviolation", event =>
    console.error(`refused by ${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`))"""

expect.set_options(timeout=30_000)  # as playwright's own: where much else runs, a page takes longer than 5 s


def chromium() -> str:
    """Where Chromium is; without it the test is skipped, and fails where it must be there."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    missing = "needs Chromium (on Debian: apt install chromium)"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        await opened(browser)  # for all visits but those of other readers
        yield browser
        await browser.close()


@dataclass
class Visit:
    """A page of the explorer, and what went wrong on it."""

    page: Page
    address: str
    problems: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    sockets: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", self._record)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", self._see)
        self.page.on("websocket", lambda socket: self.sockets.append(socket.url))

    def _record(self, message: ConsoleMessage) -> None:
        expected = "server responded with a status of 4" in message.text  # what a wrong query gets
        if message.type in ("error", "warning") and not expected:
            self.problems.append(message.text)

    def _see(self, request: Request) -> None:
        self.requests.append(request)
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.problems.append(f"asked another host: {request.url}")

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

    async def barriers(self) -> list[str]:
        """What axe finds serious or critical for those who use no mouse, or a screen reader."""
        found = await Axe().run(self.page)
        return [
            f"{one['id']}: {node['html'][:200]}"
            for one in found.response["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]


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


async def opened(browser: Browser, **other: Any) -> BrowserContext:
    """A window without a past."""
    window = await browser.new_context(
        **{"locale": "en-US", "viewport": {"width": 1280, "height": 800}, **other}
    )
    await window.add_init_script(VIOLATIONS)
    return window


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
