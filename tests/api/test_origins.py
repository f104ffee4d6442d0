"""Other sites' pages can't act: what browsers send for them is rejected before anything is read."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from api.http.cors import Origins, name_of
from api.http.origin_check import OriginCheck
from tests.api.http_clients import GRAPHQL_RESPONSE, JSON, admin, ask, codes, reached
from tests.api.loopback_sockets import served

PORTAL = "https://portal.example.org"
ELSEWHERE = "https://elsewhere.example.org"
OURS = "http://puente.test"
TYPENAME = "{ __typename }"
ASKS = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}

FOREIGN: list[tuple[str, dict[str, str]]] = [
    ("another site", {"origin": ELSEWHERE}),
    ("another site with its fetch metadata", {"origin": ELSEWHERE, "sec-fetch-site": "cross-site"}),
    ("another site that says it is ours", {"origin": ELSEWHERE, "sec-fetch-site": "same-origin"}),
    ("a sandboxed frame, or a file", {"origin": "null"}),
    ("our name with another scheme", {"origin": "https://puente.test"}),
    ("our name with another port", {"origin": "http://puente.test:8080"}),
    ("a name that starts as ours", {"origin": "http://puente.test.example.org"}),
    ("an empty origin", {"origin": ""}),
    ("an image or a script", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}),
    ("a link", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}),
    ("a page of a neighbour", {"sec-fetch-site": "same-site"}),
]
OUR_OWN: list[tuple[str, dict[str, str]]] = [
    ("no browser", {}),
    ("our page", {"origin": OURS, "sec-fetch-site": "same-origin"}),
    ("our page in an older browser", {"origin": OURS}),
    ("our page, by GET", {"sec-fetch-site": "same-origin"}),
    ("an address that was typed", {"sec-fetch-site": "none"}),
]


async def by_get(client: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
    return await client.get("/graphql", params={"query": TYPENAME}, headers=headers)


@pytest.mark.parametrize("headers", [case[1] for case in FOREIGN], ids=[case[0] for case in FOREIGN])
async def test_another_sites_page_is_refused(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    """With any token and method, and without a reason that the page could read."""
    for response in (
        await ask(client, TYPENAME, headers=headers),
        await ask(client, TYPENAME, headers={**headers, **admin()}),
        await by_get(client, headers),
        await client.options("/graphql", headers={**headers, **ASKS}),
        await client.post("/graphql/stream", headers=headers),
    ):
        assert (response.status_code, codes(response)) == (403, ["FORBIDDEN"])
        assert not any(name.startswith("access-control") for name in response.headers)
        assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("headers", [case[1] for case in OUR_OWN], ids=[case[0] for case in OUR_OWN])
async def test_other_requests_pass(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await ask(client, TYPENAME, headers=headers)).json() == {"data": {"__typename": "Query"}}
    assert (await by_get(client, headers)).json() == {"data": {"__typename": "Query"}}


async def test_nothing_is_executed_for_another_site(seeded_url: str) -> None:
    statements: list[str] = []
    async with reached(seeded_url, statements.append) as client:
        query = "{ programs { totalCount } }"
        assert (await ask(client, query, headers={"origin": ELSEWHERE})).status_code == 403
        assert (await ask(client, query)).status_code == 200
        await asyncio.sleep(0.05)  # the driver tells of statements a little later
        assert len(statements) == 1


async def test_the_refusal_is_in_the_readers_language(client: httpx.AsyncClient) -> None:
    headers = {"origin": ELSEWHERE, "accept-language": "es-MX"}
    response = await ask(client, TYPENAME, headers=headers)
    assert response.json()["errors"][0]["message"].startswith("Las páginas de otros sitios")
    assert response.headers["content-language"] == "es"


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
async def test_what_a_form_can_send_is_refused(client: httpx.AsyncClient, media: str) -> None:
    """Also from a browser that says nothing of where it comes from."""
    headers = {"content-type": media, "accept": GRAPHQL_RESPONSE}
    response = await client.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    assert (response.status_code, response.headers["accept-post"]) == (415, JSON)


@pytest.mark.parametrize("path", ["/graphql/", "/graphql%0A", "/graphql%2F", "/graphql%00"])
async def test_an_address_that_is_nearly_ours_is_no_way_round(client: httpx.AsyncClient, path: str) -> None:
    """Routing takes a line's end after an address for nothing."""
    response = await client.get(f"{path}?query={{__typename}}", headers={"origin": ELSEWHERE})
    assert (response.status_code, codes(response)) == (403, ["FORBIDDEN"])


