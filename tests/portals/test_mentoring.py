"""Mentoring by clicks alone: a directory, a request, an answer, sessions, and what each of the two sees."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Locator, expect

from models.database.client import engine_for
from models.loading.natural_keys import id_of
from tests.api.loopback_sockets import served
from tests.conftest import CopyOf, correcting
from tests.models.statements import run, scalar
from tests.portals.browser import PortalVisit, visiting

MENTOR, STUDENT = "mentor-02", "student-22"  # of the demo's personas
GOALS = "Quiero escribir mi primer artículo sobre el agua de la frontera."
THEMES = ("light", "dark")
LOOKS = [("uc", "desk", "light"), ("uc", "phone", "dark"), ("mx", "phone", "light"), ("mx", "desk", "dark")]
"""Each portal and each size in both themes."""
TOO_WIDE = "Math.max(0, document.documentElement.scrollWidth - innerWidth)"
ALONE = (
    f"delete from mentorship where mentor_id = '{id_of('mentor', MENTOR)}'"
    f" and participant_id = '{id_of('participant', STUDENT)}'",
    "update participation set status = 'ACTIVE', left_on = null"
    f" where participant_id = '{id_of('participant', STUDENT)}'",
)
"""The two personas have nothing to do with each other yet, and the participant's cohort goes on."""
NAME = "select coalesce(preferred_name, given_name) || ' ' || family_names from person where id = '{}'"


async def written(url: str, *statements: str) -> None:
    engine = engine_for(correcting(url))
    await run(engine, *statements)
    await engine.dispose()


async def read(url: str, statement: str) -> str:
    engine = engine_for(url)
    found = await scalar(engine, statement)
    await engine.dispose()
    return str(found)


async def name_of(url: str, person: str) -> str:
    return await read(url, NAME.format(id_of("person", person)))


@pytest.fixture
async def apart(database_url: str) -> AsyncIterator[str]:
    """A server on which the two personas are to find each other."""
    await written(database_url, *ALONE)
    async with served(database_url) as port:
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def both(browser: Browser, address: str) -> AsyncIterator[tuple[PortalVisit, PortalVisit]]:
    """The participant in one portal, the mentor in the other, each on their own page."""
    async with visiting(browser, address, "mx") as student, visiting(browser, address) as mentor:
        await student.sign_in("Participante")
        await mentor.sign_in("Mentor")
        for visit in (student, mentor):
            await expect(visit.page.locator("html")).to_have_attribute("data-following", "true")
        yield student, mentor


async def ask(student: PortalVisit, name: str) -> None:
    """From the suggestions to a request that was sent; a reload between loses nothing."""
    page = student.page
    await page.get_by_role("link", name="Mentoras y mentores", exact=True).click()
    suggested = page.get_by_role("region", name="Sugerencias para usted")
    first = suggested.get_by_role("listitem").filter(has=page.get_by_role("link", name=name))
    await expect(first.get_by_role("list", name="Por qué").get_by_role("listitem").first).to_be_visible()
    await first.get_by_role("link", name=name).click()
    await expect(page.locator("h1")).to_have_text(name)
    await expect(page.get_by_text("El correo y el teléfono se abren", exact=False)).to_be_visible()
    await page.get_by_label("¿En qué quiere trabajar?").fill(GOALS)
    await page.reload()
    await expect(page.get_by_label("¿En qué quiere trabajar?")).to_have_value(GOALS)
    await page.get_by_role("button", name="Solicitar mentoría").click()
    sent = page.get_by_role("heading", name="Su solicitud se envió")
    await expect(sent).to_be_focused()
    await expect(
        page.get_by_text(re.compile(f"^{re.escape(name)} responde a más tardar el "))
    ).to_be_visible()


def card(visit: PortalVisit, name: str) -> Locator:
    """A mentorship on somebody's page."""
    return visit.page.get_by_role("article").filter(has=visit.page.get_by_role("heading", name=name))


async def test_a_request_becomes_a_mentorship_with_sessions_and_nobody_reloads(
    browser: Browser, apart: str, database_url: str
) -> None:
    mentors, students = await name_of(database_url, MENTOR), await name_of(database_url, STUDENT)
    async with both(browser, apart) as (student, mentor):
        await ask(student, mentors)
        assert GOALS not in "".join((await student.stored()).values())
        request = mentor.page.get_by_role("listitem").filter(has=mentor.page.get_by_text(GOALS))
        await expect(request).to_contain_text("by ")
        await request.get_by_role("button", name="Accept", exact=True).click()
        await expect(student.page.get_by_role("heading", name=f"{mentors} le acompaña")).to_be_visible()
        await expect(student.page.get_by_role("link", name=f"{MENTOR}@example.edu")).to_be_visible()
        await student.page.get_by_role("link", name="Mi página").click()
        await expect(card(student, mentors)).to_contain_text("Todavía no hay sesiones")
        await log_session(card(mentor, students))
        await expect(card(student, mentors)).to_contain_text("1 sesión")
        await expect(card(student, mentors)).to_contain_text("Leer tres artículos.")
        await expect(card(student, mentors)).not_to_contain_text("Needs more time.")
        await complete(card(mentor, students))
        await expect(card(student, mentors)).to_have_count(0)
        await expect(student.page.get_by_text(re.compile(r"^Anteriores \(\d+\)$"))).to_be_visible()


