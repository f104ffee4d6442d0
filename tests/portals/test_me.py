"""One's own page: tasks, messages, registrations, details, consents, by clicks and by keys alone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, expect

from models.database.client import engine_for
from models.loading.demo.upcoming import keep_upcoming
from models.loading.natural_keys import id_of
from tests.api.loopback_sockets import served
from tests.portals.browser import PortalVisit, visiting
from tests.portals.test_mentoring import LOOKS, STUDENT, THEMES, TOO_WIDE, read

PERSONAS = {
    "uc": ("Participant", "Mentor", "UC coordinator", "Alliance staff"),
    "mx": ("Participante", "Mentora", "Coordinación UC", "Personal de la alianza"),
}
PERSON = id_of("person", STUDENT)
STORED = f"select preferred_name || ', ' || email || ', ' || phone from person where id = '{PERSON}'"
FULL = """
    with chosen as (
        select e.id, e.slug from event e where e.status = 'PUBLISHED' and e.starts_at > now()
        and e.capacity is not null and not exists (select from registration r where r.event_id = e.id)
        order by e.starts_at limit 1)
    , taken as (insert into registration (event_id, person_id, status)
        select chosen.id, '{person}', 'CONFIRMED' from chosen)
    , small as (update event set capacity = 1 from chosen where event.id = chosen.id)
    select slug from chosen
"""
"""Another person has the only place of an event; its slug."""


@pytest.fixture
async def busy_address(database_url: str) -> AsyncIterator[str]:
    """A server on which something waits for everybody."""
    engine = engine_for(database_url)
    await keep_upcoming(engine, datetime.now(UTC).date())
    await engine.dispose()
    async with served(database_url) as port:
        yield f"http://127.0.0.1:{port}"


async def test_visitors_are_led_to_the_sign_in(browser: Browser, address: str) -> None:
    async with visiting(browser, address) as visit:
        await visit.go("/me")
        await expect(visit.page.locator("h1")).to_have_text("My page")
        await visit.page.get_by_role("main").get_by_role("link", name="Sign in").click()
        await expect(visit.page.locator("h1")).to_have_text("Sign in")


async def test_messages_are_read_one_by_one_and_together(
    browser: Browser, own_address: str, database_url: str
) -> None:
    async with visiting(browser, own_address) as visit:
        await visit.sign_in("Participant")
        messages = visit.page.get_by_role("region", name="Messages")
        before = int((await messages.locator(".badge").inner_text()).split()[0])
        assert before >= 2
        await messages.get_by_role("button", name="Mark as read: Event cancelled").click()
        await expect(messages.locator(".badge")).to_have_text(f"{before - 1} unread")
        await messages.get_by_role("button", name="Mark all as read").click()
        await expect(messages.locator(".badge")).to_have_count(0)
        await expect(messages.locator(".unread")).to_have_count(0)
        own = f"from notification where person_id = '{PERSON}' and read_at is null"
        assert await read(database_url, f"select count(*) {own}") == "0"


async def test_somebody_on_a_waitlist_sees_their_number_and_leaves(
    browser: Browser, own_address: str, database_url: str
) -> None:
    async with visiting(browser, own_address) as visit:
        await visit.sign_in("Participant")
        slug = await read(database_url, FULL.format(person=id_of("person", "mentor-05")))
        await visit.go(f"/calendar/{slug}")
        await visit.page.get_by_role("button", name="Ask for a place on the waitlist").click()
        await visit.page.get_by_text("You are number 1 on the waitlist.", exact=False).wait_for()
        await visit.page.get_by_role("link", name="My page", exact=True).click()
        row = visit.page.get_by_role("region", name="My registrations").get_by_role("listitem")
        row = row.filter(has_text="On the waitlist")
        await expect(row).to_contain_text("number 1")
        await row.get_by_role("button", name="Cancel my registration").click()
        await expect(row).to_have_count(0)


async def editing(visit: PortalVisit, **texts: str) -> None:
    """Open the form for one's details, and type into it."""
    await visit.page.get_by_role("button", name="Change my details").click()
    await expect(visit.page.get_by_role("heading", name="Change my details")).to_be_focused()
    for label, text in texts.items():
        await visit.page.get_by_label(label.replace("_", " ")).fill(text)


async def test_details_that_are_changed_in_two_windows_conflict_and_nothing_is_lost(
    browser: Browser, own_address: str, database_url: str
) -> None:
    async with visiting(browser, own_address) as one, visiting(browser, own_address) as other:
        for visit in (one, other):
            await visit.sign_in("Participant")
        await editing(one, Preferred_name="Itzel María", Phone="+52 646 175 0500")
        await editing(other, Preferred_name="Itzel Ana")
        await one.page.get_by_label("E-mail").fill("itzel@example.edu")
        await one.page.get_by_role("button", name="Save", exact=True).click()
        await expect(one.page.get_by_role("main").get_by_text("Your details are saved.")).to_be_visible()

        await other.page.get_by_role("button", name="Save", exact=True).click()
        conflict = other.page.get_by_role("alert").filter(has_text="Somebody else changed the same text")
        await expect(conflict).to_contain_text("Itzel María")
        await expect(conflict.locator("mark")).to_have_text(["Ana", "María"])
        await other.page.reload()
        await expect(conflict).to_contain_text("Itzel María")
        await expect(other.page.get_by_role("textbox", name="Preferred name")).to_have_value("Itzel Ana")
        await expect(other.page.get_by_label("E-mail")).to_have_value("itzel@example.edu")
        assert await other.barriers() == []
        await other.page.get_by_role("button", name="Save", exact=True).click()
        await expect(other.page.get_by_role("main").get_by_text("Your details are saved.")).to_be_visible()
        expected = "Itzel Ana, itzel@example.edu, +526461750500"
        assert await read(database_url, STORED) == expected
        await expect(one.page.get_by_text("goes by Itzel Ana")).to_be_visible()


