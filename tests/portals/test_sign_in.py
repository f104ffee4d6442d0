"""How people sign in with an issuer, stay signed in, and leave: with a real issuer, by clicks."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import text

from models.database.client import engine_for
from tests.api.loopback_sockets import served
from tests.portals.issuer import (
    ANOTHER,
    CAMPUS,
    LONG,
    NAME,
    STAFF,
    SUBJECT,
    Issuer,
    SignInVisit,
    grant_roles,
    issuing,
    signing_in,
)

OPEN_EVENT = """
    select slug from event where status = 'PUBLISHED' and starts_at > now() and capacity is not null
        and not exists (select from registration r where r.event_id = event.id) order by starts_at limit 1
"""
PROBLEM = ".notice.bad"


async def sql(url: str, statement: str) -> Any:
    engine = engine_for(url)
    async with engine.begin() as connection:
        result = await connection.execute(text(statement))
        found = result.scalar() if result.returns_rows else None
    await engine.dispose()
    return found


@dataclass
class Campus:
    """A portal of a server that trusts an issuer; nobody is in development."""

    issuer: Issuer
    address: str
    database_url: str


@asynccontextmanager
async def campus_on(
    url: str, *, lifetime: int = LONG, renews: bool = True, **settings: Any
) -> AsyncIterator[Campus]:
    async with issuing() as issuer:
        await grant_roles(url, issuer.url)
        given = {"issuers": [issuer.settings()], "tokens": False, "token_leeway": 0, **settings}
        async with served(url, **given) as port:
            address = f"http://127.0.0.1:{port}"
            portals = [f"{address}/portals/{name}" for name in ("uc", "mx")]
            await issuer.serve(*portals, lifetime=lifetime, renews=renews)
            yield Campus(issuer, address, url)


@pytest.fixture
async def campus(database_url: str) -> AsyncIterator[Campus]:
    async with campus_on(database_url) as campus:
        yield campus


async def sign_in(visit: SignInVisit, name: str = NAME) -> None:
    await visit.go("/sign-in")
    await visit.leave()
    await visit.choose(name)


async def test_somebody_signs_in_acts_stays_and_leaves(browser: Browser, campus: Campus) -> None:
    """From an event and back to it; the address and the storage never have what they shouldn't."""
    slug = await sql(campus.database_url, OPEN_EVENT)
    async with signing_in(browser, campus.address, campus.issuer) as visit:
        await visit.go(f"/calendar/{slug}")
        assert visit.away == [], "the issuer learns of nobody who only reads"
        await visit.page.get_by_role("link", name="Sign in to register.").click()
        await visit.leave()
        assert visit.parameter("code_challenge_method") == "S256"
        assert visit.parameter("ui_locales") == "en"
        assert len(visit.parameter("state")) > 20
        assert len(visit.parameter("nonce")) > 20
        await visit.choose()
        assert visit.page.url == f"{campus.address}/portals/uc/calendar/{slug}"
        await visit.page.get_by_role("button", name="Register").click()
        await expect(visit.page.get_by_text("You are registered.")).to_be_visible()
        await visit.page.reload()
        await expect(visit.page.locator(".signed-in")).to_contain_text(NAME)
        await expect(visit.page.get_by_text("You are registered.")).to_be_visible()
        await visit.page.get_by_role("button", name="Sign out").click()
        await visit.page.get_by_role("button", name="Sign out everywhere").click()
        await expect(visit.page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
        assert visit.page.url == f"{campus.address}/portals/uc/"
        assert await visit.stored() == {}
        await visit.go(f"/calendar/{slug}")
        await expect(visit.page.get_by_text("Sign in to register.")).to_be_visible()


async def test_in_spanish_and_as_a_guest_of_the_issuer(browser: Browser, campus: Campus) -> None:
    """Whoever the issuer knows may sign in; without a grant they see what everyone sees."""
    async with signing_in(browser, campus.address, campus.issuer, "mx") as visit:
        await visit.go("/sign-in?to=/projects%3Fq=agua")
        await visit.leave(CAMPUS["es"])
        assert visit.parameter("ui_locales") == "es"
        await visit.choose(ANOTHER)
        assert visit.page.url == f"{campus.address}/portals/mx/projects?q=agua"
        await expect(visit.page.locator(".signed-in")).to_have_text(re.compile(f"Sesión de {ANOTHER}"))


async def test_only_this_page_and_the_issuer_are_reached(browser: Browser, campus: Campus) -> None:
    async with signing_in(browser, campus.address, campus.issuer) as visit:
        response = await visit.page.goto(f"{campus.address}/portals/uc/sign-in")
        assert response is not None
        policy = response.headers["content-security-policy"]
        assert f"connect-src 'self' {campus.issuer.url};" in policy
        assert "form-action 'none'" in policy
        await visit.leave()
        await visit.choose()
        held = json.loads((await visit.stored())["puente:session"])
        assert held["issued"]["subject"] == SUBJECT
        assert await visit.page.evaluate("Object.keys(localStorage).length + document.cookie.length") == 0


def forged(case: str, visit: SignInVisit, campus: Campus) -> dict[str, str]:
    """The parameters of a response that no issuer sent."""
    state, here = visit.parameter("state"), campus.issuer.url
    return {
        "state": {"code": "x", "state": "forged", "iss": here},
        "no state": {"code": "x", "iss": here},
        "issuer": {"code": "x", "state": state, "iss": "https://login.other.example"},
        "no issuer": {"code": "x", "state": state},
        "code": {"code": "x", "state": state, "iss": here},
        "error": {"error": "server_error", "state": state, "iss": here},
        "markup": {"error": "<b>x</b>", "error_description": "<b>x</b>", "state": state, "iss": here},
    }[case]


REFUSALS = {
    "state": "The response does not belong to your sign-in with Campus account",
    "no state": "The response does not belong to your sign-in with Campus account",
    "issuer": "The response did not come from Campus account",
    "no issuer": "Campus account did not accept the sign-in",
    "code": "Campus account did not accept the sign-in",
    "error": "Campus account has a problem at the moment",
    "markup": "Campus account did not accept the sign-in",
}


async def test_a_response_that_does_not_fit_is_refused_in_words(browser: Browser, campus: Campus) -> None:
    async with signing_in(browser, campus.address, campus.issuer) as visit:
        for case, words in REFUSALS.items():
            await visit.go("/sign-in")
            await visit.leave()
            callback = f"{campus.address}/portals/uc/sign-in/callback"
            await visit.page.goto(f"{callback}?{urlencode(forged(case, visit, campus))}")
            await expect(visit.page.locator(PROBLEM)).to_contain_text(words)
            assert visit.page.url == callback, case
            assert await visit.stored() == {}, case
            assert "<b>" not in await visit.page.locator(PROBLEM).inner_text()
        await visit.page.reload()
        await expect(visit.page.locator(PROBLEM)).to_contain_text("none is under way in this tab")
        await visit.page.get_by_role("link", name="Sign in again").click()
        await visit.leave()
        await visit.page.get_by_role("button", name="Cancel").click()
        await expect(visit.page.locator(PROBLEM)).to_contain_text("was cancelled or not permitted")
        await expect(visit.page.locator(PROBLEM)).to_contain_text("The reason that it gave: access_denied")
        await expect(visit.page.locator(".signed-in")).to_have_count(0)
        assert await visit.barriers() == []


async def test_a_response_is_used_once(browser: Browser, campus: Campus) -> None:
    """Whoever goes back to it, or opens its address elsewhere, is not signed in by it."""
    async with signing_in(browser, campus.address, campus.issuer) as visit:
        await sign_in(visit)
        (response,) = [one.url for one in visit.requests if "/sign-in/callback?" in one.url]
        await visit.page.goto(response)
        await expect(visit.page.locator(PROBLEM)).to_contain_text("none is under way")
        tab = await visit.page.context.new_page()
        await tab.goto(response)
        await expect(tab.locator(PROBLEM)).to_contain_text("none is under way")
        await expect(tab.locator(".signed-in")).to_have_count(0)


async def test_an_issuer_that_is_down_is_named(browser: Browser, campus: Campus) -> None:
    campus.issuer.client.process.kill()
    async with signing_in(browser, campus.address, campus.issuer) as visit:
        await visit.go("/sign-in")
        await visit.page.get_by_role("button", name=CAMPUS["en"]).click()
        await expect(visit.page.locator(PROBLEM)).to_contain_text("Campus account cannot be reached")
        visit.problems.clear()  # the browser tells of the connection that was refused


SHORT = 4  # seconds


async def test_a_sign_in_goes_on_by_itself(browser: Browser, database_url: str) -> None:
    """The page follows changes with token after token; nothing on it moves, and no token is used twice."""
    async with (
        campus_on(database_url, lifetime=SHORT) as campus,
        signing_in(browser, campus.address, campus.issuer) as visit,
    ):
        await visit.go("/sign-in?to=/projects")
        await visit.leave()
        await visit.choose()
        first = await visit.token()
        for number in range(2):
            before = await visit.token()
            await visit.page.wait_for_function(
                "before => JSON.parse(sessionStorage['puente:session']).token !== before", arg=before
            )
            title = f"Renewed {number}"
            await sql(database_url, f"update project set title_en = '{title}', title_es = '{title}'")
            await expect(visit.page.locator(".row h3").first).to_have_text(title)
        assert await visit.token() != first
        await expect(visit.page.locator(".notice")).to_have_count(0)
        await expect(visit.page.locator(".signed-in")).to_contain_text(NAME)
        await visit.page.get_by_role("button", name="Sign out").click()
        await visit.page.get_by_role("button", name="Sign out everywhere").click()
        await expect(visit.page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
        assert await visit.stored() == {}


LONG_ENOUGH = 8  # seconds, to write a title in
EDIT, TITLE = "/projects/demo-renewable-grids/edit", "Title in English"


async def test_a_sign_in_that_ends_says_so_and_keeps_what_was_typed(
    browser: Browser, database_url: str
) -> None:
    async with (
        campus_on(database_url, lifetime=LONG_ENOUGH, renews=False) as campus,
        signing_in(browser, campus.address, campus.issuer) as visit,
    ):
        await visit.go(f"/sign-in?to={EDIT}")
        await visit.leave()
        await visit.choose(STAFF)
        await visit.page.get_by_label(TITLE).fill("Grids of the islands")
        await expect(visit.page.get_by_text("Your sign-in has expired.")).to_be_visible()
        await expect(visit.page.locator(".signed-in")).to_have_count(0)
        await expect(visit.page.get_by_label(TITLE)).to_have_count(0)
        assert "puente:session" not in await visit.stored()
        await visit.page.get_by_role("link", name="Sign in again").click()
        await visit.page.get_by_role("button", name=CAMPUS["en"], exact=True).click()
        await expect(visit.page.locator(".signed-in")).to_contain_text(STAFF)  # the issuer still knows them
        assert visit.page.url == f"{campus.address}/portals/uc{EDIT}"
        await expect(visit.page.get_by_label(TITLE)).to_have_value("Grids of the islands")


TYPED = "puente:draft a form"


async def test_what_was_typed_is_not_for_the_next_person(browser: Browser, database_url: str) -> None:
    async with (
        campus_on(database_url, lifetime=SHORT, renews=False) as campus,
        signing_in(browser, campus.address, campus.issuer) as visit,
    ):
        await sign_in(visit)
        await visit.page.evaluate('name => sessionStorage.setItem(name, \'{"goals": "water"}\')', TYPED)
        await expect(visit.page.get_by_text("Your sign-in has expired.")).to_be_visible()
        await visit.page.context.clear_cookies()
        await sign_in(visit, ANOTHER)
        assert set(await visit.stored()) == {"puente:session"}


async def test_a_token_that_the_api_refuses_ends_the_sign_in(browser: Browser, database_url: str) -> None:
    """As with any token that isn't accepted: nothing stays, and the page says so."""
    async with issuing() as issuer:
        settings = {**issuer.settings(), "audience": "https://another.test"}
        async with served(database_url, issuers=[settings], tokens=False) as port:
            address = f"http://127.0.0.1:{port}"
            await issuer.serve(f"{address}/portals/uc")
            async with signing_in(browser, address, issuer) as visit:
                await visit.go("/sign-in?to=/projects")
                await visit.leave()
                await visit.page.get_by_role("button", name=NAME).click()
                await expect(visit.page.get_by_text("You were signed out")).to_be_visible()
                await expect(visit.page.locator(".rows .row").first).to_be_visible()
                assert await visit.stored() == {}