async def log_session(mentorship: Locator) -> None:
    """A day that has not come is refused in the API's words, at the field and before the heading."""
    await expect(mentorship).to_contain_text(f"{STUDENT}@example.edu")
    await mentorship.get_by_role("button", name="Log a session").click()
    form = mentorship.locator("form")
    await form.get_by_label("Day").fill("2099-01-01")
    await form.get_by_label("Minutes").fill("45")
    await form.get_by_label("Note for both").fill("Leer tres artículos.")
    await form.get_by_label("Your own summary").fill("Needs more time.")
    await form.get_by_role("button", name="Save the session").click()
    refused = "A session can't be recorded before it takes place."
    await expect(form.get_by_role("alert")).to_be_focused()
    await expect(form.get_by_role("alert").get_by_role("link")).to_have_text(refused)
    await expect(form.get_by_label("Day")).to_have_accessible_description(refused)
    await form.get_by_role("alert").get_by_role("link").click()
    await expect(form.get_by_label("Day")).to_be_focused()
    today: str = await form.page.evaluate(
        "new Intl.DateTimeFormat('en-CA', {timeZone: 'UTC'}).format(new Date())"
    )
    await form.get_by_label("Day").fill(today)
    await form.get_by_role("button", name="Save the session").click()
    await expect(mentorship).to_contain_text("1 session")
    await expect(mentorship).to_contain_text("45 min, Online")
    await expect(mentorship.get_by_role("button", name="Log a session")).to_be_focused()


async def complete(mentorship: Locator) -> None:
    await mentorship.get_by_role("button", name="Complete the mentorship").click()
    form = mentorship.locator("form")
    await expect(form.get_by_role("heading")).to_be_focused()
    await form.get_by_role("button", name="Complete the mentorship").click()
    await expect(mentorship).to_have_count(0)


async def test_a_mentor_declines_with_a_reason_that_the_participant_never_sees(
    browser: Browser, apart: str, database_url: str
) -> None:
    mentors = await name_of(database_url, MENTOR)
    async with both(browser, apart) as (student, mentor):
        await ask(student, mentors)
        request = mentor.page.get_by_role("listitem").filter(has=mentor.page.get_by_text(GOALS))
        await request.get_by_role("button", name="Decline", exact=True).click()
        await request.get_by_label("Reason").fill("No time this spring.")
        await request.locator("form").get_by_role("button", name="Decline", exact=True).click()
        await expect(request).to_have_count(0)
        await expect(
            student.page.get_by_text("Su última solicitud fue rechazada.", exact=False)
        ).to_be_visible()
        await expect(student.page.get_by_role("button", name="Solicitar mentoría")).to_be_enabled()
        assert "No time" not in await student.page.content()


async def test_what_is_in_the_way_of_a_request_is_said_before_anything_is_typed(
    browser: Browser, apart: str, database_url: str
) -> None:
    """A participant whom partners may not know can't be accepted; the switch is one click away."""
    mine = f"person_id = '{id_of('person', STUDENT)}' and purpose = 'PARTNER_ACCESS'"
    await written(
        database_url, f"update consent set withdrawn_at = now() where withdrawn_at is null and {mine}"
    )
    async with visiting(browser, apart) as visit:
        await visit.sign_in("Participant")
        await visit.go(f"/mentors/mentor_{id_of('mentor', MENTOR)}")
        button = visit.page.get_by_role("button", name="Request mentoring")
        await expect(button).to_have_accessible_description(
            "The participant has not consented to partners knowing who they are."
        )
        await expect(button).to_have_attribute("aria-disabled", "true")
        await visit.page.get_by_label("What do you want to work on?").fill("Water")
        await visit.page.get_by_role("link", name="Decide what partners may see").click()
        await visit.page.get_by_role("switch", name="Known to partners").click()
        await expect(visit.page.get_by_role("switch", name="Known to partners")).to_be_checked()
        await visit.page.go_back()
        await expect(button).to_have_attribute("aria-disabled", "false")
        await expect(visit.page.get_by_label("What do you want to work on?")).to_have_value("Water")


