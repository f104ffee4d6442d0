"""The application behind a real port, in this process."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from api.draining import HttpProtocol
from tests.api.reaching import application


@asynccontextmanager
async def served(url: str, **settings: Any) -> AsyncIterator[int]:
    """The port of a real server in this process."""
    async with listening(application(url, **settings)) as (port, _):
        yield port


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncIterator[tuple[int, uvicorn.Server]]:
    """A real server of an application, its port, and how it is told to end."""
    config = uvicorn.Config(app, loop="none", http=HttpProtocol, ws="none", lifespan="on", log_level="error")
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        running = asyncio.create_task(server.serve([listener]))
        while not server.started:
            assert not running.done()
            await asyncio.sleep(0.01)
        yield listener.getsockname()[1], server
        server.should_exit = True
        await running
