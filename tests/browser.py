"""Chromium as the tests use it, with every host closed but this machine, and a page that is watched."""

from __future__ import annotations

import os
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
class WatchedPage:
    """A page of a server, and what went wrong on it."""

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

    async def barriers(self) -> list[str]:
        """What axe finds serious or critical for those who use no mouse, or a screen reader."""
        found = await Axe().run(self.page)
        return [
            f"{one['id']}: {node['html'][:200]}"
            for one in found.response["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]


async def opened(browser: Browser, **other: Any) -> BrowserContext:
    """A window without a past."""
    window = await browser.new_context(
        **{"locale": "en-US", "viewport": {"width": 1280, "height": 800}, **other}
    )
    await window.add_init_script(VIOLATIONS)
    return window
