"""Subscribers over the network, in three ways, who lose their servers and go on after their last cursor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import httpx
from websockets.exceptions import WebSocketException

from tests.api.sse.event_stream import reaching, streamed
from tests.api.websocket.client import subscribe, talking
from tests.feed.oracle.copies import CURSOR, FOLLOW, NODES, POLL, Copy, Node, number_of
from tests.feed.oracle.servers import Server, headers_of

CUT = (httpx.HTTPError, OSError, WebSocketException, TimeoutError, AssertionError, EOFError)
AGAIN = {"UNAVAILABLE", "TIMEOUT", "INTERNAL"}
PAGE = 100
PATIENCE = 120.0


class Refused(Exception):
    """An answer without data, which may be had later."""


@dataclass
class Reader:
    """One subscriber: `way` is poll, stream or socket; `until` is the number at which it is through."""

    copy: Copy
    servers: Sequence[Server]
    state: Path
    random: Random
    until: int | None = None
    longest: float = 4.0

    @property
    def headers(self) -> dict[str, str]:
        return headers_of(self.copy.viewer, self.state)

    @property
    def through(self) -> bool:
        return self.until is not None and number_of(self.copy.cursor) >= self.until

    async def begin(self, ids: Sequence[str]) -> None:
        """A cursor, and then everything that there is to see."""
        self.copy.begin((await self.ask(CURSOR))["changeCursor"])
        self.copy.nodes = await self.nodes(ids)

    async def nodes(self, ids: Sequence[str]) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for start in range(0, len(ids), PAGE):
            page = ids[start : start + PAGE]
            answered = (await self.ask(NODES, ids=page))["nodes"]
            found.update({id: node for id, node in zip(page, answered, strict=True) if node is not None})
        return found

    async def ask(self, query: str, **variables: Any) -> Mapping[str, Any]:
        """A query's data, from whichever server has it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            assert time.monotonic() < deadline, "no server answers"
            try:
                async with reaching(self.random.choice(self.servers).port) as client:
                    return await self._post(client, query, variables)
            except (*CUT, Refused):
                await asyncio.sleep(0.1)

    async def _post(
        self, client: httpx.AsyncClient, query: str, variables: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        body = {"query": query, "variables": variables}
        answered = (await client.post("/graphql", json=body, headers=self.headers)).json()
        self._look(answered)
        data: Mapping[str, Any] = answered["data"]
        return data

    def _look(self, answered: Mapping[str, Any]) -> None:
        if "errors" in answered:
            code = answered["errors"][0]["extensions"]["code"]
            if code not in AGAIN:
                self.copy.faults.append(f"refused: {answered['errors']}")
            raise Refused(code)

    async def run(self) -> None:
        """Follow until through: connection after connection, each for as long as it is drawn to last."""
        while not self.through:
            self._step_back()
            self.copy.connected()
            try:
                async with asyncio.timeout(self.random.uniform(0.3, self.longest)):
                    await {"poll": self.poll, "stream": self.stream, "socket": self.socket}[self.copy.way]()
            except (*CUT, Refused):
                await asyncio.sleep(self.random.uniform(0.02, 0.2))

    def _step_back(self) -> None:
        """Now and then a subscriber has lost the last changes that it received."""
        if self.copy.received and self.random.random() < 0.2:
            epoch, _, fingerprint = self.copy.cursor.split(".")
            change = self.copy.received[-min(len(self.copy.received), self.random.randint(1, 50))]
            self.copy.cursor = f"{epoch}.{change.number}.{fingerprint}"

    async def poll(self) -> None:
        async with reaching(self.random.choice(self.servers).port) as client:
            while not self.through:
                page = (await self._post(client, POLL, {"after": self.copy.cursor, "first": 500}))["changes"]
                for change in page["nodes"]:
                    self.copy.take(change)
                self.copy.cursor = page["pageInfo"]["endCursor"]
                if not page["pageInfo"]["hasNextPage"]:
                    await asyncio.sleep(0.2)

    async def stream(self) -> None:
        headers = {**self.headers, "last-event-id": self.copy.cursor}
        async with (
            reaching(self.random.choice(self.servers).port) as client,
            streamed(client, FOLLOW, None, headers) as events,
        ):
            while not self.through:
                event = await events.event()
                if event is None or event.name != "next":
                    raise EOFError
                self._take(event.json)

    async def socket(self) -> None:
        async with talking(self.random.choice(self.servers).port, headers=self.headers) as talk:
            await talk.send(subscribe(FOLLOW, variables={"after": self.copy.cursor}))
            async with aclosing(messages_of(talk)) as messages:
                async for message in messages:
                    if message["type"] == "error":
                        self._look({"errors": message["payload"]})
                    if message["type"] != "next":
                        raise EOFError
                    self._take(message["payload"])
                    if self.through:
                        return

    def _take(self, result: Mapping[str, Any]) -> None:
        self._look(result)
        self.copy.take(result["data"]["changes"])


async def messages_of(talk: Any) -> AsyncGenerator[Any, None]:
    while True:
        yield await talk.receive()
