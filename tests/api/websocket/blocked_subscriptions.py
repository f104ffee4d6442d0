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
class Held:
    """In the place of `Subscriptions`. While `gate` is not set, what is opened is still starting."""

    opened: list[Opened] = field(default_factory=list)
    opened_count: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    refuses: Exception | None = None

    def is_planned(self, request: SubscriptionRequest) -> bool:
        return True

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
class House:
    port: int
    held: Held
    sockets: WebSocketEndpoint


@asynccontextmanager
async def housed(url: str, **settings: Any) -> AsyncIterator[House]:
    """A real server whose subscriptions are the test's."""
    app = application(url, **settings)
    assert isinstance(app, Application)
    async with served(url, app, **settings) as port:
        held, pipeline = Held(), app.parts.websocket.pipeline
        held.gate.set()
        real, pipeline.subscriptions = pipeline.subscriptions, held  # type: ignore[assignment]
        try:
            yield House(port, held, app.parts.websocket)
        finally:
            pipeline.subscriptions = real
