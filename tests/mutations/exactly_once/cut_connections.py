"""Requests over connections that are cut: before all was sent, before an answer, or within it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import h11
import orjson

CUTS = ("none", "none", "request", "before the answer", "within the answer")
LOST = (OSError, TimeoutError, h11.RemoteProtocolError)
LONGEST = 60.0  # seconds that a connection may take before its client gives it up
HEADERS = {"Host": "127.0.0.1", "Connection": "close", "Content-Type": "application/json"}


@dataclass(frozen=True)
class PostRequest:
    head: h11.Request
    body: bytes

    def begin(self) -> tuple[h11.Connection, bytes]:
        """A connection that has sent the request, and the request's bytes."""
        connection = h11.Connection(h11.CLIENT)
        events = (self.head, h11.Data(data=self.body), h11.EndOfMessage())
        return connection, b"".join(connection.send(event) or b"" for event in events)


def request(document: str, variables: Mapping[str, Any], headers: Mapping[str, str]) -> PostRequest:
    body = orjson.dumps({"query": document, "variables": dict(variables)})
    given = {**HEADERS, **headers, "Content-Length": str(len(body))}
    return PostRequest(h11.Request(method="POST", target="/graphql", headers=list(given.items())), body)


async def post(port: int, sent: PostRequest, cut: str, draw: Random) -> Mapping[str, Any] | None:
    """The answer's data; None if the client doesn't know the outcome."""
    try:
        async with asyncio.timeout(LONGEST):
            return await _post(port, sent, cut, draw)
    except LOST:
        return None


async def _post(port: int, sent: PostRequest, cut: str, draw: Random) -> Mapping[str, Any] | None:
    connection, whole = sent.begin()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(whole[: draw.randrange(len(whole))] if cut == "request" else whole)
        await writer.drain()
        if cut == "none":
            return data_of(b"".join(body_parts(connection, await reader.read())))
        if cut == "before the answer":
            await asyncio.sleep(draw.uniform(0, 0.05))
        elif cut == "within the answer":
            await reader.read(draw.randint(1, 40))
        return None
    finally:
        writer.transport.abort()


def body_parts(connection: h11.Connection, received: bytes) -> Iterator[bytes]:
    """The body of an answer; raises RemoteProtocolError of one that is cut off."""
    connection.receive_data(received)
    connection.receive_data(b"")  # the end of the connection
    while not isinstance(event := connection.next_event(), h11.EndOfMessage):
        if isinstance(event, h11.Data):
            yield bytes(event.data)


def data_of(body: bytes) -> Mapping[str, Any] | None:
    """None of an answer that asks the client to try again."""
    found = orjson.loads(body)
    data: Mapping[str, Any] | None = None if "errors" in found else found["data"]
    if data is None and found["errors"][0]["extensions"]["code"] not in ("UNAVAILABLE", "TIMEOUT"):
        raise AssertionError(found["errors"])
    return data
