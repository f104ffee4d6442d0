"""How the explorer's page and files are served, and what is in them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import httpx
import pytest

from api.explorer.routes import BUILT
from tests.api.http_clients import codes, reached
from tests.api.loopback_sockets import served
from tests.house.test_rules import FOREIGN, ROOT

SCRIPT = sorted(BUILT.glob("index-*.js.gz"))[0].stem
FILES = sorted(path.stem for path in BUILT.glob("*.gz"))


async def raw(client: httpx.AsyncClient, name: str, accept: str) -> tuple[httpx.Response, bytes]:
    """The answer with its body as it was sent."""
    headers = {"accept-encoding": accept}
    async with client.stream("GET", f"/explorer/{name}", headers=headers) as response:
        return response, b"".join([chunk async for chunk in response.aiter_raw()])


async def test_the_page_is_asked_for_anew_and_sent_once(client: httpx.AsyncClient) -> None:
    first = await client.get("/explorer")
    assert (first.status_code, first.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert first.headers["cache-control"] == "no-cache"
    again = await client.get("/explorer", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


async def test_nothing_comes_from_elsewhere_and_nothing_is_inline(client: httpx.AsyncClient) -> None:
    for path in ("/explorer", f"/explorer/{SCRIPT}"):
        headers = (await client.get(path)).headers
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy.pop("img-src") == "'self' data:"
        assert {name for name, value in policy.items() if value not in ("'self'", "'none'")} == set()
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"


async def test_the_page_names_its_files_by_relative_addresses(client: httpx.AsyncClient) -> None:
    page = (await client.get("/explorer")).text
    named = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(named) == 3
    for name in named:
        assert name.startswith("explorer/")
        assert (await client.get(f"/{name}")).status_code == 200


@pytest.mark.parametrize("development", [True, False])
async def test_the_page_knows_whether_queries_are_explained(seeded_url: str, development: bool) -> None:
    async with reached(seeded_url, tokens=development) as client:
        page = (await client.get("/explorer")).text
    assert f'data-development="{str(development).lower()}"' in page


@pytest.mark.parametrize("name", FILES)
async def test_a_file_is_sent_compressed(client: httpx.AsyncClient, name: str) -> None:
    plain, body = await raw(client, name, "identity")
    assert "content-encoding" not in plain.headers
    for_ever = "public, max-age=31536000, immutable"
    assert plain.headers["cache-control"] == ("no-cache" if name == "licences.txt" else for_ever)
    assert plain.headers["vary"] == "Accept-Encoding"
    for accept, encoding, suffix in (("gzip, deflate", "gzip", "gz"), ("gzip, deflate, br", "br", "br")):
        response, packed = await raw(client, name, accept)
        assert response.headers["content-encoding"] == encoding
        assert packed == (BUILT / f"{name}.{suffix}").read_bytes()
    assert body == gzip.decompress((BUILT / f"{name}.gz").read_bytes())


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [("br;q=0, gzip;q=0.5", "gzip"), ("br;q=0.1, gzip", "br"), ("br; q=0.0, gzip; q=0", None), ("", None)],
)
async def test_weights_are_heeded(client: httpx.AsyncClient, accept: str, encoding: str | None) -> None:
    response, _ = await raw(client, SCRIPT, accept)
    assert response.headers.get("content-encoding") == encoding


@pytest.mark.parametrize(
    "path",
    [
        "nothing.js",
        "index.html",
        f"{SCRIPT}.gz",
        "..%2fapp.py",
        "%2e%2e/app.py",
        "../app.py",
        "/etc/passwd",
    ],
)
async def test_nothing_else_can_be_reached(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(f"/explorer/{path}")
    assert (response.status_code, codes(response)) == (404, ["NOT_FOUND"])


async def test_a_slash_too_many_leads_back(client: httpx.AsyncClient) -> None:
    response = await client.get("/explorer/")
    assert (response.status_code, response.headers["location"]) == (307, "../explorer")


async def test_it_is_only_read(client: httpx.AsyncClient) -> None:
    assert (await client.post("/explorer")).status_code == 405
    assert (await client.delete(f"/explorer/{SCRIPT}")).status_code == 405


async def test_head_is_the_answer_without_its_body(seeded_url: str) -> None:
    async with served(seeded_url) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for path in ("/explorer", f"/explorer/{SCRIPT}"):
            head, full = await client.head(path), await client.get(path)
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["content-length"] == full.headers["content-length"]


async def test_it_can_be_left_out(seeded_url: str) -> None:
    async with reached(seeded_url, explorer=False) as client:
        assert (await client.get("/explorer")).status_code == 404
        assert (await client.get(f"/explorer/{SCRIPT}")).status_code == 404
        assert "explorer" not in (await client.get("/")).json()


async def test_the_index_leads_to_it(client: httpx.AsyncClient) -> None:
    assert (await client.get("/")).json()["explorer"] == "/explorer"


@pytest.mark.parametrize("case", FOREIGN)
def test_no_file_knows_where_it_was_made(case: str) -> None:
    """As every tracked file, which compression would hide here."""
    texts = {
        name: gzip.decompress((BUILT / f"{name}.gz").read_bytes()).decode(errors="replace") for name in FILES
    }
    found = {name: FOREIGN[case](ROOT / "explorer" / "src" / name, text) for name, text in texts.items()}
    assert {name: paths for name, paths in found.items() if paths} == {}


def test_every_file_is_there_in_both_encodings_and_nothing_else() -> None:
    there = {path.name for path in BUILT.iterdir()}
    expected = {f"{name}.{suffix}" for name in FILES for suffix in ("gz", "br")}
    assert there == expected | {"index.html"}


def test_what_the_first_visit_loads_is_bounded() -> None:
    """A library that grew, or came in twice, is noticed."""
    weight = sum(path.stat().st_size for path in Path(BUILT).glob("*.br"))
    assert weight < 1_120_000


def test_the_document_says_what_all_files_take() -> None:
    page = (ROOT / "docs/explorer.md").read_text(encoding="utf-8")
    found = re.search(r"\| all, .*? \| (\d+) \| ([\d.]+) MB \| ([\d.]+) MB \| ([\d.]+) MB \|", page)
    assert found is not None
    packed = [(BUILT / f"{name}.gz").read_bytes() for name in FILES]
    sizes = [
        sum(len(gzip.decompress(one)) for one in packed) + (BUILT / "index.html").stat().st_size,
        sum(map(len, packed)),
        sum(path.stat().st_size for path in BUILT.glob("*.br")),
    ]
    assert int(found[1]) == len(FILES) + 1
    assert [float(one) for one in found.groups()[1:]] == pytest.approx([one / 1e6 for one in sizes], rel=0.02)
