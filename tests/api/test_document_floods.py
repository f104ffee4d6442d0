"""A flood of new documents of somebody without a token: bounded alike over everything that brings them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
import orjson
import pytest

from api.app import Application
from api.limits.planning_queue import PlanningQueue
from tests.api.http_clients import application
from tests.api.loopback_sockets import served
from tests.api.test_planning_queue import working
from tests.api.websocket.client import PATIENCE, Talk, subscribe, talking

pytestmark = pytest.mark.usefixtures("nothing_planned")

FLOOD = 30
QUEUE = 8
"""How many may wait; half as many from one address."""
ADDRESS = "127.0.0.1"
QUERY, LIVE = "query N{} {{ __typename }}", "subscription N{} {{ impact {{ key }} }}"


class Sender(Protocol):
    async def __call__(self, document: str) -> str | None:
        """The code of the error that a document is answered with, None for data."""


@dataclass
class Post:
    client: httpx.AsyncClient
    accept = "application/json"
    path = "/graphql"

    async def __call__(self, document: str) -> str | None:
        headers = {"accept": self.accept}
        async with self.client.stream("POST", self.path, json={"query": document}, headers=headers) as answer:
            return await code_of(answer)


class Stream(Post):
    accept = "text/event-stream"
    path = "/graphql/stream"


class Get(Post):
    async def __call__(self, document: str) -> str | None:
        async with self.client.stream("GET", "/graphql", params={"query": document}) as answer:
            return await code_of(answer)


async def code_of(answer: httpx.Response) -> str | None:
    """Of the answer, or of the first event of a stream."""
    if answer.headers["content-type"].startswith("text/event-stream"):
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                return code(orjson.loads(line[6:]).get("errors"))
    return code(orjson.loads(await answer.aread()).get("errors"))


def code(errors: Any) -> str | None:
    return errors[0]["extensions"]["code"] if errors else None


class Socket:
    """All documents over one socket."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.waiting: dict[str, asyncio.Future[str | None]] = {}
        self.hearing = asyncio.create_task(self.receive())

    async def receive(self) -> None:
        async for raw in self.talk.socket:
            message = orjson.loads(raw)
            answered = self.waiting.get(message.get("id"))
            if answered is not None and not answered.done() and message["type"] in ("next", "error"):
                payload = message["payload"]
                answered.set_result(code(payload if message["type"] == "error" else payload.get("errors")))

    async def __call__(self, document: str) -> str | None:
        id = str(len(self.waiting))
        self.waiting[id] = asyncio.get_running_loop().create_future()
        await self.talk.send(subscribe(document, id))
        return await self.waiting[id]


Opening = Callable[[AsyncExitStack, int], Any]


async def over_http(kind: type[Post], stack: AsyncExitStack, port: int) -> Sender:
    limits = httpx.Limits(max_connections=None)
    client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE, limits=limits)
    return kind(await stack.enter_async_context(client))


async def over_one_socket(stack: AsyncExitStack, port: int) -> Sender:
    sender = Socket(await stack.enter_async_context(talking(port)))
    stack.callback(sender.hearing.cancel)
    return sender


class Sockets:
    """A socket for each document."""

    def __init__(self, stack: AsyncExitStack, port: int) -> None:
        self.stack, self.port = stack, port

    async def __call__(self, document: str) -> str | None:
        sender = await over_one_socket(self.stack, self.port)
        return await sender(document)


async def over_sockets(stack: AsyncExitStack, port: int) -> Sender:
    return Sockets(stack, port)


TRANSPORTS: dict[str, Opening] = {
    "POST": lambda stack, port: over_http(Post, stack, port),
    "GET": lambda stack, port: over_http(Get, stack, port),
    "event stream": lambda stack, port: over_http(Stream, stack, port),
    "one socket": over_one_socket,
    "many sockets": over_sockets,
}
CASES = [(name, QUERY) for name in TRANSPORTS]
CASES += [(name, LIVE) for name in TRANSPORTS if name not in ("POST", "GET")]


@asynccontextmanager
async def flooded(url: str, **settings: Any) -> AsyncIterator[tuple[int, PlanningQueue]]:
    app = application(url, **settings)
    assert isinstance(app, Application)
    async with served(url, app, **settings) as port:
        yield port, app.parts.pipeline.planning


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.01)


async def live(port: int) -> int:
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        return (await client.get(f"http://127.0.0.1:{port}/live")).status_code


@pytest.mark.parametrize(("transport", "document"), CASES)
async def test_a_flood_waits_in_a_bounded_queue(seeded_url: str, transport: str, document: str) -> None:
    """The others are refused at once, by a code; who waits is answered, and what brought it stays usable."""
    async with flooded(seeded_url, planning_queue=QUEUE) as (port, planning), AsyncExitStack() as stack:
        send = await TRANSPORTS[transport](stack, port)
        assert await send(document.format("Known")) is None
        async with working(planning):
            sent = [asyncio.create_task(send(document.format(number))) for number in range(FLOOD)]
            await until(lambda: sum(task.done() for task in sent) == FLOOD - QUEUE // 2)
            assert planning.waiting == QUEUE // 2
            assert {task.result() for task in sent if task.done()} == {"RATE_LIMITED"}
            assert await live(port) == 200
            assert await send(document.format("Known")) is None
        waited = [await task for task in sent]
        assert waited.count(None) == QUEUE // 2
        assert await send(document.format("Later")) is None


@pytest.mark.parametrize(("transport", "document"), CASES)
async def test_a_budget_is_of_all_that_an_address_sends(
    seeded_url: str, transport: str, document: str
) -> None:
    async with flooded(seeded_url) as (port, planning), AsyncExitStack() as stack:
        send = await TRANSPORTS[transport](stack, port)
        assert await send(document.format("Known")) is None
        assert planning._addresses._work[ADDRESS].seconds > 0
        planning._addresses.add(ADDRESS, 60.0)
        for number in range(3):
            assert await send(document.format(number)) == "RATE_LIMITED"
        assert await send("{ nothing }") == "RATE_LIMITED"
        assert await send(document.format("Known")) is None
