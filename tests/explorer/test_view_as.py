"""View as: in development the page asks as any persona, and the same query shows what each may see."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from api.auth import development_tokens
from models.loading.demo.grants import PERSONAS
from tests.api.http_clients import state
from tests.browser import REBOUND
from tests.explorer.browser import Visit, visited

MENTORS = """{ mentors(filter: {institution: {is: {slug: {eq: "uc-merced"}}}}) {
  nodes { name email hiddenFields { field reason } } } }"""
VIEWER = "{ viewer { grants { role } } }"


async def roles(visit: Visit) -> list[str]:
    await visit.write(VIEWER)
    return [grant["role"] for grant in (await visit.run())["data"]["viewer"]["grants"]]


async def mentors(visit: Visit) -> list[dict[str, Any]]:
    await visit.write(MENTORS)
    found: list[dict[str, Any]] = (await visit.run())["data"]["mentors"]["nodes"]
    assert found
    return found


async def test_the_same_query_gives_a_coordinator_the_e_mail_and_the_public_null_with_its_reason(
    visit: Visit,
) -> None:
    for mentor in await mentors(visit):
        assert mentor["email"] is None
        assert {"field": "email", "reason": "ROLE"} in mentor["hiddenFields"]
    await visit.view_as("UC coordinator")
    for mentor in await mentors(visit):
        assert "@" in mentor["email"]
        assert mentor["hiddenFields"] == []
    await visit.view_as("Public")
    assert [mentor["email"] for mentor in await mentors(visit)] == [None, None]


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_menu_has_everybody_in_the_readers_language(
    browser: Browser, address: str, language: str
) -> None:
    async with visited(browser, address, locale=language) as visit:
        expected = {"en": "View as: Public ▾", "es": "Ver como: Público ▾"}[language]
        await expect(visit.viewing()).to_have_text(expected)
        await visit.viewing().click()
        await expect(visit.page.get_by_role("menuitemradio", checked=True)).to_have_count(1)
        items = await visit.page.get_by_role("menuitemradio").all_inner_texts()
        labels = [getattr(persona, language) for persona in PERSONAS.values()]
        assert [text.split("\n")[0] for text in items] == [expected[:-2].split(": ")[1], *labels]
        assert await visit.barriers() == []


async def test_a_narrow_window_has_the_whole_menu(browser: Browser, address: str) -> None:
    async with visited(browser, address, viewport={"width": 360, "height": 740}) as visit:
        await visit.view_as("Mexican coordinator")
        await visit.viewing().click()
        for item in await visit.page.get_by_role("menuitemradio").all():
            inside = "it => it.scrollWidth <= it.clientWidth && it.getBoundingClientRect().right <= 360"
            assert await item.evaluate(inside), await item.inner_text()


async def test_each_persona_asks_as_itself(visit: Visit) -> None:
    for persona in PERSONAS.values():
        await visit.view_as(persona.en)
        assert await roles(visit) == [persona.role.name]
    await visit.view_as("Public")
    assert await roles(visit) == []
    assert "authorization" not in visit.sent_requests()[-1].headers


async def test_who_asks_is_seen_and_heard_with_the_institution(visit: Visit) -> None:
    await visit.view_as("UC coordinator")
    await expect(visit.viewing()).to_have_text("View as: UC coordinator · UCM ▾")
    status_line = visit.page.get_by_role("status").filter(has_text="Asking as")
    await expect(status_line).to_have_text("Asking as UC coordinator, University of California, Merced")
    await visit.language().select_option("es")
    await expect(visit.viewing()).to_have_text("Ver como: Coordinación UC · UCM ▾")
    await expect(visit.page.get_by_text("Universidad de California en Merced")).to_have_count(1)


async def test_switching_keeps_what_was_written_and_answered_and_reads_no_schema_again(visit: Visit) -> None:
    await visit.write(MENTORS)
    await visit.write('{"kept": 1}', "variables.json")
    answer = await visit.run()
    await visit.view_as("Mentor")
    await visit.page.wait_for_timeout(300)
    assert await visit.text("operation.graphql") == MENTORS
    assert await visit.text("variables.json") == '{"kept": 1}'
    assert str(answer["data"]["mentors"]["nodes"][0]["name"]) in await visit.text("response.json")
    read = [request for request in visit.sent_requests() if "IntrospectionQuery" in (request.post_data or "")]
    assert len(read) == 1


async def test_the_tab_remembers_and_another_tab_begins_as_the_public(visit: Visit) -> None:
    await visit.view_as("Alliance staff")
    visit.requests.clear()
    await visit.page.reload()
    await visit.until_ready()
    await expect(visit.viewing()).to_contain_text("Alliance staff")
    assert await roles(visit) == ["ADMIN"]
    assert all("authorization" in request.headers for request in visit.sent_requests()), "introspection too"
    assert "token" not in await visit.page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    other = await visit.page.context.new_page()
    await other.goto(f"{visit.address}/explorer")
    await expect(other.get_by_role("button", name="View as: Public")).to_be_visible()
    await other.close()


async def test_a_remembered_persona_that_there_is_no_more_is_the_public(visit: Visit) -> None:
    await visit.page.evaluate("sessionStorage.setItem('puente:persona', 'gone')")
    await visit.page.reload()
    await visit.until_ready()
    await expect(visit.viewing()).to_have_text("View as: Public ▾")
    assert await roles(visit) == []


async def test_a_typed_header_wins_and_the_page_says_so(visit: Visit, staff: dict[str, str]) -> None:
    await visit.view_as("Participant")
    await expect(visit.page.get_by_text("Authorization below Headers wins")).to_have_count(0)
    await visit.as_staff({"AUTHORIZATION": staff["authorization"]})
    assert await roles(visit) == ["ADMIN"]
    await expect(visit.page.get_by_text("Authorization below Headers wins")).to_be_visible()
    await visit.write("{}", "request-headers.json")
    assert await roles(visit) == ["PARTICIPANT"]


async def expire(page: Page, *, times: int) -> list[int]:
    """The first answers with personas bear tokens of last month; how often they were asked for."""
    fetches: list[int] = []
    old = time.time() - development_tokens.LIFETIME - 3600

    async def answer(route: Route) -> None:
        response = await route.fetch()
        received = await response.json()
        fetches.append(response.status)
        if len(fetches) <= times:
            for one in received["personas"]:
                one["token"] = development_tokens.sign(one["name"], development_tokens.key(state()), now=old)
        await route.fulfill(response=response, json=received)

    await page.route("**/explorer/personas", answer)
    await page.reload()
    return fetches


async def test_an_expired_token_is_fetched_anew(visit: Visit) -> None:
    fetches = await expire(visit.page, times=1)
    await visit.until_ready()
    await visit.view_as("UC coordinator")
    assert await roles(visit) == ["COORDINATOR"]
    assert fetches == [200, 200]


async def test_a_token_that_stays_invalid_is_fetched_once_for_a_request(visit: Visit) -> None:
    fetches = await expire(visit.page, times=9)
    await visit.until_ready()
    await visit.view_as("UC coordinator")
    await visit.page.wait_for_timeout(300)
    before = len(fetches)
    await visit.write(VIEWER)
    assert (await visit.run())["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert len(fetches) == before + 1


async def test_an_example_for_a_persona_is_asked_as_that_persona(visit: Visit) -> None:
    await visit.choose_example("A roster")
    await expect(visit.viewing()).to_contain_text("UC coordinator")
    assert (await visit.run())["data"]["participants"]["totalCount"] > 0
    await visit.view_as("Mexican coordinator")
    await visit.choose_example("The map")
    await expect(visit.viewing()).to_contain_text("Mexican coordinator")


async def test_keys_choose_a_persona(visit: Visit) -> None:
    await visit.viewing().focus()
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.get_by_role("menuitemradio").first).to_be_focused()
    await visit.page.keyboard.press("I")
    await expect(visit.page.get_by_role("menuitemradio", name="Integration")).to_be_focused()
    await visit.page.keyboard.press("Enter")
    await expect(visit.viewing()).to_contain_text("Integration")
    await expect(visit.viewing()).to_be_focused()


async def test_a_page_of_another_site_reads_no_token(browser: Browser, address: str) -> None:
    """The other site is another port here: for a browser it is another origin."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.route("http://127.0.0.1:9/", lambda route: route.fulfill(body="<p>", content_type="text/html"))
    await page.goto("http://127.0.0.1:9/")
    for mode in ("cors", "no-cors"):
        read = await page.evaluate(
            """([address, mode]) => fetch(address, { mode }).then(it => it.text(), () => "refused")""",
            [f"{address}/explorer/personas", mode],
        )
        assert read in ("refused", "")
    framed = await page.evaluate(
        """address => new Promise(done => {
            const script = document.createElement("script");
            script.onerror = script.onload = event => done(event.type);
            script.src = address; document.body.append(script) })""",
        f"{address}/explorer/personas",
    )
    assert framed == "error"
    await context.close()


async def test_under_another_sites_name_there_is_a_field_instead(browser: Browser, address: str) -> None:
    async with visited(browser, address.replace("127.0.0.1", REBOUND)) as visit:
        await expect(visit.page.get_by_role("button", name="Token: Public")).to_be_visible()
        await expect(visit.viewing()).to_have_count(0)
        read = await visit.page.evaluate("fetch('explorer/personas').then(it => it.text())")
        assert "FORBIDDEN" in read
        assert "eyJ" not in read
        await visit.page.get_by_role("button", name="Token: Public").click()
        await expect(visit.page.get_by_role("dialog")).to_contain_text("open the page as localhost")
        token = development_tokens.sign("mentor", development_tokens.key(state()))
        await visit.page.get_by_label("Token or API key").fill(token)
        await visit.page.keyboard.press("Enter")
        await expect(visit.page.get_by_role("dialog")).to_contain_text("Asking as Mentor")
        assert all("Cross-Origin-Opener-Policy header has been ignored" in one for one in visit.problems)
        visit.problems.clear()
