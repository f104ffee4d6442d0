"""The application behind a real port, in this process."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette

from api.websocket.wire import Wire
from tests.api.reaching import application, settings_for


@asynccontextmanager
async def served(url: str, app: Starlette | None = None, **settings: Any) -> AsyncIterator[int]:
    """The port of a real server in this process."""
    made = settings_for(url, **settings)
    config = uvicorn.Config(
        app or application(url, **settings),
        loop="none",
        http="httptools",
        ws=Wire,
        ws_max_size=made.socket_message_bytes,
        ws_ping_interval=made.socket_ping_interval,
        ws_ping_timeout=made.socket_ping_timeout,
        ws_per_message_deflate=False,
        lifespan="on",
        log_level="error",
    )
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        running = asyncio.create_task(server.serve([listener]))
        while not server.started:
            assert not running.done()
            await asyncio.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = True
        await running
