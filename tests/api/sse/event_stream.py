"""An event stream as a client reads it, by the rules of WHATWG HTML."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

PATIENCE = 90.0  # seconds that something may take before a test fails
EVENTS = {"accept": "text/event-stream"}


@dataclass(frozen=True)
class Event:
    """What an EventSource would dispatch."""

    name: str
    data: str
    id: str | None = None

    @property
    def json(self) -> Any:
        return orjson.loads(self.data)

    @property
    def code(self) -> str:
        code: str = self.json["errors"][0]["extensions"]["code"]
        return code


@dataclass
class Stream:
    """A response that is read line by line; `beats` counts its comments, `retry` is its last hint."""

    response: httpx.Response
    beats: int = 0
    retry: int | None = None
    lines: AsyncIterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = self.response.aiter_lines()

    async def event(self) -> Event | None:
        """The next event; None at the end of the response."""
        read: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE):
            async for line in self.lines:
                if not line and "data" in read:
                    return Event(read.get("event", "message"), read["data"], read.get("id"))
                self._receive(line, read)
        return None

    async def rest(self) -> list[Event]:
        """All events until the response ends."""
        events = []
        while (event := await self.event()) is not None:
            events.append(event)
        return events

    async def until_beat(self) -> None:
        """Read until a comment, before which no event may come."""
        beats = self.beats
        async with asyncio.timeout(PATIENCE):
            async for line in self.lines:
                assert not line.startswith(("event", "data"))
                self._receive(line, {})
                if self.beats > beats:
                    return

    def _receive(self, line: str, read: dict[str, str]) -> None:
        name, _, value = line.partition(":")
        if line.startswith(":"):
            self.beats += 1
        elif name == "retry":
            self.retry = int(value)
        elif line:
            assert name in ("event", "id", "data")
            assert name not in read, "each field once: the data is one line"
            read[name] = value.removeprefix(" ")


@asynccontextmanager
async def reaching(port: int) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        yield client


@asynccontextmanager
async def streamed(
    client: httpx.AsyncClient,
    query: str,
    variables: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[Stream]:
    """An operation by POST."""
    body = {"query": query, "variables": variables}
    given = {**EVENTS, **(headers or {})}
    async with client.stream("POST", "/graphql/stream", json=body, headers=given) as response:
        yield Stream(response)
