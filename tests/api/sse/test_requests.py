"""What is asked at /graphql/stream, and whether a status or an event says what is wrong with it."""

from __future__ import annotations

import httpx
import pytest

from api.sse.endpoint import SseEndpoint
from tests.api.http_clients import GRAPHQL_RESPONSE, bearer, codes, reached
from tests.api.sse.event_stream import EVENTS, Event, Stream, streamed

TYPENAME = "{ __typename }"
TOO_MUCH = "{ institutions(first: 100) { nodes { projects(first: 100) { nodes { awards { id } } } } } }"
NOBODY = {"authorization": "Bearer no"}
CROSS = {"sec-fetch-site": "cross-site"}
TEXT = {"content-type": "text/plain"}
PORTAL = "https://portal.example.org"


async def events(client: httpx.AsyncClient, query: str, **given: object) -> list[Event]:
    async with streamed(client, query, **given) as stream:  # type: ignore[arg-type]
        assert stream.response.status_code == 200
        return await stream.rest()


async def test_a_query_is_one_result_and_the_end(client: httpx.AsyncClient) -> None:
    received = await events(
        client, "query ($n: Int!) { projects(first: $n) { __typename } }", variables={"n": 0}
    )
    assert received == [
        Event("next", '{"data":{"projects":{"__typename" : "ProjectConnection"}}}'),
        Event("complete", ""),
    ]


async def test_the_headers_of_a_stream(client: httpx.AsyncClient) -> None:
    async with streamed(client, TYPENAME, headers={"accept-language": "es-MX"}) as stream:
        await stream.rest()
    headers = {name: stream.response.headers[name] for name in stream.response.headers if name != "date"}
    assert headers == {
        "content-type": "text/event-stream; charset=utf-8",
        "content-language": "es",
        "vary": "Accept, Accept-Encoding, Accept-Language, Authorization, Origin",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
        "x-content-type-options": "nosniff",
    }


async def test_by_get_too_as_an_event_source_asks(client: httpx.AsyncClient) -> None:
    async with client.stream(
        "GET", "/graphql/stream", params={"query": TYPENAME}, headers=EVENTS
    ) as response:
        received = await Stream(response).rest()
    assert received == [Event("next", '{"data":{"__typename":"Query"}}'), Event("complete", "")]


@pytest.mark.parametrize(
    "accept",
    [None, "", "*/*", "text/*", "Text/Event-Stream", "application/json, text/event-stream;q=0.1"],
)
async def test_who_accepts_events_gets_them(client: httpx.AsyncClient, accept: str | None) -> None:
    request = client.build_request("POST", "/graphql/stream", json={"query": TYPENAME})
    del request.headers["accept"]
    if accept is not None:
        request.headers["accept"] = accept
    response = await client.send(request)
    assert response.headers["content-type"].startswith("text/event-stream")


@pytest.mark.parametrize(
    "accept", ["application/json", GRAPHQL_RESPONSE, "text/html", "text/event-stream;q=0, */*", "nonsense"]
)
async def test_others_get_406(client: httpx.AsyncClient, accept: str) -> None:
    response = await client.post("/graphql/stream", json={"query": TYPENAME}, headers={"accept": accept})
    assert (response.status_code, codes(response)) == (406, ["BAD_USER_INPUT"])
    assert response.headers["content-type"].startswith(GRAPHQL_RESPONSE)


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{ projects { ", None, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { nothing }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("query ($id: ID!) { node(id: $id) { id } }", {}, "BAD_USER_INPUT"),
        ("subscription ($n: Int!) { projects(first: $n) { totalCount } }", {"n": 1000}, "BAD_USER_INPUT"),
        (TOO_MUCH, None, "COST_LIMIT"),
        ('subscription { changes(after: "yesterday") { id } }', None, "BAD_USER_INPUT"),
        ('subscription { changes(after: "000000000000.1.000000000000") { id } }', None, "CURSOR_EXPIRED"),
    ],
)
async def test_what_is_wrong_with_an_operation_is_its_result(
    client: httpx.AsyncClient, query: str, variables: dict[str, object] | None, code: str
) -> None:
    result, end = await events(client, query, variables=variables)
    assert (result.name, result.code, result.id) == ("next", code, None)
    assert set(result.json) == {"errors"}
    assert end == Event("complete", "")