async def test_a_header_twice_is_none_of_ours(seeded_url: str) -> None:
    async with reached(seeded_url, allowed_origins=(PORTAL,), allowed_hosts=("puente.test",)) as client:
        for name, ours, other in (("origin", PORTAL, ELSEWHERE), ("host", "puente.test", "a.org")):
            for values in ((ours, other), (other, ours)):
                headers = [(name, value) for value in values]
                response = await client.get("/graphql?query={__typename}", headers=headers)
                assert response.status_code == 403


async def test_pages_and_the_schema_are_for_everyone(client: httpx.AsyncClient) -> None:
    """They are the same for all: a link to the explorer leads there."""
    for path in ("/explorer", "/schema.graphql", "/live", "/"):
        response = await client.get(path, headers={"sec-fetch-site": "cross-site"})
        assert (path, response.status_code) == (path, 200)
        response = await client.get(path, headers={"origin": ELSEWHERE})
        assert "access-control-allow-origin" not in response.headers


async def test_a_listed_site_may_ask_and_read(seeded_url: str) -> None:
    async with reached(seeded_url, allowed_origins=(PORTAL,)) as client:
        headers = {"origin": PORTAL, "sec-fetch-site": "cross-site"}
        answers = [
            (200, await ask(client, TYPENAME, headers=headers)),
            (400, await ask(client, "{", headers=headers)),
            (401, await ask(client, TYPENAME, headers={**headers, "authorization": "Bearer x"})),
            (404, await client.get("/nowhere", headers=headers)),
            (405, await client.put("/graphql", headers=headers)),
            (200, await client.get("/schema.graphql", headers=headers)),
        ]
        for status, response in answers:
            assert response.status_code == status
            assert response.headers["access-control-allow-origin"] == PORTAL
            assert "Retry-After" in response.headers["access-control-expose-headers"]
            assert "access-control-allow-credentials" not in response.headers
        for headers in FOREIGN[0][1], FOREIGN[3][1]:
            assert (await ask(client, TYPENAME, headers=headers)).status_code == 403


async def test_what_others_get_varies_by_origin_too(seeded_url: str) -> None:
    async with reached(seeded_url, allowed_origins=(PORTAL,)) as client:
        for response in (await ask(client, TYPENAME), await client.get("/schema.graphql")):
            assert "Origin" in response.headers["vary"].split(", ")
            assert "access-control-allow-origin" not in response.headers


