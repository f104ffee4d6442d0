"""What a person does: they register, wait, cancel, sign out, and nothing is done twice or lost."""

from __future__ import annotations

import asyncio
import re
import signal

import pytest
from playwright.async_api import Browser, Route, expect
from sqlalchemy import text

from models.database.client import engine_for
from tests.interop.restarting_server import RestartingServer
from tests.portals.browser import PortalVisit, visiting

NAME = """
    select p.family_names from person p join access_grant g on g.person_id = p.id
    where g.subject = 'participant'
"""
FULL = """
    select e.slug from event e where e.status = 'PUBLISHED' and e.starts_at > now() and e.capacity is not null
        and not exists (select from registration r where r.event_id = e.id) order by e.starts_at limit 1
"""


async def sql(url: str, statement: str) -> object:
    engine = engine_for(url)
    async with engine.begin() as connection:
        result = await connection.execute(text(statement))
        found = result.scalar() if result.returns_rows else None
    await engine.dispose()
    return found


async def open_event(visit: PortalVisit, url: str) -> str:
    slug = str(await sql(url, FULL))
    await visit.go(f"/calendar/{slug}")
    return slug


async def test_somebody_registers_and_cancels(browser: Browser, own_address: str, database_url: str) -> None:
    async with visiting(browser, own_address) as visit:
        await visit.sign_in("Participant")
        await open_event(visit, database_url)
        await visit.page.get_by_role("button", name="Register").click()
        await expect(visit.page.get_by_text("You are registered.")).to_be_visible()
        await visit.page.get_by_role("button", name="Cancel my registration").click()
        await expect(visit.page.get_by_text("Your registration is cancelled.")).to_be_visible()
        assert await sql(database_url, "select count(*) from registration where status = 'CONFIRMED'") == 0


async def test_two_clicks_and_a_lost_answer_register_once(
    browser: Browser, own_address: str, database_url: str
) -> None:
    """The first answer is lost on its way; the page sends the same again by itself."""
    async with visiting(browser, own_address) as visit:
        await visit.sign_in("Participant")
        await open_event(visit, database_url)
        sent: list[str | None] = []
        repeated = asyncio.Event()

        async def lose_first(route: Route) -> None:
            if "registerForEvent" not in (route.request.post_data or ""):
                await route.continue_()
                return
            sent.append(route.request.headers.get("idempotency-key"))
            if len(sent) == 1:
                await route.fetch()
                await route.abort()
            else:
                await route.continue_()
                repeated.set()

        await visit.page.route("**/graphql", lose_first)
        await visit.page.get_by_role("button", name="Register").dblclick()
        await expect(visit.page.get_by_text("You are registered.")).to_be_visible()
        async with asyncio.timeout(30):  # the feed may have told the page before
            await repeated.wait()
        assert len(sent) == 2
        assert len({*sent}) == 1
        visit.problems.clear()  # the browser tells of the answer that was lost
        assert await sql(database_url, "select count(*) from registration") == 1


async def test_a_place_that_is_taken_elsewhere_goes_without_a_reload(
    browser: Browser, own_address: str, database_url: str
) -> None:
    async with (
        visiting(browser, own_address) as reader,
        visiting(browser, own_address, "mx", "phone") as student,
    ):
        slug = await open_event(reader, database_url)
        before = await reader.page.get_by_text(re.compile(r"places? left$")).inner_text()
        await student.sign_in("Participante")
        await student.go(f"/calendar/{slug}")
        await student.page.get_by_role("button", name="Registrarme").click()
        await expect(student.page.get_by_text("Su registro está confirmado.")).to_be_visible()
        left = int(before.split()[0]) - 1
        await expect(reader.page.get_by_text(re.compile(r"places? left$"))).to_have_text(
            re.compile(rf"^({left} |No )places? left$")
        )


async def test_nothing_of_a_person_stays_after_they_sign_out(
    browser: Browser, own_address: str, database_url: str
) -> None:
    async with visiting(browser, own_address) as visit:
        await visit.sign_in("Participant")
        await open_event(visit, database_url)
        await visit.page.get_by_role("button", name="Register").click()
        await expect(visit.page.get_by_text("You are registered.")).to_be_visible()
        await visit.page.get_by_role("button", name="Sign out").click()
        await expect(visit.page.get_by_text("Sign in to register.")).to_be_visible(timeout=1000)
        assert await visit.stored() == {}
        assert await visit.page.evaluate("async () => (await indexedDB.databases()).length") == 0
        assert await visit.page.evaluate("async () => (await caches.keys()).length") == 0


async def test_a_revoked_grant_empties_the_page_within_a_second(
    browser: Browser, own_address: str, database_url: str
) -> None:
    """Nobody reloads: the feed says that the access has changed, and what was shown is forgotten."""
    async with visiting(browser, own_address) as visit:
        await visit.sign_in("Participant")
        await visit.go("/me")
        name, content = str(await sql(database_url, NAME)), visit.page.locator("main")
        await expect(content).to_contain_text(name)
        await expect(visit.page.locator("html")).to_have_attribute("data-following", "true")
        await sql(database_url, "update access_grant set revoked_at = now() where subject = 'participant'")
        await expect(content).not_to_contain_text(name, timeout=1500)


@pytest.mark.lifecycle
async def test_a_page_goes_on_when_the_server_was_killed(
    browser: Browser, restarting: RestartingServer
) -> None:
    """It shows what it had, says so, sends what was clicked meanwhile once, and follows again."""
    first_server = restarting.served()
    first = await asyncio.to_thread(first_server.__enter__)
    address = f"http://127.0.0.1:{restarting.port}"
    async with visiting(browser, address) as visit:
        await visit.go("/projects")
        await expect(visit.page.locator("html")).to_have_attribute("data-following", "true")
        first.end(signal.SIGKILL)
        await expect(visit.page.get_by_text("No connection.", exact=False)).to_be_visible()
        assert await visit.page.locator(".rows .row").count() > 0
        await visit.page.get_by_label("Search projects").fill("Written while nobody listened")
        await restarting.title("Written while nobody listened")
        with restarting.served():
            await expect(visit.page.get_by_text("No connection.", exact=False)).to_have_count(0)
            typed = visit.page.get_by_label("Search projects")
            await expect(typed).to_have_value("Written while nobody listened")
            await visit.page.get_by_role("button", name="Search").click()
            await expect(visit.page.locator(".rows .row")).to_have_count(1)
        visit.problems.clear()  # the browser tells of connections that were refused
