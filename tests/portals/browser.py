"""A portal as a person meets it: on a phone or a desk, in either language, as anybody or as a persona."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, expect

from tests.browser import WatchedPage, opened

SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1400, "height": 900}}
LANGUAGES = {"uc": "en", "mx": "es"}
SIGN_IN = {"en": "Sign in", "es": "Iniciar sesión"}


@dataclass
class PortalVisit(WatchedPage):
    """A page of a portal, in the language of its first visit."""

    portal: str = "uc"

    async def go(self, path: str = "") -> None:
        """Open an address below the portal's, and wait until its data is there."""
        await self.page.goto(f"{self.address}/portals/{self.portal}{path}")
        await self.until_loaded()

    async def until_loaded(self) -> None:
        await expect(self.page.locator("h1")).to_be_visible()
        await expect(self.page.locator(".skeleton")).to_have_count(0)

    async def sign_in(self, label: str) -> None:
        """Become a persona of the demo, by its label in the portal's language."""
        await self.go("/sign-in")
        await self.page.get_by_role("button", name=label, exact=True).click()
        await expect(self.page.locator(".signed-in")).to_contain_text(label)
        await self.until_loaded()

    async def stored(self) -> dict[str, str]:
        """All that the page keeps in the browser."""
        found: dict[str, str] = await self.page.evaluate("({...localStorage, ...sessionStorage})")
        return found


@asynccontextmanager
async def visiting(
    browser: Browser, address: str, portal: str = "uc", size: str = "desk", **other: Any
) -> AsyncIterator[PortalVisit]:
    """A first visit, in a window of its own; nothing may have gone wrong on the page at its end."""
    options = {
        "viewport": SIZES[size],
        "timezone_id": "America/Los_Angeles",
        "reduced_motion": "reduce",
        **other,
    }
    window = await opened(browser, **options)
    visit = PortalVisit(await window.new_page(), address, portal=portal)
    visit.watch()
    try:
        yield visit
    finally:
        await window.close()
    assert not visit.problems, "\n".join(visit.problems)
