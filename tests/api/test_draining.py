"""What is open hears that its server ends, and so the server need not wait for it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from api.connections.http_protocol import HttpProtocol
from api.http.draining import DRAINING, draining_state
from tests.api.loopback_sockets import usual_state

PATIENCE = 90.0


async def open_until_drained(request: Request) -> StreamingResponse:
    async def parts() -> AsyncIterator[str]:
        yield "open, "
        await request.scope["state"][DRAINING].wait()
        yield "shutting down"

    return StreamingResponse(parts())


@asynccontextmanager
async def running(_: Starlette) -> AsyncIterator[Mapping[str, Any]]:
    yield {**draining_state(asyncio.Event()), **usual_state()}


async def test_an_open_response_hears_that_the_server_ends_and_finishes() -> None:
    app = Starlette(routes=[Route("/", open_until_drained)], lifespan=running)
    server = uvicorn.Server(uvicorn.Config(app, loop="none", http=HttpProtocol, ws="none", log_level="error"))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        serving = asyncio.create_task(server.serve([listener]))
        async with asyncio.timeout(PATIENCE):
            while not server.started:
                await asyncio.sleep(0.01)
            async with (
                httpx.AsyncClient(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}") as client,
                client.stream("GET", "/", timeout=PATIENCE) as response,
            ):
                parts = response.aiter_text()
                assert await anext(parts) == "open, "
                server.should_exit = True
                assert "".join([part async for part in parts]) == "shutting down"
            await serving