async def test_a_consent_that_is_switched_off_hides_a_mentor_from_others_at_once(
    browser: Browser, own_address: str, database_url: str
) -> None:
    name = await name_of(database_url, MENTOR)
    async with (
        visiting(browser, own_address) as list_reader,
        visiting(browser, own_address) as page_reader,
        visiting(browser, own_address) as mentor,
    ):
        await list_reader.go(f"/mentors?q={name.split()[-1]}")
        await page_reader.go(f"/mentors/mentor_{id_of('mentor', MENTOR)}")
        row = list_reader.page.get_by_role("link", name=name)
        await expect(row).to_be_visible()
        await expect(page_reader.page.locator("h1")).to_have_text(name)
        for visit in (list_reader, page_reader):
            await expect(visit.page.locator("html")).to_have_attribute("data-following", "true")
        await mentor.sign_in("Mentor")
        switch = mentor.page.get_by_role("switch", name="Public profile")
        await expect(switch).to_be_checked()
        await switch.press("Space")
        await expect(switch).not_to_be_checked()
        consent = mentor.page.get_by_role("listitem").filter(has=switch)
        await expect(consent).to_contain_text("Withdrawn on ")
        await expect(row).to_have_count(0)
        await expect(page_reader.page.locator("h1")).to_have_text("There is nothing here")
        await switch.press("Space")
        await expect(row).to_be_visible()


async def test_the_directory_counts_what_it_has(browser: Browser, address: str) -> None:
    async with visiting(browser, address) as visit:
        await visit.sign_in("Participant")
        await visit.page.get_by_role("link", name="Mentors", exact=True).click()
        heading = visit.page.locator("#found")
        await expect(heading).to_have_text("47 mentors")
        for label in ("Only with free places", "Industry", "Spanish"):
            box = visit.page.locator(".facets .check", has_text=label)
            expected = await box.locator(".count").inner_text()
            await box.get_by_role("checkbox").check()
            await expect(heading).to_have_text(re.compile(rf"^{expected} mentors?$"))
        await expect(visit.page).to_have_url(re.compile(r"\?places=free&sector=INDUSTRY&language=es$"))
        await expect(visit.page.get_by_text("No free places")).to_have_count(0)
        await visit.page.get_by_label("Search mentors").fill("zzzz")
        await visit.page.get_by_role("button", name="Search").click()
        await expect(visit.page.get_by_text("No mentor fits.")).to_be_visible()
        await visit.page.get_by_role("link", name="Without the words “zzzz”").click()
        await expect(heading).to_have_text(re.compile(rf"^{expected} mentors?$"))


async def test_visitors_see_public_profiles_and_are_told_when_there_is_none(
    browser: Browser, own_address: str, database_url: str
) -> None:
    async with visiting(browser, own_address) as visit:
        await visit.go("/mentors")
        await expect(
            visit.page.get_by_text("You see the mentors whose profile is public.", exact=False)
        ).to_be_visible()
        assert await visit.page.locator(".row").count() > 0
        assert await visit.page.get_by_text("@example").count() == 0
        await expect(visit.page.locator("html")).to_have_attribute("data-following", "true")
        await written(
            database_url,
            "update consent set withdrawn_at = now()"
            " where withdrawn_at is null and purpose = 'PUBLIC_PROFILE'",
        )
        await expect(visit.page.get_by_text("Nobody has a public profile yet.", exact=False)).to_be_visible()
        await expect(visit.page.get_by_role("main").get_by_role("link", name="Sign in")).to_be_visible()
        for missing in (f"mentor_{id_of('mentor', MENTOR)}", "mentor_none"):
            await visit.go(f"/mentors/{missing}")
            await expect(visit.page.locator("h1")).to_have_text("There is nothing here")


@pytest.fixture(scope="module")
async def suggesting(copy_of: CopyOf, template: str) -> AsyncIterator[str]:
    """A server on which the participant gets suggestions, and can ask the mentor."""
    async with copy_of(template) as url:
        await written(url, *ALONE)
        async with served(url) as port:
            yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(("portal", "size", "theme"), LOOKS)
async def test_the_pages_are_open_to_everyone(
    browser: Browser, suggesting: str, portal: str, size: str, theme: str
) -> None:
    found = {}
    persona = {"uc": "Participant", "mx": "Participante"}[portal]
    options = {"color_scheme": theme, "reduced_motion": "reduce"}
    async with visiting(browser, suggesting, portal, size, **options) as visit:
        for viewer in ("visitor", persona):
            if viewer == persona:
                await visit.sign_in(persona)
            for path in ("/mentors", "/mentors?q=zzzz", f"/mentors/mentor_{id_of('mentor', MENTOR)}"):
                await visit.go(path)
                wide = await visit.page.evaluate(TOO_WIDE)
                found[f"{viewer} {path}"] = (await visit.barriers(), wide)
    assert {name: one for name, one in found.items() if one != ([], 0)} == {}
