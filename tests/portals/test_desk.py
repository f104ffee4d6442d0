"""What a coordinator does: a roster that filters, counts and exports, and a project that two people edit."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.portals.browser import PortalVisit, visiting
from tests.portals.test_acting import sql

TODAY = """
    update event set starts_at = now(), ends_at = now() + interval '2 hours'
    where slug = 'demo-mentors-online'
"""
REGISTRATIONS = """
    with made as (
        insert into person (given_name, family_names, is_synthetic)
        select 'Guest', 'Número ' || n, true from generate_series(1, 120) n returning id)
    insert into registration (event_id, person_id, status)
    select e.id, made.id, 'CONFIRMED' from made, event e where e.slug = 'demo-mentors-online'
"""
CONFLICT = "Somebody else changed the same text"


async def test_the_roster_counts_what_it_has_and_exports_it(browser: Browser, address: str) -> None:
    async with visiting(browser, address) as visit:
        await visit.sign_in("UC coordinator")
        await visit.page.get_by_role("link", name="Desk", exact=True).click()
        await visit.until_loaded()
        assert await visit.barriers() == []
        box = visit.page.locator(".facets .check", has=visit.page.get_by_role("checkbox")).first
        expected = int(await box.locator(".count").inner_text())
        await box.get_by_role("checkbox").check()
        heading = visit.page.locator("#found")
        await expect(heading).to_have_text(re.compile(rf"^{expected} participations?$"))
        async with visit.page.expect_download() as downloading:
            await visit.page.get_by_role("button", name="Export as CSV").click()
        content = Path(await (await downloading.value).path()).read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        assert len(rows) == expected + 1
        assert rows[0][:3] == ["Name", "Status", "Cohort"]
        assert {row[1] for row in rows[1:]} == {await box.locator("span").first.inner_text()}


async def test_the_desk_is_only_offered_to_those_who_have_one(browser: Browser, address: str) -> None:
    async with visiting(browser, address) as visit:
        await visit.sign_in("Participant")
        await expect(visit.page.get_by_role("link", name="My page", exact=True)).to_be_visible()
        await expect(visit.page.get_by_role("link", name="Desk", exact=True)).to_have_count(0)


async def edited(visit: PortalVisit) -> None:
    """Open the form for a project of one's institution."""
    await visit.sign_in("Alliance staff")
    await visit.go("/projects/demo-renewable-grids")
    await visit.page.get_by_role("link", name="Edit", exact=True).click()
    await visit.until_loaded()


async def test_two_people_edit_a_project_and_lose_nothing(browser: Browser, own_address: str) -> None:
    """What only one changed is merged; what both changed is chosen, with both texts in sight."""
    async with visiting(browser, own_address) as one, visiting(browser, own_address) as other:
        await edited(one)
        await edited(other)
        await other.page.get_by_label("Title in English").fill("Grids of the islands")
        await other.page.get_by_label("Summary in Spanish").fill("Mi resumen.")
        await one.page.get_by_label("Title in English").fill("Renewable grids for islands")
        await one.page.get_by_label("Summary in English").fill("Their summary.")
        await one.page.get_by_role("button", name="Save").click()
        await expect(one.page.locator("h1")).to_have_text("Renewable grids for islands")

        await other.page.reload()
        await expect(other.page.get_by_label("Title in English")).to_have_value("Grids of the islands")
        await other.page.get_by_role("button", name="Save").click()
        await expect(other.page.get_by_text(CONFLICT)).to_be_visible()
        sides = other.page.locator(".conflict .two > div")
        assert "Grids of the islands" in await sides.nth(0).inner_text()
        assert "Renewable grids for islands" in await sides.nth(1).inner_text()
        await expect(other.page.get_by_label("Summary in English")).to_have_value("Their summary.")
        await expect(other.page.get_by_label("Summary in Spanish")).to_have_value("Mi resumen.")
        assert await other.barriers() == []
        await other.page.get_by_role("button", name="Take theirs").click()
        await other.page.get_by_role("button", name="Save again").click()
        await expect(other.page.locator("h1")).to_have_text("Renewable grids for islands")


async def test_what_is_wrong_is_said_before_the_heading_and_at_the_field(
    browser: Browser, own_address: str
) -> None:
    async with visiting(browser, own_address) as visit:
        await edited(visit)
        await visit.page.get_by_label("Title in English").fill("x" * 2000)
        await visit.page.get_by_role("button", name="Save").click()
        await expect(visit.page.get_by_role("alert")).to_be_focused()
        await expect(visit.page.get_by_role("heading", name="There is a problem")).to_be_visible()
        assert await visit.barriers() == []


async def test_a_phone_without_a_network_checks_in_once(
    browser: Browser, own_address: str, database_url: str
) -> None:
    """What was tapped is said not to be sent, survives a reload, and is one attendance."""
    async with visiting(browser, own_address) as student:
        await student.sign_in("Participant")
        await student.go("/calendar/demo-mentors-online")
        await student.page.get_by_role("button", name="Register").click()
        await expect(student.page.get_by_text("You are registered.")).to_be_visible()
    await sql(database_url, TODAY)
    async with visiting(browser, own_address, size="phone") as door:
        await door.sign_in("Alliance staff")
        await door.go("/calendar/demo-mentors-online")
        await door.page.get_by_role("link", name="Check-in").click()
        await door.until_loaded()
        await expect(door.page.get_by_text("0 of 1 are here")).to_be_visible()
        await door.page.context.set_offline(True)
        await door.page.get_by_role("button", name="Check in").click()
        await expect(door.page.get_by_text("Here, not sent yet")).to_be_visible()
        await expect(door.page.get_by_text("1 of 1 are here")).to_be_visible()
        assert "name" not in str(await door.page.evaluate("localStorage.getItem('puente:check-in')"))
        assert await door.barriers() == []
        await door.page.context.set_offline(False)
        await expect(door.page.get_by_text("Here", exact=True)).to_be_visible()
        door.problems.clear()  # the browser tells of requests without a network
        await door.page.reload()
        await expect(door.page.get_by_text("1 of 1 are here")).to_be_visible()
    assert await sql(database_url, "select count(*) from attendance") == 1


async def test_everybody_of_a_large_event_can_be_found(
    browser: Browser, own_address: str, database_url: str
) -> None:
    await sql(database_url, "update event set capacity = null where slug = 'demo-mentors-online'")
    await sql(database_url, REGISTRATIONS)
    await sql(database_url, TODAY)
    async with visiting(browser, own_address, size="phone") as door:
        await door.sign_in("Alliance staff")
        await door.go("/desk/check-in/demo-mentors-online")
        await expect(door.page.get_by_text("0 of 120 are here")).to_be_visible()
        await expect(door.page.locator(".door .row")).to_have_count(100)
        for n in (1, 120):
            await door.page.get_by_label("Find a name").fill(f"numero {n}")
            await expect(door.page.get_by_text(re.compile(rf"Número {n}$"))).to_be_visible()
        await door.page.get_by_role("button", name="Check in").click()
        await expect(door.page.get_by_text("1 of 120 are here")).to_be_visible()
