"""The explorer's menu of personas: this server's page gets tokens in development, and nobody else does."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from api.auth import development_tokens
from api.auth.jwt import read
from api.http.page_origin import is_our_name
from api.http.proxies import FORWARDING
from models.loading.demo.grants import PERSONAS
from tests.api.http_clients import application, ask, codes, reached, state
from tests.api.loopback_sockets import served

HERE = {"host": "127.0.0.1:8000"}


async def test_each_persona_has_its_name_in_both_languages_and_a_token_that_counts(seeded_url: str) -> None:
    async with reached(seeded_url) as client:
        response = await client.get("/explorer/personas", headers=HERE)
        received = response.json()["personas"]
        assert [one["name"] for one in received] == list(PERSONAS)
        for one in received:
            persona = PERSONAS[one["name"]]
            assert one["labels"] == {"en": persona.en, "es": persona.es}
            assert one["institution"] == persona.institution
            bearing = {"authorization": f"Bearer {one['token']}"}
            answer = await ask(client, "{ viewer { roles } }", headers=bearing)
            assert persona.role.name in answer.json()["data"]["viewer"]["roles"]


async def test_nothing_keeps_them_and_nothing_shows_them_elsewhere(seeded_url: str) -> None:
    async with reached(seeded_url, allowed_origins=("https://portal.example.org",)) as client:
        headers = (await client.get("/explorer/personas", headers=HERE)).headers
        assert headers["cache-control"] == "no-store"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    "foreign",
    [
        {"origin": "https://evil.example"},
        {"origin": "https://portal.example.org"},
        {"origin": "http://127.0.0.1:9000"},
        {"origin": "http://127.0.0.1:8000.evil.example"},
        {"origin": "null"},
        {"origin": "http://[::1"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "unheard"},
        {"host": "evil.example:8000"},
        {"host": "127.0.0.1.evil.example"},
        {"host": "evil.example@127.0.0.1:8000.evil.example"},
        {"host": "192.168.0.7:8000"},
        {"host": "[::1"},
        {"host": ""},
        {"host": "evil.example", "origin": "http://evil.example", "sec-fetch-site": "same-origin"},
    ],
    ids=str,
)
async def test_other_sites_pages_get_none(seeded_url: str, foreign: dict[str, str]) -> None:
    async with reached(seeded_url, allowed_origins=("https://portal.example.org",)) as client:
        response = await client.get("/explorer/personas", headers={**HERE, **foreign})
        assert (response.status_code, codes(response)) == (403, ["FORBIDDEN"])
        assert response.headers["cache-control"] == "no-store"
        assert "eyJ" not in response.text


@pytest.mark.parametrize("name", [*sorted(FORWARDING), "x-forwarded-for", "x-forwarded-anything"])
async def test_what_a_proxy_passes_on_gets_none(seeded_url: str, name: str) -> None:
    """A proxy on this machine is local, but its clients may be anywhere."""
    async with reached(seeded_url) as client:
        response = await client.get("/explorer/personas", headers={**HERE, name: "127.0.0.1"})
        assert (response.status_code, codes(response)) == (403, ["FORBIDDEN"])
        assert "eyJ" not in response.text


@pytest.mark.parametrize(
    ("host", "peer", "status"),
    [
        ("127.0.0.1", "127.0.0.1", 200),
        ("127.0.0.1", "10.0.0.9", 403),
        ("::1", "::1", 200),
        ("::1", "8.8.8.8", 403),
        ("0.0.0.0", "10.0.0.9", 200),
    ],
)
async def test_other_machines_get_them_only_from_a_server_that_listens_to_them(
    seeded_url: str, host: str, peer: str, status: int
) -> None:
    """There development has to be said, so somebody wants it."""
    app = application(seeded_url, host=host)
    transport = httpx.ASGITransport(app, client=(peer, 40_000))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client,
    ):
        assert (await client.get("/explorer/personas")).status_code == status


@pytest.mark.parametrize(
    "ours",
    [
        {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"},
        {"origin": "http://LOCALHOST:8000", "host": "localhost:8000"},
        {"sec-fetch-site": "none"},
        {"host": "[::1]:8000"},
        {"host": "puente.localhost:8000"},
    ],
    ids=str,
)
async def test_the_servers_own_page_gets_them(seeded_url: str, ours: dict[str, str]) -> None:
    async with reached(seeded_url) as client:
        assert (await client.get("/explorer/personas", headers={**HERE, **ours})).status_code == 200


@pytest.mark.parametrize(
    ("name", "host", "ours"),
    [
        ("192.168.0.7", "0.0.0.0", True),
        ("192.168.0.7", "::", True),
        ("evil.example", "0.0.0.0", False),
        ("puente.example.org", "Puente.example.org", True),
        ("192.168.0.7", "192.168.0.7", True),
        ("192.168.0.8", "192.168.0.7", False),
        ("notlocalhost", "127.0.0.1", False),
        ("", "127.0.0.1", False),
    ],
)
def test_which_names_can_be_no_other_sites(name: str, host: str, ours: bool) -> None:
    assert is_our_name(name, host) is ours


async def test_the_refusal_can_be_read_in_spanish(seeded_url: str) -> None:
    async with reached(seeded_url) as client:
        response = await client.get("/explorer/personas", headers={"accept-language": "es-MX"})
        assert response.json()["errors"][0]["message"].startswith(
            "Los tokens de los perfiles de demostración son solo"
        )


@pytest.mark.parametrize("settings", [{"tokens": False}, {"explorer": False}], ids=str)
async def test_elsewhere_there_is_no_such_address(seeded_url: str, settings: dict[str, Any]) -> None:
    async with reached(seeded_url, **settings) as client:
        response = await client.get("/explorer/personas", headers=HERE)
        assert (response.status_code, codes(response)) == (404, ["NOT_FOUND"])


async def test_they_are_only_read(seeded_url: str) -> None:
    async with reached(seeded_url) as client:
        assert (await client.post("/explorer/personas", headers=HERE)).status_code == 405


async def test_over_a_real_port(seeded_url: str) -> None:
    async with served(seeded_url) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        received = (await client.get("/explorer/personas")).json()["personas"]
    named = development_tokens.identify(read(received[0]["token"]), development_tokens.key(state()))
    assert named.subject == received[0]["name"]
