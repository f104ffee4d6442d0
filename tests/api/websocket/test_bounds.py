"""What a socket may take and hold: each bound, and what is heard beyond it."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Opcode

from api.settings.settings import read_settings
from api.websocket import transport
from api.websocket.operation import WebSocketOperation
from tests.api.http_clients import ask, reached, signed_in
from tests.api.websocket.blocked_subscriptions import BlockedServer, Opened, blocked_server, until
from tests.api.websocket.client import ACK, INIT, PATIENCE, complete, subscribe, talking
from tests.api.websocket.raw import Raw, raw

CHANGES = "subscription { changes { id } }"
QUERY = "{ __typename }"
SLOW = "SLOW_READER: reconnect, and resume after your last cursor"


def init_as(persona: str) -> dict[str, object]:
    return {**INIT, "payload": signed_in(persona)}


async def test_the_time_to_say_who_it_is(seeded_url: str) -> None:
    async with blocked_server(seeded_url, socket_init_timeout=1.0) as server:
        async with talking(server.port, init=None) as talk:
            await talk.send({"type": "ping"})
            assert (await talk.receive())["type"] == "pong"
            assert await talk.closed() == (4408, "Connection initialisation timeout")
        async with talking(server.port) as talk:
            await asyncio.sleep(1.5)
            await talk.lives()


async def test_the_time_that_we_take_is_not_theirs(seeded_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with blocked_server(seeded_url, socket_init_timeout=1.0) as server:
        viewers = server.sockets.pipeline.viewers
        known = viewers.authenticate

        async def init_payload(authorization: bytes, *_: object) -> object:
            await asyncio.sleep(1.5)
            return await known(authorization)

        monkeypatch.setattr(viewers, "authenticate", init_payload)
        async with talking(server.port, init=init_as("admin")) as talk:
            await talk.lives()


async def test_operations_of_a_socket(seeded_url: str) -> None:
    async with blocked_server(seeded_url, socket_operations=2) as server, talking(server.port) as talk:
        await talk.send(subscribe(CHANGES, "a"), subscribe(CHANGES, "b"), subscribe(QUERY, "c"))
        error = await talk.receive()
        assert (error["id"], error["type"]) == ("c", "error")
        assert error["payload"][0]["extensions"] == {"limit": 2, "asked": 3, "code": "RATE_LIMITED"}
        await talk.lives()
        await talk.send(complete("a"), subscribe(QUERY, "c"))
        assert (await talk.receive())["type"] == "next"


async def test_sockets_of_a_viewer(seeded_url: str) -> None:
    async with blocked_server(seeded_url, sockets_per_viewer=1, sockets_per_address=1) as server:
        async with talking(server.port, init=init_as("admin")), talking(server.port):
            for init, counted in ((init_as("admin"), "A viewer"), (INIT, "An address")):
                async with talking(server.port, init=None) as talk:
                    await talk.send(init)
                    reason = f"RATE_LIMITED: {counted} may have 1 socket open; close it first."
                    assert await talk.closed() == (1013, reason)
        await until(lambda: server.sockets.open == 0)
        async with talking(server.port, init=init_as("admin")), talking(server.port) as talk:
            await talk.lives()
        await until(lambda: server.sockets.open == 0)
        assert not server.sockets.viewers.held
        assert not server.sockets.addresses.held


async def test_operations_of_a_viewer_count_as_over_http(seeded_url: str) -> None:
    async with blocked_server(seeded_url, operations_per_minute=2) as server:
        async with talking(server.port, init=init_as("admin")) as talk:
            for _ in range(2):
                await talk.send(subscribe(QUERY))
                assert [(await talk.receive())["type"] for _ in range(2)] == ["next", "complete"]
            await talk.send(subscribe(QUERY))
            [error] = (await talk.receive())["payload"]
            assert error["extensions"] == {"limit": 2, "asked": 3, "code": "RATE_LIMITED"}
            await talk.lives()
        async with talking(server.port, init=init_as("admin")) as talk:
            await talk.send(subscribe(QUERY))
            assert (await talk.receive())["payload"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_guesses_at_a_credential_count_for_their_address(seeded_url: str) -> None:
    guess = {**INIT, "payload": {"authorization": "Bearer puente_guess"}}
    async with blocked_server(seeded_url, address_operations_per_minute=2) as server:
        closed = []
        for _ in range(3):
            async with talking(server.port, init=None) as talk:
                await talk.send(guess)
                closed.append(await talk.closed())
        assert [code for code, _ in closed] == [4403, 4403, 1013]
        assert closed[2][1].startswith("RATE_LIMITED: An address may send 2 operations a minute")


@pytest.mark.parametrize("size", [2_048, 2_049, 1_000_000])
async def test_a_message_that_is_too_large(seeded_url: str, size: int) -> None:
    """Also where it comes in pieces."""
    empty = orjson.dumps({"type": "ping", "payload": {"a": ""}}).decode()
    message = empty.replace('""', f'"{"x" * (size - len(empty))}"')
    async with blocked_server(seeded_url, socket_message_bytes=2_048) as server:
        for pieces in (message, [message[:1_000], message[1_000:2_000], message[2_000:]]):
            async with talking(server.port) as talk:
                try:
                    await talk.socket.send(pieces)
                except ConnectionClosed:
                    assert size > 2_048
                if size <= 2_048:
                    assert (await talk.receive())["type"] == "pong"
                else:
                    code, reason = await talk.closed()
                    assert (code, "2048" in reason) == (1009, True)


async def test_a_message_in_too_many_pieces(seeded_url: str) -> None:
    """Empty ones have no size, but each is kept."""
    async with blocked_server(seeded_url) as server:
        with raw() as client:
            await client.begin(server.port)
            await client.send_frame("{", fin=False)
            for _ in range(transport.MOST_FRAGMENTS):
                await client.send_frame("", Opcode.CONT, fin=False)
            assert b"A message may come in 1000 fragments" in await client.until(b"fragments")


@pytest.fixture
async def quick(seeded_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BlockedServer]:
    """A server with little patience."""
    monkeypatch.setattr(transport, "PARTING", 0.3)
    bounds: dict[str, Any] = {"socket_queue_bytes": 262_144, "socket_stall_timeout": 0.5}
    async with blocked_server(seeded_url, socket_ping_interval=60.0, **bounds) as server:
        yield server


async def subscribed(server: BlockedServer, client: Raw) -> Opened:
    await client.begin(server.port)
    await client.send_frame(orjson.dumps(INIT).decode())
    await client.until(orjson.dumps(ACK))
    await client.send_frame(orjson.dumps(subscribe(CHANGES)).decode())
    return await server.subscriptions.until_opened()


def waiting(kept: weakref.ref[transport.WebSocketTransport]) -> int:
    one = kept()
    return one.transport.get_write_buffer_size() if one is not None else 0


async def test_a_reader_that_never_reads_is_cut_off_by_bytes(quick: BlockedServer) -> None:
    """It is cut off without a handshake, what waited for it is forgotten, and its operations are closed."""
    gc.freeze()  # garbage is looked for in what is new
    with raw() as client:
        opened = await subscribed(quick, client)
        assert isinstance(opened.subscriber, WebSocketOperation)
        kept = weakref.ref(opened.subscriber._connection.transport)
        most = 0
        while not opened.closed:
            opened.subscriber.next(f'{{"data": "{"x" * 20_000}"}}', None)
            most = max(most, waiting(kept))
            await asyncio.sleep(0)
        assert 0 < most < 262_144 + 2 * 20_000
        await until(lambda: quick.sockets.open == 0)
        assert await client.is_cut()
        opened.subscriber.next('{"data": "late"}', None)
        quick.subscriptions.opened.clear()
        del opened
        await until(lambda: gc.collect() >= 0 and kept() is None)


async def test_a_reader_that_never_reads_is_cut_off_by_time(quick: BlockedServer) -> None:
    with raw() as client:
        opened = await subscribed(quick, client)
        opened.subscriber.next(f'{{"data": "{"x" * 250_000}"}}', None)
        await until(lambda: opened.closed)
        await until(lambda: quick.sockets.open == 0)
        assert await client.is_cut()


async def test_a_slow_reader_finally_reads_the_reason(quick: BlockedServer) -> None:
    """All that was sent before comes first, whole."""
    with raw() as client:
        opened = await subscribed(quick, client)
        payload = f'{{"data": "{"x" * 200_000}"}}'
        opened.subscriber.next(payload, None)
        await until(lambda: opened.closed)
        received = await client.until(SLOW.encode())
        assert b'{"id":"1","type":"next","payload":' + payload.encode() + b"}" in received
        assert (1013).to_bytes(2, "big") + SLOW.encode() in received


async def test_who_catches_up_waits_for_a_reader(quick: BlockedServer) -> None:
    with raw() as client:
        opened = await subscribed(quick, client)
        await opened.subscriber.drained()
        opened.subscriber.next(f'{{"data": "{"x" * 250_000}"}}', None)
        await asyncio.sleep(0.05)
        waiting = asyncio.ensure_future(opened.subscriber.drained())
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await client.until(b'xxx"}}')
        async with asyncio.timeout(PATIENCE):
            await waiting
        assert not opened.closed


async def test_pings_of_one_who_does_not_read_are_bounded(quick: BlockedServer) -> None:
    async def ping_for_ever(client: Raw) -> None:
        while True:
            await client.send_frame("x" * 125, Opcode.PING)

    with raw() as client:
        await client.begin(quick.port)
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(OSError, match=r"reset|pipe"):
                await ping_for_ever(client)
        await until(lambda: quick.sockets.open == 0)


async def test_one_who_answers_no_ping(seeded_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "PARTING", 0.3)
    async with blocked_server(seeded_url, socket_ping_interval=0.1, socket_ping_timeout=1.0) as server:
        with raw() as client:
            opened = await subscribed(server, client)
            received = await client.until(b"resume after your last cursor")
            assert (1013).to_bytes(2, "big") + b"No pong received" in received
            await until(lambda: opened.closed and server.sockets.open == 0)
            assert await client.is_cut()
        async with talking(server.port) as talk:  # this one answers
            await asyncio.sleep(1.5)
            await talk.lives()


def test_nobody_is_waited_for_longer_than_30_seconds() -> None:
    settings = read_settings()
    assert settings.socket_stall_timeout + transport.PARTING < 30
    assert settings.socket_ping_interval + settings.socket_ping_timeout + transport.PARTING < 30


async def test_a_subscription_by_post_names_the_addresses_for_subscriptions(seeded_url: str) -> None:
    async with reached(seeded_url) as client:
        assert "WebSocket" in (await ask(client, CHANGES)).text