async def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(
    browser: Browser, own_address: str
) -> None:
    """With keys alone; a sign-out forgets it."""
    async with visiting(browser, own_address) as visit:
        await visit.sign_in("Participant")
        await editing(visit, Given_name="")
        await visit.page.get_by_label("E-mail").fill("nobody")
        await visit.page.get_by_label("E-mail").press("Enter")
        summary = visit.page.get_by_role("alert")
        await expect(summary).to_be_focused()
        await expect(summary.get_by_role("link")).to_have_count(2)
        await visit.page.keyboard.press("Tab")
        await visit.page.keyboard.press("Enter")
        await expect(visit.page.locator("input:focus")).to_have_attribute("aria-invalid", "true")
        await visit.page.reload()
        await expect(visit.page.get_by_label("E-mail")).to_have_value("nobody")
        await visit.page.get_by_role("button", name="Sign out").click()
        assert await visit.stored() == {}
        await visit.sign_in("Participant")
        await expect(visit.page.get_by_label("E-mail")).to_have_count(0)


async def test_a_first_visit_makes_a_record(browser: Browser, own_address: str, database_url: str) -> None:
    async with visiting(browser, own_address, "mx") as visit:
        await visit.sign_in("Coordinación UC")
        page = visit.page
        await page.get_by_role("button", name="Crear mi registro").click()
        await page.get_by_label("Nombre", exact=True).fill("Inés")
        await page.get_by_role("button", name="Crear mi registro").click()
        await expect(page.get_by_role("alert")).to_be_focused()
        await page.get_by_label("Apellidos").fill("Núñez de la Torre")
        await page.get_by_label("Institución de origen").select_option("Universidad de California en Merced")
        await page.get_by_role("button", name="Crear mi registro").click()
        await expect(page.locator(".page-head .lead")).to_have_text(
            "Inés Núñez de la Torre, Universidad de California en Merced"
        )
        await expect(page.get_by_role("heading", name="Todavía no hay un registro")).to_have_count(0)
        made = "select count(*) from person where family_names = 'Núñez de la Torre'"
        assert await read(database_url, made) == "1"


async def test_a_coordinator_does_a_task_on_the_spot(browser: Browser, busy_address: str) -> None:
    async with visiting(browser, busy_address) as visit:
        await visit.sign_in("UC coordinator")
        tasks = visit.page.get_by_role("region", name="What waits for you").get_by_role("listitem")
        arrival = tasks.filter(has_text="Confirm an arrival").first
        await expect(arrival).to_contain_text("by ")
        before = await tasks.count()
        await arrival.get_by_role("button", name="Confirm the arrival").click()
        await expect(tasks).to_have_count(before)  # the departure is the next one
        await expect(tasks.filter(has_text="Confirm an arrival")).to_have_count(0)
        assert re.search("Coordinator, ", await visit.page.get_by_role("region", name="Roles").inner_text())


@pytest.mark.parametrize(("portal", "size", "theme"), LOOKS)
async def test_the_page_is_open_to_everyone(
    browser: Browser, busy_address: str, portal: str, size: str, theme: str
) -> None:
    found = {}
    options = {"color_scheme": theme, "reduced_motion": "reduce"}
    async with visiting(browser, busy_address, portal, size, **options) as visit:
        await visit.go("/me")
        found["visitor"] = (await visit.barriers(), await visit.page.evaluate(TOO_WIDE))
        for persona in PERSONAS[portal]:
            await visit.sign_in(persona)
            for closed in await visit.page.locator("details:not([open]) > summary").all():
                await closed.click()
            found[persona] = (await visit.barriers(), await visit.page.evaluate(TOO_WIDE))
    assert {name: one for name, one in found.items() if one != ([], 0)} == {}


async def test_forms_have_no_barriers_either(browser: Browser, busy_address: str) -> None:
    for theme in THEMES:
        options = {"color_scheme": theme, "reduced_motion": "reduce"}
        async with visiting(browser, busy_address, size="phone", **options) as visit:
            await visit.sign_in("Mentor")
            for opener in ("Change my details", "Log a session", "End it early", "Decline"):
                await visit.page.get_by_role("button", name=opener, exact=True).first.click()
            assert await visit.barriers() == []
            assert await visit.page.evaluate(TOO_WIDE) == 0
            await visit.sign_in("UC coordinator")
            await visit.page.get_by_role("button", name="Make my record").click()
            assert await visit.barriers() == []
