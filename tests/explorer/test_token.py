"""Outside development: a field for your own token, kept in the tab, with a notice if it is rejected."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Route, expect

from tests.api.loopback_sockets import served
from tests.explorer.browser import Visit, visited

GOOD = "puente_01_secret"
REFUSED = {"message": "This token is not valid here.", "extensions": {"code": "UNAUTHENTICATED"}}
GRANT = {"role": "COORDINATOR", "institutionId": "institution_1"}
NAMED = {"nodes": [{"name": "University of California, Merced", "acronym": "UCM"}]}
FORBIDDEN = {"message": "Not for the public.", "extensions": {"code": "FORBIDDEN"}}


@pytest.fixture(scope="module")
async def elsewhere(seeded_url: str) -> AsyncIterator[str]:
    """A server that signs no tokens, and shows everyone its schema."""
    async with served(seeded_url, tokens=False, introspection=("PUBLIC",)) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def visit(browser: Browser, elsewhere: str) -> AsyncIterator[Visit]:
    async with visited(browser, elsewhere) as visit:
        yield visit


async def answer_tokens(visit: Visit, *, schema_for_all: bool = True) -> None:
    """As if the server knew one token; all else is the real one's answer to the public."""

    async def answer(route: Route) -> None:
        bearing = {**route.request.headers}
        given = bearing.pop("authorization", None)
        query = json.loads(route.request.post_data or "{}")["query"]
        if given not in (None, f"Bearer {GOOD}"):
            await route.fulfill(status=401, json={"errors": [REFUSED]})
        elif given is None and "__schema" in query and not schema_for_all:
            await route.fulfill(json={"errors": [FORBIDDEN]})
        elif "query Viewer" in query:
            grants = [GRANT] if given else []
            await route.fulfill(json={"data": {"viewer": {"kind": "PERSON", "roles": [], "grants": grants}}})
        elif "query Institutions" in query:
            await route.fulfill(json={"data": NAMED})
        else:
            await route.fulfill(response=await route.fetch(headers=bearing))

    await visit.page.route("**/graphql", answer)


def field(visit: Visit) -> Locator:
    return visit.page.get_by_label("Token or API key")


async def use(visit: Visit, token: str) -> None:
    await visit.page.get_by_role("button", name="Token: ").click()
    await field(visit).fill(token)
    await visit.page.get_by_role("button", name="Use", exact=True).click()


def bearers(visit: Visit) -> list[str | None]:
    return [request.headers.get("authorization") for request in visit.sent_requests()]


async def test_there_is_a_field_and_no_menu_and_no_persona(visit: Visit) -> None:
    await expect(visit.viewing()).to_have_count(0)
    await expect(visit.page.get_by_role("button", name="Token: Public")).to_be_visible()
    assert [request.url for request in visit.requests if "personas" in request.url] == []
    assert bearers(visit) == [None]


async def test_a_token_signs_every_request_and_says_who_one_is(visit: Visit) -> None:
    await answer_tokens(visit)
    await use(visit, f"  Bearer {GOOD}\n")
    dialog = visit.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Asking as Coordinator · UCM")
    await visit.page.keyboard.press("Escape")
    button = visit.page.get_by_role("button", name="Token: Coordinator · UCM")
    await expect(button).to_be_focused()
    await visit.run()
    command = await visit.share("Copy as curl")
    assert GOOD not in command
    assert "'authorization: Bearer '\"$PUENTE_TOKEN\"" in command
    await visit.page.reload()
    await visit.until_ready()
    assert set(bearers(visit)[1:]) == {f"Bearer {GOOD}"}, "introspection too"
    await expect(button).to_be_visible()