async def test_a_preflight_of_a_listed_site(seeded_url: str) -> None:
    settings: dict[str, Any] = {"allowed_origins": (PORTAL,), "allowed_headers": "X-Portal"}
    async with reached(seeded_url, **settings) as client:
        response = await client.options("/graphql", headers={"origin": PORTAL, **ASKS})
        assert (response.status_code, response.content) == (200, b"")
        received = {
            name: value for name, value in response.headers.items() if name.startswith("access-control")
        }
        assert received == {
            "access-control-allow-origin": PORTAL,
            "access-control-allow-methods": "GET, POST",
            "access-control-allow-headers": "Accept, Accept-Language, Authorization, Content-Type, "
            "Last-Event-ID, apollographql-client-name, apollographql-client-version, baggage, "
            "Idempotency-Key, sentry-trace, traceparent, tracestate, X-Request-Id, X-Portal",
            "access-control-max-age": "7200",
        }
        assert response.headers["vary"] == "Origin"
        without = await client.options("/graphql", headers={"origin": PORTAL})
        assert (without.status_code, without.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:5173",
        "http://localhost",
        "https://localhost:3000",
        "http://127.0.0.1:4321",
        "http://[::1]:5173",
        "http://portal.localhost:8080",
    ],
)
async def test_in_development_pages_of_this_machine_may_ask(seeded_url: str, origin: str) -> None:
    """A development server has another port, and its proxy forwards the page's origin."""
    headers = {"origin": origin, "sec-fetch-site": "same-site"}
    async with reached(seeded_url) as client:
        answered = await ask(client, TYPENAME, headers=headers)
        preflight = await client.options("/graphql", headers={**headers, **ASKS})
        for response in (answered, preflight):
            assert response.status_code == 200
            assert response.headers["access-control-allow-origin"] == origin
    async with reached(seeded_url, tokens=False) as client:
        response = await ask(client, TYPENAME, headers=headers)
        assert (response.status_code, codes(response)) == (403, ["FORBIDDEN"])
        assert "PUENTE_ALLOWED_ORIGINS" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost.example.org",
        "http://notlocalhost:5173",
        "http://localhost:5173.example.org",
        "http://127.0.0.1.example.org",
        "http://128.0.0.1",
        "http://localhost@example.org",
        "null",
        "file://",
    ],
)
async def test_what_only_looks_like_this_machine_may_not(client: httpx.AsyncClient, origin: str) -> None:
    response = await ask(client, TYPENAME, headers={"origin": origin})
    assert (response.status_code, codes(response)) == (403, ["FORBIDDEN"])


async def first_line(port: int, request: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.replace("\n", "\r\n").encode())
    line = (await reader.readline()).decode()
    writer.close()
    return line


async def test_an_upgrade_to_a_web_socket_obeys_the_same_rule(seeded_url: str) -> None:
    upgrade = (
        "GET /graphql HTTP/1.1\nHost: 127.0.0.1:{port}\nOrigin: {origin}\nConnection: Upgrade\n"
        "Upgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Protocol: graphql-transport-ws\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n\n"
    )
    async with served(seeded_url, allowed_origins=(PORTAL,), tokens=False) as port:
        for origin in (ELSEWHERE, "null", f"https://127.0.0.1:{port}"):
            assert " 403 " in await first_line(port, upgrade.format(port=port, origin=origin))
        for origin in (PORTAL, f"http://127.0.0.1:{port}"):
            assert " 101 " in await first_line(port, upgrade.format(port=port, origin=origin))


@pytest.mark.parametrize(
    ("origin", "passes"),
    [(None, True), (b"https://api.example.org", True), (PORTAL.encode(), True), (b"null", False)],
)
async def test_a_web_socket_passes_the_same_gate(origin: bytes | None, *, passes: bool) -> None:
    headers = [(b"host", b"api.example.org"), *([(b"origin", origin)] if origin else [])]
    scope = {"type": "websocket", "scheme": "wss", "path": "/anywhere", "headers": headers}
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    admitted = await OriginCheck(Origins(frozenset({PORTAL.encode()})), "en").admit(scope, send)
    assert (admitted is not None, sent) == (passes, [] if passes else [{"type": "websocket.close"}])


async def test_a_name_that_is_not_ours(seeded_url: str) -> None:
    """A site whose name is made to mean our address asks as if it were ours, but by its name."""
    async with reached(seeded_url, allowed_hosts=("localhost", "[::1]")) as client:
        for host in ("localhost", "LOCALHOST:8000", "[::1]", "[::1]:8000"):
            assert (await ask(client, TYPENAME, headers={"host": host})).status_code == 200
        for host in ("puente.test", "localhost.example.org", "example.org:8000", "", "[::1]x"):
            for response in (
                await ask(client, TYPENAME, headers={"host": host, "origin": f"http://{host}"}),
                await client.get("/explorer", headers={"host": host}),
            ):
                assert (response.status_code, codes(response)) == (403, ["FORBIDDEN"])
            assert (await client.get("/live", headers={"host": host})).status_code == 200


def test_the_name_in_a_host_header() -> None:
    hosts = (b"A.org:80", b"a.org", b"[::1]:8000", b"[::1]", b"127.0.0.1:8000", b"")
    assert list(map(name_of, hosts)) == [b"a.org", b"a.org", b"[::1]", b"[::1]", b"127.0.0.1", b""]
