"""Requests over connections that are cut: before all was sent, before an answer, or within it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import orjson

CUTS = ("none", "none", "request", "before the answer", "within the answer")
LOST = (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError)
LONGEST = 60.0  # seconds that a connection may take before its client gives it up
HEAD = "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n"


@dataclass(frozen=True)
class Sent:
    """A request as bytes."""

    head: bytes
    body: bytes

    @property
    def whole(self) -> bytes:
        return self.head + self.body


def request(document: str, variables: Mapping[str, Any], headers: Mapping[str, str]) -> Sent:
    body = orjson.dumps({"query": document, "variables": dict(variables)})
    given = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return Sent(f"{HEAD}{given}Content-Length: {len(body)}\r\n\r\n".encode(), body)


async def put(port: int, sent: Sent, cut: str, draw: Random) -> Mapping[str, Any] | None:
    """The answer's data; None where the client does not know what came of it."""
    try:
        async with asyncio.timeout(LONGEST):
            return await _put(port, sent, cut, draw)
    except LOST:
        return None


async def _put(port: int, sent: Sent, cut: str, draw: Random) -> Mapping[str, Any] | None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        if cut == "request":
            writer.write(sent.whole[: draw.randrange(len(sent.whole))])
            await writer.drain()
            return None
        writer.write(sent.whole)
        await writer.drain()
        if cut == "before the answer":
            await asyncio.sleep(draw.uniform(0, 0.05))
            return None
        if cut == "within the answer":
            await reader.read(draw.randint(1, 40))
            return None
        return read_answer(await reader.read())
    finally:
        writer.transport.abort()


def read_answer(answer: bytes) -> Mapping[str, Any] | None:
    """The data; None of an answer that is cut off, or that says to come again."""
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"chunked" in head.lower():
        body = b"".join(chunks(body))
    found = orjson.loads(body)
    data: Mapping[str, Any] | None = None if "errors" in found else found["data"]
    if data is None and found["errors"][0]["extensions"]["code"] not in ("UNAVAILABLE", "TIMEOUT"):
        raise AssertionError(found["errors"])
    return data


def chunks(body: bytes) -> list[bytes]:
    found = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        found.append(rest[:length])
        body = rest[length + 2 :]
        if not length:
            break
    return found
