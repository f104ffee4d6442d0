"""A server that ends tells its sockets to reconnect, and answers first what is being answered."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

import pytest

from api.websocket import connection
from tests.api.server_processes import served
from tests.api.websocket import blocked_subscriptions
from tests.api.websocket.blocked_subscriptions import until
from tests.api.websocket.client import subscribe, talking
from tests.api.websocket.raw import raw

CHANGES = "subscription { changes { id } }"
QUERY = "{ __typename }"
RESTARTING = (1012, "Service restart: reconnect, and resume after your last cursor")


async def test_sockets_are_asked_to_reconnect(seeded_url: str) -> None:
    async with blocked_subscriptions.blocked_server(seeded_url) as server:
        talks = [talking(server.port), talking(server.port, init=None), talking(server.port)]
        idle, silent, following = [await talk.__aenter__() for talk in talks]
        await following.send(subscribe(CHANGES))
        opened = await server.subscriptions.until_opened()
        ends = [asyncio.ensure_future(talk.closed()) for talk in (idle, silent, following)]
    assert opened.closed
    assert await asyncio.gather(*ends) == [RESTARTING] * 3
    for talk in talks:
        await talk.__aexit__(None, None, None)


async def test_what_is_being_answered_is_answered(seeded_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answering, may_answer = asyncio.Event(), asyncio.Event()
    async with blocked_subscriptions.blocked_server(seeded_url) as server:
        pipeline = server.sockets.pipeline
        execute = pipeline.execute

        async def slow(*args: Any) -> Any:
            answering.set()
            await may_answer.wait()
            return await execute(*args)

        monkeypatch.setattr(pipeline, "execute", slow)
        talking_on = talking(server.port)
        talk = await talking_on.__aenter__()
        await talk.send(subscribe(CHANGES, "a"), subscribe(QUERY, "b"))
        await answering.wait()
        opened = await server.subscriptions.until_opened()
        asyncio.get_running_loop().call_later(0.3, may_answer.set)
    assert opened.closed
    assert [(await talk.receive())["type"] for _ in range(2)] == ["next", "complete"]
    assert await talk.closed() == RESTARTING
    await talking_on.__aexit__(None, None, None)


async def test_an_answer_is_not_waited_for_without_end(
    seeded_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "DRAINING", 0.2)
    async with blocked_subscriptions.blocked_server(seeded_url) as server:
        server.subscriptions.gate.clear()

        async def never(*args: Any) -> None:
            server.subscriptions.gate.set()
            await asyncio.Event().wait()

        monkeypatch.setattr(server.sockets.pipeline, "execute", never)
        talking_on = talking(server.port)
        talk = await talking_on.__aenter__()
        await talk.send(subscribe(QUERY))
        await server.subscriptions.gate.wait()
        ended = asyncio.ensure_future(talk.closed())
    assert await ended == RESTARTING
    await talking_on.__aexit__(None, None, None)


@pytest.mark.lifecycle
async def test_sigterm(tmp_path: Path, database_url: str) -> None:
    """Also with a client that never reads: it is not waited for."""
    settings = {"PUENTE_DATABASE_URL": database_url}
    with served(tmp_path / "state", variables=settings) as server, raw() as deaf:
        await deaf.begin(server.port)
        async with talking(server.port) as talk:
            await talk.send(subscribe(CHANGES))
            await talk.lives()
            ended = asyncio.ensure_future(talk.closed())
            server.process.send_signal(signal.SIGTERM)
            assert await ended == RESTARTING
        await until(lambda: server.process.poll() is not None)
        assert server.process.returncode == 0
        assert "Traceback" not in server.printed