async def test_a_rejected_token_is_reported_next_to_the_field(visit: Visit) -> None:
    await use(visit, "nonsense")
    alert = visit.page.get_by_role("alert")
    await expect(alert).to_contain_text(
        "The server refuses this token (401): The Authorization header does not contain"
    )
    await expect(field(visit)).to_have_attribute("aria-invalid", "true")
    assert await visit.barriers() == []
    await visit.page.keyboard.press("Escape")
    await expect(visit.page.get_by_role("button", name="Token: refused")).to_be_visible()
    assert (await visit.run())["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_token_that_expires_later_is_reported_then(visit: Visit) -> None:
    await answer_tokens(visit)
    await use(visit, GOOD)
    await expect(visit.page.get_by_role("dialog")).to_contain_text("Asking as")
    await visit.page.keyboard.press("Escape")
    await visit.page.unroute("**/graphql")
    await visit.run()
    await expect(visit.page.get_by_role("button", name="Token: refused")).to_be_visible()


@pytest.mark.parametrize("pasted", ["two words", "ñandú", "a\u2028b"])
async def test_what_can_be_no_token_is_not_sent(visit: Visit, pasted: str) -> None:
    await use(visit, pasted)
    await expect(visit.page.get_by_role("alert")).to_contain_text("without spaces")
    await visit.page.keyboard.press("Escape")
    assert "data" in await visit.run()
    assert set(bearers(visit)) == {None}


async def test_it_is_hidden_until_shown_and_forgotten_for_good(visit: Visit) -> None:
    await answer_tokens(visit)
    await use(visit, GOOD)
    dialog = visit.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Asking as Coordinator")
    await expect(dialog).to_contain_text("kept in this tab alone")
    await expect(field(visit)).to_have_attribute("type", "password")
    await visit.page.get_by_role("button", name="Show", exact=True).click()
    await expect(field(visit)).to_have_attribute("type", "text")
    storages = "JSON.stringify([{...localStorage}, {...sessionStorage}])"
    local, session = json.loads(await visit.page.evaluate(storages))
    assert GOOD in session.values()
    assert GOOD not in json.dumps(local)
    await visit.page.get_by_role("button", name="Forget").click()
    await expect(field(visit)).to_have_value("")
    assert GOOD not in await visit.page.evaluate(storages)
    await visit.page.keyboard.press("Escape")
    await expect(visit.page.get_by_role("button", name="Token: Public")).to_be_visible()
    await visit.run()
    assert bearers(visit)[-1] is None


async def test_a_typed_header_wins(visit: Visit) -> None:
    await answer_tokens(visit)
    await use(visit, GOOD)
    await expect(visit.page.get_by_role("dialog")).to_contain_text("Asking as Coordinator")
    await visit.page.keyboard.press("Escape")
    await visit.as_staff({"Authorization": "Bearer typed"})
    await visit.run()
    assert bearers(visit)[-1] == "Bearer typed"
    button = visit.page.get_by_role("button", name="Token: Coordinator")
    await expect(button).to_be_visible()  # what is typed says nothing of the token in the field


async def test_a_hidden_schema_is_reported_and_comes_with_a_token(visit: Visit) -> None:
    await answer_tokens(visit, schema_for_all=False)
    await visit.page.reload()
    await visit.until_ready()
    notice = visit.page.locator(".schema-notice")
    await expect(notice).to_contain_text("does not show its schema to whoever asks now")
    received: Any = json.loads(await visit.text("response.json"))
    assert received["errors"][0]["message"].startswith("This server does not show its schema")
    assert received["errors"][1] == FORBIDDEN
    assert await visit.barriers() == []
    await visit.write("{ projects(first: 1) { nodes { title } } }")
    assert (await visit.run())["data"]["projects"]["nodes"]
    kept = await visit.text("response.json")
    await use(visit, "nonsense")
    await expect(visit.page.get_by_role("alert")).to_contain_text("401")
    assert await visit.text("response.json") == kept
    await field(visit).fill(GOOD)
    await visit.page.keyboard.press("Enter")
    await expect(notice).to_have_count(0)
    assert await visit.text("response.json") == kept
    await visit.page.keyboard.press("Escape")
    await visit.page.get_by_role("button", name="Show Documentation Explorer").click()
    await expect(visit.page.locator(".graphiql-doc-explorer-content")).to_contain_text("Query")


async def test_the_public_learns_that_the_schema_is_for_others(browser: Browser, seeded_url: str) -> None:
    """As a server that nobody has set otherwise: only systems and staff introspect."""
    async with (
        served(seeded_url, tokens=False) as port,
        visited(browser, f"http://127.0.0.1:{port}") as visit,
    ):
        await expect(visit.page.locator(".schema-notice")).to_contain_text("does not show its schema")
        assert (await visit.run())["data"]["projects"]["nodes"]


async def test_the_field_speaks_spanish(browser: Browser, elsewhere: str) -> None:
    narrow = {"width": 360, "height": 740}
    async with visited(browser, elsewhere, locale="es-MX", color_scheme="dark", viewport=narrow) as visit:
        await visit.page.get_by_role("button", name="Token: Público").click()
        dialog = visit.page.get_by_role("dialog", name="Quién pregunta")
        for text in ("Token o clave de API", "Se guarda solo en esta pestaña", "Mostrar", "Usar", "Olvidar"):
            await expect(dialog).to_contain_text(text)
        await visit.page.get_by_label("Token o clave de API").fill("nada")
        await visit.page.get_by_role("button", name="Usar").click()
        await expect(visit.page.get_by_role("alert")).to_contain_text(
            "El servidor rechaza este token (401): El encabezado Authorization debe contener"
        )
        assert await visit.barriers() == []
