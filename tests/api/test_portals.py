"""How the portals' pages and files are served, and what is in them."""

from __future__ import annotations

import gzip
import json
import re
from urllib.parse import urljoin

import httpx
import pytest

from api.portals.portal import PORTALS, PageLinks, Portal, rendered
from api.portals.routes import BUILT
from tests.api.http_clients import codes, reached
from tests.house.test_rules import FOREIGN, ROOT

FILES = sorted(path.stem for path in BUILT.glob("*.gz"))
PATHS = ("", "/", "/projects", "/projects/", "/projects/a-slug", "/sign-in/callback")
BASE = "http://puente.test"


def configuration(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="configuration">(.*?)</script>', page)
    assert found is not None
    parsed: dict[str, object] = json.loads(found[1])
    return parsed


@pytest.mark.parametrize("portal", PORTALS, ids=lambda portal: portal.portal)
@pytest.mark.parametrize("path", PATHS)
async def test_each_page_names_its_files_and_the_api_from_where_it_is(
    client: httpx.AsyncClient, portal: Portal, path: str
) -> None:
    at = f"/portals/{portal.portal}{path}"
    page = (await client.get(at)).text
    named = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(named) >= 3
    for name in named:
        assert not name.startswith(("/", "http"))
        assert (await client.get(urljoin(BASE + at, name))).status_code == 200
    found = configuration(page)
    assert urljoin(BASE + at, str(found["api"])) == f"{BASE}/graphql"
    assert urljoin(BASE + at, str(found["base"])) == f"{BASE}/portals/{portal.portal}"
    assert urljoin(BASE + at, str(found["personas"])) == f"{BASE}/portals/personas"
    assert (found["name"], found["language"]) == (portal.name, portal.language)


async def test_a_page_takes_everything_from_here(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/portals/uc")).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    again = await client.get("/portals/uc", headers={"if-none-match": headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_what_no_page_can_be_is_not_found(client: httpx.AsyncClient) -> None:
    for path in ("/portals/nobody", "/portals/files/nothing.js", "/portals/uc/a/b/c/d/e"):
        response = await client.get(path)
        assert (response.status_code, codes(response)) == (404, ["NOT_FOUND"])


@pytest.mark.parametrize(("path", "location"), [("/portals", "portals/uc"), ("/portals/", "uc")])
async def test_the_start_leads_to_the_first(client: httpx.AsyncClient, path: str, location: str) -> None:
    response = await client.get(path)
    assert (response.status_code, response.headers["location"]) == (307, location)


async def test_they_can_be_left_out(seeded_url: str) -> None:
    async with reached(seeded_url, portals=False) as client:
        assert (await client.get("/portals/uc")).status_code == 404
        assert "portals" not in (await client.get("/")).json()


async def test_outside_development_there_are_no_personas(seeded_url: str) -> None:
    async with reached(seeded_url, tokens=False) as client:
        assert configuration((await client.get("/portals/uc")).text)["personas"] is None
        assert (await client.get("/portals/personas")).status_code == 404


def test_nothing_in_a_configuration_ends_its_element() -> None:
    template = '<html lang="en" data-portal="uc"><script id="configuration">{}</script>'
    portal = Portal("uc", "</script><script>alert(1)</script>", "en", "UC", "America/Tijuana")
    page = rendered(template, portal, PageLinks("uc", "../graphql", "files", None)).decode()
    assert page.count("</script>") == 1


@pytest.mark.parametrize("case", FOREIGN)
def test_no_file_knows_where_it_was_made(case: str) -> None:
    texts = {
        name: gzip.decompress((BUILT / f"{name}.gz").read_bytes()).decode(errors="replace") for name in FILES
    }
    found = {name: FOREIGN[case](ROOT / "portals" / "src" / name, text) for name, text in texts.items()}
    assert {name: paths for name, paths in found.items() if paths} == {}


def test_every_file_is_there_in_both_encodings_and_nothing_else() -> None:
    there = {path.name for path in BUILT.iterdir()}
    expected = {f"{name}.{suffix}" for name in FILES for suffix in ("gz", "br")}
    assert there == expected | {"index.html"}