async def test_it_is_said_in_the_readers_language(client: httpx.AsyncClient) -> None:
    result, _ = await events(client, "{ nothing }", headers={"accept-language": "es"})
    assert result.json["errors"][0]["message"].startswith("El tipo 'Query' no tiene")


@pytest.mark.parametrize(
    ("method", "given", "status", "code"),
    [
        ("POST", {"json": [{"query": TYPENAME}]}, 400, "BAD_USER_INPUT"),
        ("POST", {"json": {"query": 1}}, 400, "BAD_USER_INPUT"),
        ("POST", {"content": b"{}", "headers": TEXT}, 415, "BAD_USER_INPUT"),
        ("GET", {"params": {"query": "mutation { nothing }"}}, 405, "BAD_USER_INPUT"),
        ("PUT", {"json": {"query": TYPENAME}}, 405, "BAD_USER_INPUT"),
        ("POST", {"json": {"query": TYPENAME}, "headers": NOBODY}, 401, "UNAUTHENTICATED"),
        ("POST", {"json": {"query": "{ x"}, "headers": NOBODY}, 401, "UNAUTHENTICATED"),
        ("POST", {"json": {"query": TYPENAME}, "headers": {"origin": PORTAL}}, 403, "FORBIDDEN"),
        ("GET", {"params": {"query": TYPENAME}, "headers": CROSS}, 403, "FORBIDDEN"),
    ],
)
async def test_what_is_wrong_with_a_request_is_its_status(
    client: httpx.AsyncClient, method: str, given: dict[str, dict[str, str]], status: int, code: str
) -> None:
    given = {**given, "headers": {**EVENTS, **given.get("headers", {})}}
    response = await client.request(method, "/graphql/stream", **given)  # type: ignore[arg-type]
    assert (response.status_code, codes(response)) == (status, [code])
    if status == 401:
        assert response.headers["www-authenticate"] == 'Bearer realm="puente", error="invalid_token"'


async def test_each_counts_as_an_operation(seeded_url: str) -> None:
    async with reached(seeded_url, operations_per_minute=2) as client:
        request_body = {"json": {"query": TYPENAME}, "headers": {**EVENTS, **bearer("admin")}}
        answers = [await client.post("/graphql/stream", **request_body) for _ in range(3)]  # type: ignore[arg-type]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert codes(answers[-1]) == ["RATE_LIMITED"]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_a_listed_sites_page_may_ask_and_say_where_it_was(seeded_url: str) -> None:
    async with reached(seeded_url, allowed_origins=(PORTAL,)) as client:
        asks = {"access-control-request-method": "POST", "origin": PORTAL}
        preflight = await client.options("/graphql/stream", headers=asks)
        assert "Last-Event-ID" in preflight.headers["access-control-allow-headers"].split(", ")
        response = await client.post(
            "/graphql/stream", json={"query": TYPENAME}, headers={**EVENTS, "origin": PORTAL}
        )
    assert response.headers["access-control-allow-origin"] == PORTAL


async def test_a_failure_of_ours_is_a_result_so_that_nobody_sends_a_mutation_again(
    seeded_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> bytes:
        raise RuntimeError("a bug")

    async with reached(seeded_url) as client:
        streaming = client._transport.app.parts.sse  # type: ignore[attr-defined]
        assert isinstance(streaming, SseEndpoint)
        monkeypatch.setattr(streaming.pipeline, "execute", fail)
        result, end = await events(client, TYPENAME)
    assert result.code == "INTERNAL"
    assert "bug" not in result.data
    assert end.name == "complete"
