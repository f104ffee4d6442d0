"""Subscriptions in a test's own hands: it lets them begin, tells them, and ends them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from api.app import Application
from api.websocket.endpoint import WebSocketEndpoint
from delivery.subscriptions.sessions import Credential, Subscriber
from delivery.subscriptions.subscriptions import SubscriptionRequest
from tests.api.http_clients import application
from tests.api.loopback_sockets import served
from tests.api.websocket.client import PATIENCE


@dataclass(eq=False)
class Opened:
    subscriber: Subscriber
    credential: Credential
    language: str
    closed: bool = False

    def close(self) -> None:
        self.closed = True


@dataclass
class BlockedSubscriptions:
    """In the place of `Subscriptions`. While `gate` is not set, what is opened is still starting."""

    opened: list[Opened] = field(default_factory=list)
    opened_count: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    refuses: Exception | None = None

    async def open(self, request: SubscriptionRequest, subscriber: Subscriber) -> Opened:
        self.opened_count += 1
        await self.gate.wait()
        if self.refuses is not None:
            raise self.refuses
        self.opened.append(Opened(subscriber, request.credential, request.language))
        return self.opened[-1]

    async def until_opened(self, number: int = 1) -> Opened:
        await until(lambda: len(self.opened) >= number)
        return self.opened[number - 1]


async def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds."""
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.005)


@dataclass(frozen=True)
class BlockedServer:
    port: int
    subscriptions: BlockedSubscriptions
    sockets: WebSocketEndpoint


@asynccontextmanager
async def blocked_server(url: str, **settings: Any) -> AsyncIterator[BlockedServer]:
    """A real server whose subscriptions are the test's."""
    app = application(url, **settings)
    assert isinstance(app, Application)
    async with served(url, app, **settings) as port:
        subscriptions, pipeline = BlockedSubscriptions(), app.parts.websocket.pipeline
        subscriptions.gate.set()
        real, pipeline.subscriptions = pipeline.subscriptions, subscriptions  # type: ignore[assignment]
        try:
            yield BlockedServer(port, subscriptions, app.parts.websocket)
        finally:
            pipeline.subscriptions = real
