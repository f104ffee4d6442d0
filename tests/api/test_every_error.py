"""Every error of the tree, and so of docs/errors.md, reaches a client: what nobody gets is no error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

import api.graphql.pipeline
from models.database.client import Database, DatabaseUnavailable, StatementTimeout
from planner import errors
from planner.errors import RequestError, branches
from tests.api.http_clients import GRAPHQL_RESPONSE, JSON, application
from tests.api.loopback_sockets import listening

TYPENAME = {"query": "{ __typename }"}
DATA = {"query": "{ projects(first: 1) { nodes { id } } }"}


@dataclass(frozen=True)
class Way:
    """A request that gets the error: an address, what httpx sends to it, settings, and what is broken."""

    path: str = "/graphql"
    method: str = "POST"
    request: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    broken: tuple[object, str, Exception] | None = None
    before: Callable[[Any, httpx.AsyncClient], Awaitable[dict[str, Any]]] | None = None
    """What happens first; gives more for httpx to send."""
    by_network: bool = False
    """Whether it is an error of the connection, which httpx tests without a network can't cause."""


def document(text: str, **variables: object) -> dict[str, Any]:
    return {"json": {"query": text, "variables": variables}}


async def late() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.Event().wait()


async def late_body(*_: object) -> dict[str, Any]:
    return {"content": late(), "headers": {"content-type": JSON}}


async def once(_: Any, client: httpx.AsyncClient) -> dict[str, Any]:
    await client.post("/graphql", json=TYPENAME)
    return {}


async def one_open(app: Any, _: httpx.AsyncClient) -> dict[str, Any]:
    app.parts.sse.addresses.acquire("127.0.0.1")
    return {}


async def another_epoch(_: Any, client: httpx.AsyncClient) -> dict[str, Any]:
    """A cursor of the database before it was restored."""
    answered = await client.post("/graphql", json={"query": "{ changeCursor }"})
    epoch, rest = answered.json()["data"]["changeCursor"].split(".", 1)
    text = "query ($after: String) { changes(after: $after) { nodes { cursor } } }"
    return document(text, after=f"{epoch[::-1]}.{rest}")


STREAM = {"json": {"query": "subscription { changes { cursor } }"}}
WAYS: dict[type[RequestError], Way] = {
    errors.ParseFailed: Way(request=document("{")),
    errors.ValidationFailed: Way(request=document("{ nothing }")),
    errors.BadUserInput: Way(
        request=document("query ($n: Int) { projects(first: $n) { totalCount } }", n="x")
    ),
    errors.CostLimit: Way(request=document("{ one: __typename }"), settings={"max_aliases": 0}),
    errors.CursorExpired: Way(before=another_epoch),
    errors.PersistedQueryNotSupported: Way(request={"json": {"extensions": {"persistedQuery": {}}}}),
    errors.NotWellFormed: Way(request={"json": []}),
    errors.MethodNotAllowed: Way(method="PUT"),
    errors.NotAcceptable: Way(request={"json": DATA, "headers": {"accept": "image/png"}}),
    errors.BodyTimeout: Way(settings={"request_timeout": 0.1}, before=late_body),
    errors.BodyTooLarge: Way(request=document("#" * 2_000), settings={"max_body_bytes": 1_024}),
    errors.AddressTooLong: Way(f"/graphql?query={'x' * 2_000}", "GET", settings={"max_url_bytes": 1_024}),
    errors.UnsupportedMediaType: Way(request={"content": b"x", "headers": {"content-type": "text/plain"}}),
    errors.HeadTooLarge: Way(
        request={"json": TYPENAME, "headers": {f"x-{number}": "" for number in range(250)}}, by_network=True
    ),
    errors.RateLimited: Way(
        request={"json": TYPENAME}, settings={"address_operations_per_minute": 1}, before=once
    ),
    errors.TooManyConnections: Way(
        "/graphql/stream", request=STREAM, settings={"streams_per_address": 1}, before=one_open
    ),
    errors.Forbidden: Way(request={"json": TYPENAME, "headers": {"origin": "https://elsewhere.example.org"}}),
    errors.NotFound: Way("/nowhere", "GET"),
    errors.Unauthenticated: Way(request={"json": TYPENAME, "headers": {"authorization": "Bearer x"}}),
    errors.Internal: Way(
        request={"json": DATA}, broken=(api.graphql.pipeline, "merge", RuntimeError("a bug"))
    ),
    errors.Unavailable: Way(request={"json": DATA}, broken=(Database, "fetch", DatabaseUnavailable("away"))),
    errors.TimedOut: Way(request={"json": DATA}, broken=(Database, "fetch", StatementTimeout(1.0))),
}


def test_every_error_has_a_way_to_a_client() -> None:
    assert list(WAYS) == branches()


@pytest.mark.parametrize("accept", [GRAPHQL_RESPONSE, JSON])
@pytest.mark.parametrize("error", WAYS, ids=lambda error: error.__name__)
async def test_it_reaches_a_client(
    seeded_url: str, monkeypatch: pytest.MonkeyPatch, error: type[RequestError], accept: str
) -> None:
    """With the code and the status that are documented, and with `Retry-After` where it is promised."""
    way = WAYS[error]
    app = application(seeded_url, **way.settings)
    async with reaching(app, way) as client:
        request = {**way.request, **(await way.before(app, client) if way.before else {})}
        if way.broken is not None:
            owner, name, failure = way.broken
            monkeypatch.setattr(owner, name, raising(failure))
        accepted = "text/event-stream" if way.path.endswith("stream") else accept
        headers = {"accept": accepted, **request.pop("headers", {})}
        response = await client.request(way.method, way.path, headers=headers, **request)
    (code,) = {one["extensions"]["code"] for one in response.json()["errors"]}
    legacy = accept == JSON and accepted == JSON and error.legacy_status
    assert (code, response.status_code) == (error.code, legacy or error.status)
    assert ("retry-after" in response.headers) == (error.retry is errors.Retry.LATER)


@asynccontextmanager
async def reaching(app: Starlette, way: Way) -> AsyncIterator[httpx.AsyncClient]:
    if way.by_network:
        async with (
            listening(app) as (port, _),
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
        ):
            yield client
        return
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://puente.test") as client,
    ):
        yield client


def raising(failure: Exception) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> Any:
        raise failure

    return fail
