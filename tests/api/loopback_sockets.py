"""The application behind a real port, in this process."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from api.composition import connection_limits_of
from api.connections.client_connections import CONNECTIONS, ClientConnections
from api.server.server import protocols
from api.settings.settings import Settings, read_settings
from tests.api.http_clients import application, settings_for


@asynccontextmanager
async def served(url: str, app: ASGIApp | None = None, **settings: Any) -> AsyncIterator[int]:
    """The port of a real server in this process."""
    async with listening(app or application(url, **settings), settings_for(url, **settings)) as (port, _):
        yield port


def usual_state(settings: Settings | None = None) -> dict[str, Any]:
    """What the protocols find in the state of our application's lifespan."""
    return {CONNECTIONS: ClientConnections(connection_limits_of(settings or read_settings()))}


@asynccontextmanager
async def listening(
    app: ASGIApp, settings: Settings | None = None
) -> AsyncIterator[tuple[int, uvicorn.Server]]:
    """A real server of an application, its port, and how to end it."""
    spoken = protocols(settings or settings_for("postgresql:///"))
    config = uvicorn.Config(app, loop="none", lifespan="on", log_level="error", **spoken)
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        running = asyncio.create_task(server.serve([listener]))
        while not server.started:
            assert not running.done()
            await asyncio.sleep(0.01)
        for name, value in usual_state(settings).items():  # of an application that isn't ours
            server.lifespan.state.setdefault(name, value)
        try:
            yield listener.getsockname()[1], server
        finally:
            server.should_exit = True
            await running
