"""Clients of real servers: one polls, one follows a stream; each continues after its cursor if it can."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from tests.api.sse.event_stream import reaching, streamed

PATIENCE = 60.0

POLL = """
    query Poll($after: String) {
        changes(after: $after, types: [VENUE], first: 50) { nodes { id version } pageInfo { endCursor } }
    }
"""
FOLLOW = "subscription Follow($after: String) { changes(after: $after, types: [VENUE]) { id version } }"


class Client(Protocol):
    port: int
    seen: list[dict[str, Any]]

    async def run(self) -> None: ...


@dataclass
class Poller:
    port: int
    after: str
    seen: list[dict[str, Any]] = field(default_factory=list)

    async def run(self) -> None:
        """Ask again and again; where nobody answers, too."""
        while True:
            async with reaching(self.port) as client:
                with suppress(httpx.TransportError):
                    while True:
                        page = (await post(client, POLL, after=self.after))["changes"]
                        self.seen += page["nodes"]
                        self.after = page["pageInfo"]["endCursor"] or self.after
                        await asyncio.sleep(0.05)
            await asyncio.sleep(0.05)


@dataclass
class Follower:
    port: int
    after: str
    seen: list[dict[str, Any]] = field(default_factory=list)

    async def run(self) -> None:
        """Follow, and come back when it ends, as an EventSource does."""
        while True:
            async with reaching(self.port) as client:
                with suppress(httpx.TransportError):
                    async with streamed(client, FOLLOW, headers={"last-event-id": self.after}) as stream:
                        while event := await stream.event():
                            assert event.name == "next", event.data
                            assert event.id is not None
                            self.seen.append(event.json["data"]["changes"])
                            self.after = event.id
            await asyncio.sleep(0.05)


async def post(client: httpx.AsyncClient, query: str, **variables: Any) -> dict[str, Any]:
    answer = await client.post("/graphql", json={"query": query, "variables": variables})
    data: dict[str, Any] = answer.raise_for_status().json()["data"]
    return data


async def cursor_at(port: int) -> str:
    async with reaching(port) as client:
        cursor: str = (await post(client, "{ changeCursor }"))["changeCursor"]
        return cursor


@asynccontextmanager
async def at_work(*clients: Client) -> AsyncIterator[Callable[[int], Any]]:
    """Clients at work; the block gets a function that waits until some have seen this many changes."""
    tasks = [asyncio.create_task(client.run()) for client in clients]

    async def until(count: int, *some: Client) -> None:
        async with asyncio.timeout(PATIENCE):
            while not all(len(one.seen) >= count for one in some or clients):
                for task in tasks:
                    if task.done():
                        task.result()
                await asyncio.sleep(0.02)

    yield until
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
