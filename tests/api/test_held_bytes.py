"""What sockets and streams hold of what they were sent: what they use, within bounds, until they end."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import orjson
import pytest

from api.app import Application
from api.limits.freed_memory import FreedMemory, glibc, map_large_blocks
from api.limits.held_bytes import VALUE_BYTES, HeldBytes, size_of
from api.runtime.instruments import resident_bytes
from planner.errors import TooManyConnections
from tests.api.http_clients import application, signed_in
from tests.api.loopback_sockets import served
from tests.api.websocket.blocked_subscriptions import until
from tests.api.websocket.client import INIT, complete, subscribe, talking

CHANGES = "subscription { changes { cursor } }"
LIVE = "subscription ($title: String) { projects(filter: { title: { eq: $title } }) { totalCount } }"
SENT = 900_000
LARGE = "x" * SENT


@dataclass(frozen=True)
class SizedDocument:
    size: int


def test_a_shared_document_is_held_once() -> None:
    held, document = HeldBytes(1_000, "viewer"), SizedDocument(700)
    first, second = held.hold("a", 0), held.hold("a", 100)
    first.keep(document, {})
    second.keep(document, {})
    assert held.held == {"a": 700 + 2 * VALUE_BYTES}
    with pytest.raises(TooManyConnections) as refused:
        held.hold("a", 400)
    assert refused.value.problems[0].details == {"limit": 1_000, "asked": 1_100 + 2 * VALUE_BYTES}
    held.hold("b", 1_000).release()
    first.release()
    first.release()
    assert held.held == {"a": 700 + VALUE_BYTES}
    second.release()
    assert not held.held
    assert not held.documents


def test_what_does_not_fit_leaves_what_was_held() -> None:
    held = HeldBytes(1_000, "address")
    one = held.hold("a", 900)
    with pytest.raises(TooManyConnections):
        one.resize(1_001)
    with pytest.raises(TooManyConnections):
        one.keep(SizedDocument(1_001), {})
    assert held.held == {"a": 900}
    one.release()
    assert not held.held
    HeldBytes(0, "address").hold("a", 10**12)


def test_the_size_of_values_counts_what_is_in_them() -> None:
    assert size_of({"a": ["x" * 1_000, 1, None, {"b": "y" * 1_000}]}) > 2_000 + 6 * VALUE_BYTES


@asynccontextmanager
async def running(url: str, **settings: Any) -> AsyncIterator[tuple[int, Application]]:
    app = application(url, **settings)
    assert isinstance(app, Application)
    async with served(url, app, **settings) as port:
        yield port, app
        held = (app.parts.websocket.held_viewers, app.parts.websocket.held_addresses)
        await until(lambda: not app.parts.websocket.open and not len(app.parts.sse))
        await until(lambda: not any(one.held or one.documents for one in held))


SENDINGS: dict[str, tuple[dict[str, Any], dict[str, Any] | None]] = {
    "connection_init": ({**INIT, "payload": {"anything": LARGE}}, subscribe(CHANGES)),
    "undeclared variables": (INIT, subscribe(CHANGES, variables={"anything": LARGE})),
    "extensions": (INIT, subscribe(CHANGES, extensions={"anything": LARGE})),
    "operation name": (INIT, subscribe("subscription S { changes { cursor } }", extensions={"a": LARGE})),
    "the text": (INIT, subscribe(f"{CHANGES} # {LARGE[:250_000]}")),
    "a ping": (INIT, {"type": "ping", "payload": {"anything": LARGE}}),
    "an answered query": (INIT, subscribe("{ __typename }", variables={"anything": LARGE})),
    "a refused operation": (INIT, subscribe("{ nothing }", variables={"anything": LARGE})),
}


SEVERAL = 6


@pytest.fixture
def traced() -> Iterator[None]:
    """Python's memory is counted: the process's own grows and shrinks with all that it did before.

    Garbage is looked for again and again, and only in what is new.
    """
    gc.freeze()
    tracemalloc.start()
    yield
    tracemalloc.stop()


def traced_bytes() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@pytest.mark.usefixtures("traced")
@pytest.mark.parametrize(("init", "message"), SENDINGS.values(), ids=SENDINGS)
async def test_sockets_keep_nothing_of_what_they_do_not_use(
    seeded_url: str, init: dict[str, Any], message: dict[str, Any]
) -> None:
    async with (
        running(seeded_url, document_cache_bytes=65_536) as (port, _),
        AsyncExitStack() as sockets,
    ):

        async def one() -> None:
            talk = await sockets.enter_async_context(talking(port, init=init))
            await talk.send(message, {"type": "ping", "payload": {"still": "there"}})
            while await talk.receive() != {"type": "pong", "payload": {"still": "there"}}:
                pass

        await one()
        before = traced_bytes()
        for _ in range(SEVERAL):
            await one()
        await until(lambda: traced_bytes() - before < SEVERAL * SENT / 3)


@pytest.mark.usefixtures("traced")
@pytest.mark.parametrize("given", ["variables", "extensions"])
async def test_event_streams_keep_nothing_of_what_they_do_not_use(seeded_url: str, given: str) -> None:
    body = orjson.dumps({"query": CHANGES, given: {"anything": LARGE}})
    async with running(seeded_url) as (port, app), AsyncExitStack() as streams:
        await streams.enter_async_context(streaming(port, body))
        before = traced_bytes()
        for _ in range(SEVERAL):
            await streams.enter_async_context(streaming(port, body))
        await until(lambda: len(app.parts.sse) == SEVERAL + 1)
        await until(lambda: traced_bytes() - before < SEVERAL * SENT / 3)


@asynccontextmanager
async def streaming(port: int, body: bytes) -> AsyncIterator[None]:
    """An event stream of a client that keeps nothing itself, which would be in this process too."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /graphql/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    writer.write(body)
    await writer.drain()
    assert b" 200 " in await reader.readline()
    try:
        yield
    finally:
        writer.close()


