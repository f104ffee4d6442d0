"""A subscription as events over a real connection: delivered, resumed, ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from api.auth import development_tokens
from api.sse.endpoint import SseEndpoint
from models.database.client import engine_for
from tests.api.http_clients import application, bearer, codes
from tests.api.loopback_sockets import listening
from tests.api.sse.event_stream import EVENTS, PATIENCE, Event, Stream, reaching, streamed
from tests.models.statements import run

CHANGES = "subscription { changes(types: [PROJECT]) { cursor kind entityId version } }"
LIVE = "subscription { projects(first: 1) { nodes { title } } }"
TOUCH = "update project set title_en = title_en || '.' where slug = (select min(slug) from project)"


@dataclass
class StreamingServer:
    """A server with its database, which tests write to by plain SQL."""

    client: httpx.AsyncClient
    streaming: SseEndpoint
    engine: AsyncEngine

    async def touch(self, times: int = 1) -> None:
        for _ in range(times):
            await run(self.engine, TOUCH)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.02)


def streaming_of(app: Starlette) -> SseEndpoint:
    streaming = app.parts.sse  # type: ignore[attr-defined]
    assert isinstance(streaming, SseEndpoint)
    return streaming


@pytest.fixture
async def stream_server(database_url: str) -> AsyncIterator[StreamingServer]:
    app = application(database_url, heartbeat=0.1, streams_per_viewer=2, streams_per_address=3)
    engine = engine_for(database_url)
    async with listening(app) as (port, _), reaching(port) as client:
        yield StreamingServer(client, streaming_of(app), engine)
    await engine.dispose()


def expiring_in(seconds: float) -> dict[str, str]:
    """A mentor's token that counts for so long from now, the clocks' leeway included."""
    lifetime = development_tokens.LIFETIME + development_tokens.EXPECTED.leeway
    return bearer("mentor", now=time.time() - lifetime + seconds)


async def next_of(stream: Stream) -> Event:
    event = await stream.event()
    assert event is not None, "the stream has ended"
    return event


async def test_a_change_is_an_event_whose_id_is_its_cursor(stream_server: StreamingServer) -> None:
    async with streamed(stream_server.client, CHANGES) as stream:
        await stream_server.touch()
        event = await next_of(stream)
        assert event.name == "next"
        change = event.json["data"]["changes"]
        assert change["kind"] == "UPDATED"
        assert change["cursor"] == event.id
    assert stream.retry is not None


async def test_it_is_followed_by_get_too(stream_server: StreamingServer) -> None:
    async with stream_server.client.stream(
        "GET", "/graphql/stream", params={"query": CHANGES}, headers=EVENTS
    ) as got:
        await stream_server.touch()
        assert (await next_of(Stream(got))).json["data"]["changes"]["version"] == 2


async def test_who_comes_back_goes_on_after_their_last_event(stream_server: StreamingServer) -> None:
    async with streamed(stream_server.client, CHANGES) as stream:
        await stream_server.touch(2)
        first = await next_of(stream)
        await next_of(stream)
    assert first.id is not None
    await stream_server.touch()
    async with streamed(stream_server.client, CHANGES, headers={"last-event-id": first.id}) as stream:
        versions = [(await next_of(stream)).json["data"]["changes"]["version"] for _ in range(2)]
    assert versions == [3, 4]


async def test_the_last_event_counts_before_the_argument(stream_server: StreamingServer) -> None:
    following = CHANGES.replace("types:", "after: $after, types:").replace(
        "subscription", "subscription($after: String)"
    )
    async with streamed(stream_server.client, CHANGES) as stream:
        await stream_server.touch(3)
        events = [await next_of(stream) for _ in range(3)]
    first, second, third = events
    assert second.id is not None
    resumed = {"variables": {"after": first.id}, "headers": {"last-event-id": second.id}}
    async with streamed(stream_server.client, following, **resumed) as stream:  # type: ignore[arg-type]
        assert await next_of(stream) == third
    unsaid = {"variables": {"after": first.id}, "headers": {"last-event-id": ""}}
    async with streamed(stream_server.client, following, **unsaid) as stream:  # type: ignore[arg-type]
        assert await next_of(stream) == second


@pytest.mark.parametrize("given", ["17", "a cursor", "é", "000000000000.1.000000000000 ; drop"])
async def test_a_last_event_that_is_none_of_ours(stream_server: StreamingServer, given: str) -> None:
    headers = {"last-event-id": given.encode("latin-1")}
    async with streamed(stream_server.client, CHANGES, headers=headers) as stream:  # type: ignore[arg-type]
        result, end = await stream.rest()
    assert (result.code, end.name) == ("BAD_USER_INPUT", "complete")


async def test_the_last_event_of_somebody_else(stream_server: StreamingServer) -> None:
    async with streamed(stream_server.client, CHANGES) as stream:
        await stream_server.touch()
        event = await next_of(stream)
    assert event.id is not None
    headers = {"last-event-id": event.id, **bearer("admin")}
    async with streamed(stream_server.client, CHANGES, headers=headers) as stream:
        result, end = await stream.rest()
    assert (result.code, end.name) == ("CURSOR_EXPIRED", "complete")
    assert result.json["errors"][0]["extensions"]["reason"] == "GRANTS"


async def test_a_live_query_is_sent_again_and_has_no_position_to_resume_at(
    stream_server: StreamingServer,
) -> None:
    async with streamed(stream_server.client, LIVE, headers={"last-event-id": ""}) as stream:
        first = await next_of(stream)
        (project,) = first.json["data"]["projects"]["nodes"]
        await run(stream_server.engine, "update project set title_en = 'New', title_es = 'Nuevo'")
        second = await next_of(stream)
    assert project["title"] != "New"
    assert second.json["data"]["projects"]["nodes"] == [{"title": "New"}]
    assert (first.id, second.id) == (None, None)


async def test_it_shows_that_it_lives_while_nothing_happens(stream_server: StreamingServer) -> None:
    async with streamed(stream_server.client, CHANGES) as stream:
        for _ in range(3):
            await stream.until_beat()
        await stream_server.touch()
        assert (await next_of(stream)).name == "next"


async def test_who_leaves_is_followed_no_more(stream_server: StreamingServer) -> None:
    async with streamed(stream_server.client, CHANGES), streamed(stream_server.client, LIVE):
        assert len(stream_server.streaming) == 2
    await stream_server.until(lambda: len(stream_server.streaming) == 0)
    assert len(stream_server.streaming.subscriptions.sessions) == 0
    assert not stream_server.streaming.viewers.held + stream_server.streaming.addresses.held


@pytest.mark.parametrize(("persona", "most"), [("mentor", 2), ("public", 3)])
async def test_streams_of_a_viewer_or_of_the_public_at_an_address_are_limited(
    stream_server: StreamingServer, persona: str, most: int
) -> None:
    async with AsyncExitStack() as open_streams:
        for _ in range(most):
            await open_streams.enter_async_context(
                streamed(stream_server.client, CHANGES, headers=bearer(persona))
            )
        request_body = {"json": {"query": CHANGES}, "headers": {**EVENTS, **bearer(persona)}}
        refused = await stream_server.client.post("/graphql/stream", **request_body)  # type: ignore[arg-type]
        assert (refused.status_code, codes(refused)) == (429, ["RATE_LIMITED"])
        assert refused.json()["errors"][0]["extensions"]["limit"] == most
    await stream_server.until(lambda: len(stream_server.streaming) == 0)
    async with streamed(stream_server.client, CHANGES, headers=bearer(persona)) as again:
        assert again.response.status_code == 200


async def test_a_token_that_expires_ends_the_stream_with_its_code(stream_server: StreamingServer) -> None:
    async with streamed(stream_server.client, CHANGES, headers=expiring_in(2.0)) as stream:
        assert stream.response.status_code == 200
        result, end = await stream.rest()
    assert (result.name, result.code) == ("next", "UNAUTHENTICATED")
    assert end == Event("complete", "")


async def test_grants_that_change_end_the_stream_with_its_code(stream_server: StreamingServer) -> None:
    async with streamed(stream_server.client, CHANGES, headers=bearer("uc-coordinator")) as stream:
        await run(
            stream_server.engine,
            "update access_grant set revoked_at = now() where subject = 'uc-coordinator'",
        )
        result, end = await stream.rest()
    assert (result.code, end.name) == ("CURSOR_EXPIRED", "complete")


async def test_a_token_that_has_expired_is_refused_before_it_begins(stream_server: StreamingServer) -> None:
    response = await stream_server.client.post(
        "/graphql/stream", json={"query": CHANGES}, headers={**EVENTS, **expiring_in(-1.0)}
    )
    assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"])
    assert "www-authenticate" in response.headers
