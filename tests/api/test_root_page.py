"""The server's addresses in a browser: they lead to the explorer or to a page, and clients notice nothing."""

from __future__ import annotations

import re

import httpx
import pytest

from api.http.negotiation import prefers_html
from tests.api.http_clients import JSON, codes, reached

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"}
INDEX = ["name", "graphql", "explorer", "portals", "schema"]
TYPENAME = "/graphql?query={__typename}"


@pytest.mark.parametrize(
    ("accept", "preferred"),
    [
        (BROWSER["accept"], True),
        ("Text/HTML", True),
        ("text/*", True),
        ("text/html;q=0.5, application/json;q=0.4", True),
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("application/json, text/html", False),
        ("text/html;q=0.4, */*;q=0.5", False),
        ("text/html;q=0", False),
        ("application/graphql-response+json, text/html;q=0.9", False),
    ],
)
def test_only_who_prefers_a_page_gets_one(accept: str, preferred: bool) -> None:
    assert prefers_html(accept) is preferred


async def test_a_browser_is_led_to_the_explorer(client: httpx.AsyncClient) -> None:
    """By relative addresses, so below a prefix too."""
    for path in ("/", "/graphql", "/graphql?", "/graphql?operationName=x"):
        response = await client.get(path, headers=BROWSER)
        assert (path, response.status_code, response.headers["location"]) == (path, 307, "explorer")
        assert "Accept" in response.headers["vary"]
        arrived = await client.get(response.url.join(response.headers["location"]), headers=BROWSER)
        assert (arrived.status_code, arrived.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert (await client.head("/", headers=BROWSER)).status_code == 307


async def test_clients_get_what_they_always_got(client: httpx.AsyncClient) -> None:
    for accept in ("*/*", JSON, "application/json, text/html;q=0.9"):
        index = await client.get("/", headers={"accept": accept})
        assert (index.status_code, list(index.json())) == (200, INDEX)
        empty = await client.get("/graphql", headers={"accept": accept})
        assert (empty.status_code, codes(empty)) == (400, ["BAD_USER_INPUT"])
    for accept in (BROWSER["accept"], "*/*", JSON):
        answer = await client.get(TYPENAME, headers={"accept": accept})
        assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})
        blank = await client.get("/graphql?query=", headers={"accept": accept})
        assert (blank.status_code, codes(blank)) == (400, ["BAD_USER_INPUT"])
        posted = await client.post("/graphql", json={"query": "{ __typename }"}, headers={"accept": accept})
        assert (posted.status_code, posted.json()) == (200, {"data": {"__typename": "Query"}})


async def test_without_the_explorer_a_page_says_what_this_is(seeded_url: str) -> None:
    async with reached(seeded_url, explorer=False) as client:
        led = await client.get("/graphql", headers=BROWSER)
        assert (led.status_code, led.headers["location"]) == (307, "./")
        for language, part in (
            ("es-MX", "servidor GraphQL de los portales"),
            ("en", "GraphQL server of the"),
        ):
            page = await client.get("/", headers={**BROWSER, "accept-language": language})
            assert (page.status_code, page.headers["content-language"]) == (200, language[:2])
            assert page.headers["content-type"] == "text/html; charset=utf-8"
            assert page.headers["content-security-policy"].startswith("default-src 'none'")
            assert f'<html lang="{language[:2]}">' in page.text
            assert part in page.text
            assert "explorer" not in page.text
            for address in re.findall('href="([^"]+)"', page.text):
                assert (await client.get(f"/{address}")).status_code == 200
        assert (await client.get("/", headers={"accept": JSON})).json()["graphql"] == "/graphql"