@asynccontextmanager
async def following(port: int, body: dict[str, Any], status: int = 200) -> AsyncIterator[httpx.Response]:
    headers = {"accept": "text/event-stream"}
    async with (
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
        client.stream("POST", "/graphql/stream", json=body, headers=headers) as response,
    ):
        assert response.status_code == status
        yield response


@pytest.mark.parametrize("persona", ["public", "admin"])
async def test_what_sockets_of_a_client_hold_together_is_bounded(seeded_url: str, persona: str) -> None:
    limits = {"viewer_held_bytes": 200_000, "address_held_bytes": 200_000}
    init = {**INIT, "payload": signed_in(persona)}
    async with running(seeded_url, **limits) as (port, app), talking(port, init=init) as one:
        held = app.parts.websocket.held_viewers if persona == "admin" else app.parts.websocket.held_addresses
        async with talking(port, init=init) as two:
            for number, talk in enumerate([one, two, one]):
                title = f"{number}{'x' * 40_000}"
                await talk.send(subscribe(LIVE, id=str(number), variables={"title": title}))
                assert (await talk.receive())["type"] == "next"
            await until(lambda: 120_000 < sum(held.held.values()) < 190_000)
            large = {"title": "x" * 60_000}
            await two.send(subscribe(LIVE, id="refused", variables=large))
            refused = await two.receive()
            assert (refused["id"], refused["type"]) == ("refused", "error")
            extensions = refused["payload"][0]["extensions"]
            assert (extensions["code"], extensions["limit"]) == ("RATE_LIMITED", 200_000)
            assert extensions["asked"] > 200_000
            other = {} if persona == "admin" else signed_in("admin")
            async with talking(port, init={**INIT, "payload": other}) as others:
                await others.send(subscribe(LIVE, variables=large))
                assert (await others.receive())["type"] == "next", "it is another's"
            await one.send(complete("0"), complete("2"))
            await until(lambda: sum(held.held.values()) < 100_000)
            await two.send(subscribe(LIVE, id="again", variables=large))
            assert (await two.receive())["type"] == "next"


async def test_what_event_streams_hold_counts_together_with_sockets(seeded_url: str) -> None:
    async with running(seeded_url, address_held_bytes=170_000) as (port, app), talking(port) as talk:
        body = {"query": LIVE, "variables": {"title": "x" * 100_000}}
        async with following(port, body):
            await until(lambda: len(app.parts.sse) == 1)
            await talk.send(subscribe(LIVE, variables={"title": "y" * 60_000}))
            assert (await talk.receive())["type"] == "error"
            async with following(port, body, status=429) as refused:
                assert b"RATE_LIMITED" in await refused.aread()
        await until(lambda: not app.parts.sse.held_addresses.held)
        await talk.send(subscribe(LIVE, variables={"title": "y" * 60_000}))
        assert (await talk.receive())["type"] == "next"


async def test_messages_that_never_end_are_bounded_too(seeded_url: str) -> None:
    """What is held of an unfinished message is held by no operation, so it ends the socket."""

    async def endless() -> AsyncIterator[str]:
        for _ in range(9):
            yield "x" * 100_000
        await asyncio.Event().wait()

    async with (
        running(seeded_url, address_held_bytes=300_000) as (port, _),
        talking(port) as one,
        talking(port) as two,
    ):
        sending = asyncio.create_task(one.socket.send(endless()))
        code, reason = await one.closed()
        assert (code, reason.partition(":")[0]) == (1013, "RATE_LIMITED")
        sending.cancel()
        await two.lives()


async def test_memory_is_given_back_once_for_many_that_close(monkeypatch: pytest.MonkeyPatch) -> None:
    given, timers = asyncio.Event(), list[tuple[float, Callable[[], None]]]()
    loop = asyncio.get_running_loop()
    freed = FreedMemory(partial(loop.call_soon_threadsafe, given.set))
    usual = loop.call_at

    def call_at(at: float, then: Callable[[], None], *rest: Any, **more: Any) -> Any:
        """Keeps the timers of `freed`; an application that other tests share may set its own."""
        if getattr(then, "__self__", None) is not freed:
            return usual(at, then, *rest, **more)
        return timers.append((at, then))

    monkeypatch.setattr(loop, "call_at", call_at)
    monkeypatch.setattr(freed, "_timer", None)
    for _ in range(3):
        freed.connection_closed()
        freed._timer = freed._timer or object()  # type: ignore[assignment]
    [(first, run)] = timers
    run()
    await given.wait()
    freed.connection_closed()
    assert timers[1][0] - first > 0, "not at once again"


def test_large_blocks_are_given_back_as_soon_as_they_are_freed() -> None:
    """In a separate process: one that has freed much may have room for them in its heap."""
    assert glibc() is not None, "the tests run where the containers do"
    command = "import tests.api.test_held_bytes as here; here.take_and_free_blocks()"
    subprocess.run([sys.executable, "-c", command], check=True)


def take_and_free_blocks() -> None:
    map_large_blocks()
    before = resident_bytes()
    blocks = [bytes(1_000_000) + b"x" for _ in range(100)]
    between = [bytes(5_000) for _ in blocks]
    assert resident_bytes() - before > 90_000_000
    blocks.clear()
    assert resident_bytes() - before < 30_000_000
    assert len(between) == 100
