"""The primary is killed and its standby promoted while changes are made: nothing is lost unnoticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.exc import DBAPIError
from websockets.exceptions import ConnectionClosed, InvalidStatus

from models.database.client import DatabaseUnavailable, engine_for
from tests.api.sse.event_stream import reaching, streamed
from tests.api.websocket.client import subscribe, talking
from tests.feed.oracle.clusters import seeded
from tests.feed.restored import Cluster, cluster
from tests.feed.restored_sides import FOLLOW, OTHER, PAGE, PROJECTS, Copied, Side, side, with_last_event
from tests.feed.standby import PATIENCE, standby_of
from tests.webhooks.harness import new_key

pytestmark = pytest.mark.proof


class Expired(Exception):
    """The cursor counts no more; the argument is the reason."""


@dataclass
class Client:
    """A program of a partner with a copy of the projects, as docs/integrations.md has it."""

    side: Side
    read: Callable[[Client], Awaitable[None]]
    cursor: str = ""
    copy: Copied = field(default_factory=dict)
    expired: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """Follow for ever; what passes is tried again, and what has expired is replaced."""
        while True:
            try:
                if not self.cursor:
                    await self.take_snapshot()
                await self.read(self)
            except Expired as expired:
                self.expired.append(str(expired))
                self.cursor = ""
            except (httpx.HTTPError, OSError, ConnectionClosed, InvalidStatus):
                pass
            await asyncio.sleep(0.05)

    async def take_snapshot(self) -> None:
        cursor = (await self.ask("{ changeCursor }"))["changeCursor"]
        nodes = (await self.ask(PROJECTS))["projects"]["nodes"]
        self.copy = {node["id"]: (node["version"], node["title"]) for node in nodes}
        self.cursor = cursor

    async def ask(self, query: str, **variables: Any) -> Any:
        body = {"query": query, "variables": variables}
        response = await self.side.campus.http.post("/graphql", json=body, headers=self.side.headers)
        if response.status_code == 503:
            raise OSError("come back later")
        return data_of(response.json())

    def take(self, change: dict[str, Any]) -> None:
        if change["kind"] == "REMOVED":
            self.copy.pop(change["entityId"], None)
        else:
            self.copy[change["entityId"]] = (change["version"], change["node"]["title"])
        self.cursor = change["cursor"]


def data_of(answer: Any) -> Any:
    for error in answer.get("errors", ()):
        if error["extensions"]["code"] == "CURSOR_EXPIRED":
            raise Expired(error["extensions"]["reason"])
        raise OSError(error["message"])
    return answer["data"]


async def by_pages(client: Client) -> None:
    page = (await client.ask(PAGE, after=client.cursor, first=20))["changes"]
    for edge in page["edges"]:
        client.take(edge["node"])
    client.cursor = page["pageInfo"]["endCursor"]


async def by_stream(client: Client) -> None:
    headers = with_last_event(client.side, client.cursor)
    async with reaching(client.side.port) as http, streamed(http, FOLLOW, None, headers) as events:
        if events.response.status_code != 200:
            raise OSError("come back later")
        while (event := await events.event()) is not None and event.name == "next":
            client.take(data_of(event.json)["changes"])


async def by_socket(client: Client) -> None:
    async with talking(client.side.port, headers=client.side.headers) as talk:
        await talk.send(subscribe(FOLLOW, variables={"after": client.cursor}))
        while (message := await talk.receive())["type"] != "complete":
            payload = message["payload"]
            client.take(data_of({"errors": payload} if message["type"] == "error" else payload)["changes"])


TRANSPORTS = (by_pages, by_stream, by_socket)


@pytest.fixture
async def primary() -> AsyncIterator[Cluster]:
    async with cluster() as made:
        await seeded(made.url)
        yield made


@asynccontextmanager
async def running(*clients: Client) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(client.run()) for client in clients]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def written_to(one: Side) -> AsyncIterator[list[str]]:
    """A project is renamed again and again while the block runs, even while the database is away."""
    committed: list[str] = []

    async def write() -> None:
        while True:
            with suppress(DatabaseUnavailable, DBAPIError, OSError):
                title = f"Under way {uuid4()}"
                await one.campus.rename(title)
                committed.append(title)
            await asyncio.sleep(0.05)

    writing = asyncio.create_task(write())
    try:
        yield committed
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await holds():
            await asyncio.sleep(0.05)


def titles(client: Client) -> set[str]:
    return {title for _, title in client.copy.values()}


async def equal(one: Side, *clients: Client) -> None:
    """Each copy is what the API returns, once nobody writes any more."""
    now = await one.copy()
    async with asyncio.timeout(PATIENCE):
        while any(client.copy != now for client in clients):
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("lost", [False, True], ids=["nothing is lost", "the last changes are lost"])
async def test_a_standby_takes_over_while_changes_are_made(primary: Cluster, lost: bool) -> None:
    """A subscriber continues exactly, or gets `CURSOR_EXPIRED`: in the end each copy is right."""
    engine = engine_for(primary.url)
    key = await new_key(engine)
    await engine.dispose()
    async with standby_of(primary) as standby, side(standby.either, key) as one:
        clients = [Client(one, read) for read in TRANSPORTS]
        async with running(*clients):
            async with written_to(one) as committed:

                async def seen(title: str) -> None:
                    async def by_all() -> bool:
                        return all(title in titles(client) for client in clients)

                    await until(by_all)

                await one.campus.sql(OTHER.replace(":title", "'Both'"))
                await seen("Both")
                await standby.caught_up()
                if lost:
                    await standby.cut_off()
                    await one.campus.sql(OTHER.replace(":title", "'Lost'"))
                    await seen("Lost")
                await standby.promoted()
                before = len(committed)

                async def goes_on() -> bool:
                    return len(committed) > before + 5

                await until(goes_on)
            await equal(one, *clients)
            reasons = [list(client.expired) for client in clients]
            assert [set(those) for those in reasons] == [{"EPOCH"}] * len(clients)
            await standby.value("checkpoint")
            await one.campus.rename("After the checkpoint")
            await equal(one, *clients)
            assert [client.expired for client in clients] == reasons, (
                "it is known at once, and not minutes later"
            )
