"""Large responses are compressed for clients that accept it, and are the same as without."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from graphql import get_introspection_query

from api.http.compression import INLINE, accepts_gzip, compress
from tests.api.http_clients import admin, application, reached

ROOT = Path(__file__).parents[2]
LARGE = get_introspection_query()
SMALL = "{ __typename }"


@pytest.fixture
async def raw(seeded_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client that says nothing by itself of what it accepts."""
    app = application(seeded_url)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://puente.test") as client,
    ):
        client.headers.pop("accept-encoding")
        yield client


async def fetch(client: httpx.AsyncClient, query: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """A response, and its body as it was sent."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    async with client.stream("POST", "/graphql", json={"query": query}, headers=given) as response:
        body = b"".join([piece async for piece in response.aiter_raw()])
        return response, body


async def test_a_large_response_is_a_fraction_of_its_size(raw: httpx.AsyncClient) -> None:
    plain, whole = await fetch(raw, LARGE)
    response, body = await fetch(raw, LARGE, accept_encoding="br, gzip;q=0.8")
    assert "content-encoding" not in plain.headers
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["content-length"] == str(len(body))
    assert gzip.decompress(body) == whole
    assert len(body) < len(whole) / 8
    for one in (plain, response):
        assert "Accept-Encoding" in one.headers["vary"].split(", ")


@pytest.mark.parametrize("accepted", ["", "br", "identity", "gzip;q=0", "*;q=0", "gzip;q=0.000"])
async def test_who_does_not_accept_it_gets_it_plain(raw: httpx.AsyncClient, accepted: str) -> None:
    response, body = await fetch(raw, LARGE, accept_encoding=accepted)
    assert "content-encoding" not in response.headers
    assert body.startswith(b'{"data"')


@pytest.mark.parametrize(
    "accepted", [b"gzip", b"GZIP", b"x-gzip", b"*", b"br;q=1, gzip;q=0.1", b"deflate,gzip"]
)
def test_gzip_is_accepted_however_it_is_said(accepted: bytes) -> None:
    assert accepts_gzip(accepted)


async def test_a_small_response_is_as_it_is(raw: httpx.AsyncClient) -> None:
    response, body = await fetch(raw, SMALL, accept_encoding="gzip")
    assert "content-encoding" not in response.headers
    assert body == b'{"data":{"__typename":"Query"}}'


@pytest.mark.parametrize(("setting", "encoding"), [(0, None), (1, "gzip")])
async def test_from_which_size_is_a_setting(seeded_url: str, setting: int, encoding: str | None) -> None:
    async with reached(seeded_url, min_compressed_bytes=setting) as client:
        response = await client.post("/graphql", json={"query": SMALL})
        assert response.headers.get("content-encoding") == encoding
        assert response.json() == {"data": {"__typename": "Query"}}
        failed = await client.post("/graphql", json={"query": "{"})
        assert failed.headers.get("content-encoding") == encoding
        assert failed.json()["errors"]


async def test_what_takes_long_leaves_the_loop_free() -> None:
    body = b"one and another and " * (INLINE // 10)
    assert gzip.decompress(await compress(body)) == body


async def test_the_documents_say_what_introspection_takes(raw: httpx.AsyncClient) -> None:
    page = (ROOT / "docs/explorer.md").read_text(encoding="utf-8")
    found = re.search(r"by introspection: ([\d,]+) kB, (\d+) kB by gzip", page)
    assert found is not None
    _, plain = await fetch(raw, LARGE)
    _, packed = await fetch(raw, LARGE, accept_encoding="gzip")
    sizes = [len(plain) / 1000, len(packed) / 1000]
    stated = [int(one.replace(",", "")) for one in found.groups()]
    assert stated == pytest.approx(sizes, rel=0.1), f"they are {sizes}"


async def test_the_schema_has_an_entity_tag_for_each_form(raw: httpx.AsyncClient) -> None:
    plain = await raw.get("/schema.graphql", headers=admin())
    packed = await raw.get("/schema.graphql", headers={**admin(), "accept-encoding": "gzip"})
    assert plain.text == packed.text
    assert (plain.headers.get("content-encoding"), packed.headers["content-encoding"]) == (None, "gzip")
    tags = [one.headers["etag"] for one in (plain, packed)]
    assert tags[0] != tags[1]
    for accepted, tag, status in (("gzip", tags[1], 304), ("gzip", tags[0], 200), ("", tags[0], 304)):
        headers = {**admin(), "accept-encoding": accepted, "if-none-match": tag}
        assert (await raw.get("/schema.graphql", headers=headers)).status_code == status
