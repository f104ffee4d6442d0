"""A real OpenID Connect issuer, a person who signs in with it, and visits that may reach it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.async_api import Browser, Request, expect

from models.access import GrantedRole
from models.database.client import engine_for
from models.grant_commands import WantedGrant, add_grant
from models.loading.natural_keys import id_of
from tests.browser import opened
from tests.interop.clients import Client, node, started
from tests.portals.browser import SIZES, PortalVisit

AUDIENCE = "https://puente.test"
SUBJECT, NAME, ANOTHER, STAFF = "ana", "Ana Torres", "Luis Vega", "Eva Ríos"
PEOPLE = {SUBJECT: NAME, "luis": ANOTHER, "eva": STAFF}
CAMPUS = {"en": "Campus account", "es": "Cuenta del campus"}
LONG = 600  # seconds


@dataclass
class Issuer:
    """An issuer in a process of its own."""

    client: Client
    url: str

    def settings(self, **changes: Any) -> dict[str, Any]:
        """As in PUENTE_ISSUERS; `changes` are of its `portals`."""
        portals = {"client_id": "portals", "name": CAMPUS, "parameters": {"resource": AUDIENCE}, **changes}
        return {"issuer": self.url, "audience": AUDIENCE, "algorithms": ["ES256"], "portals": portals}

    async def serve(self, *portals: str, lifetime: int = LONG, renews: bool = True) -> None:
        """Sign in people for portals at these addresses."""
        wanted = {
            "resource": AUDIENCE,
            "people": PEOPLE,
            "portals": portals,
            "lifetime": lifetime,
            "renews": renews,
        }
        assert self.client.process.stdin is not None
        self.client.process.stdin.write(f"{json.dumps(wanted)}\n")
        self.client.process.stdin.flush()
        await asyncio.to_thread(self.client.until, "ready")


@asynccontextmanager
async def issuing() -> AsyncIterator[Issuer]:
    with started(node(), "openid_provider.mjs") as client:
        listening = await asyncio.to_thread(client.until, "listening")
        yield Issuer(client, listening["url"])


async def grant_roles(url: str, issuer: str) -> None:
    """One is a participant of the demo, one of the alliance's staff, and one has no role."""
    engine = engine_for(url)
    person = f"participant_{id_of('participant', 'student-22')}"
    await add_grant(engine, WantedGrant(issuer, SUBJECT, GrantedRole.PARTICIPANT, person=person))
    await add_grant(engine, WantedGrant(issuer, "eva", GrantedRole.ADMIN))
    await engine.dispose()


@dataclass
class SignInVisit(PortalVisit):
    """A visit that may leave for an issuer."""

    hosts: Sequence[str] = ()
    away: list[Request] = field(default_factory=list)
    """What was requested from the issuer."""

    def _see(self, request: Request) -> None:
        if request.url.startswith(tuple(f"{host}/" for host in self.hosts)):
            self.away.append(request)
        else:
            super()._see(request)

    async def leave(self, name: str = CAMPUS["en"]) -> None:
        """Choose the issuer on the sign-in page, and wait for its own."""
        await self.page.get_by_role("button", name=name, exact=True).click()
        await expect(self.page.get_by_role("heading", name="ui_locales")).to_be_visible()

    async def choose(self, name: str = NAME) -> None:
        """Become a person on the issuer's page, and wait for the portal's."""
        await self.page.get_by_role("button", name=name, exact=True).click()
        await expect(self.page.locator(".signed-in")).to_contain_text(name)
        await self.until_loaded()

    async def token(self) -> str:
        found: str = await self.page.evaluate("JSON.parse(sessionStorage['puente:session']).token")
        return found

    def parameter(self, name: str) -> str:
        """A parameter of the last authorization request."""
        (request,) = [one for one in self.away if urlsplit(one.url).path == "/auth"][-1:]
        return parse_qs(urlsplit(request.url).query)[name][0]


@asynccontextmanager
async def signing_in(
    browser: Browser, address: str, issuer: Issuer, portal: str = "uc", **other: Any
) -> AsyncIterator[SignInVisit]:
    """A first visit, at whose end nothing may have gone wrong on the page."""
    window = await opened(browser, viewport=SIZES["desk"], timezone_id="America/Los_Angeles", **other)
    visit = SignInVisit(await window.new_page(), address, portal=portal, hosts=(issuer.url,))
    visit.watch()
    try:
        yield visit
    finally:
        await window.close()
    assert not visit.problems, "\n".join(visit.problems)
