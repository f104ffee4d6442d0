"""A client's system that webhooks are sent to: it keeps what it got, and fails as a test wants it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from standardwebhooks import Webhook

PATIENCE = 90.0  # seconds that something may take before the test fails


@dataclass(frozen=True)
class Got:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> str:
        return self.headers["webhook-id"]

    @property
    def payload(self) -> dict[str, Any]:
        payload: dict[str, Any] = orjson.loads(self.body)
        return payload

    @property
    def number(self) -> int:
        return int(self.message.rsplit("_", 1)[1])

    def verified(self, secret: str) -> Any:
        """The payload, as the receiver's library reads it; raises WebhookVerificationError."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass(frozen=True)
class Answering:
    """How a request is answered; `hangs` is not at all, `endless` is a body without an end."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    endless: bool = False
    after: float = 0.0


OK = Answering()
HANGING = Answering(hangs=True)


class Receiver:
    """Listens on loopback; `answer` decides, and `got` has everything in the order that it came."""

    def __init__(self, answer: Callable[[Got], Answering] = lambda _: OK) -> None:
        self.answer = answer
        self.got: list[Got] = []
        self.accepted: list[Got] = []
        self.connections = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def messages(self) -> list[str]:
        return [one.message for one in self.accepted]

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Nobody is at the port any more."""
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def until(self, holds: Callable[[Receiver], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds(self):
                await asyncio.sleep(0.01)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            try:
                while await self._one(reader, writer):
                    pass
            finally:
                writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines) if name
        }
        got = Got(head.split(" ")[1], headers, await reader.readexactly(int(headers["content-length"])))
        self.got.append(got)
        answer = self.answer(got)
        if answer.hangs:
            await asyncio.sleep(3_600)
        if answer.after:  # else it is accepted as it comes: nobody sees it between
            await asyncio.sleep(answer.after)
        if answer.status < 300:
            self.accepted.append(got)
        await _respond(writer, answer)
        return not answer.endless


async def _respond(writer: asyncio.StreamWriter, answer: Answering) -> None:
    length = {"transfer-encoding": "chunked"} if answer.endless else {"content-length": "0"}
    lines = [f"{name}: {value}" for name, value in {**length, **answer.headers}.items()]
    if answer.status == 204:
        lines = [one for one in lines if not one.startswith("content-length")]
    writer.write("\r\n".join([f"HTTP/1.1 {answer.status} X", *lines, "", ""]).encode())
    while answer.endless:
        writer.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
        await writer.drain()
    await writer.drain()


@asynccontextmanager
async def receiving(answer: Callable[[Got], Answering] = lambda _: OK) -> AsyncIterator[Receiver]:
    receiver = Receiver(answer)
    await receiver.start()
    try:
        yield receiver
    finally:
        await receiver.stop()
