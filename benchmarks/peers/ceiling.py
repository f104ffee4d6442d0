"""The ceiling: hand-written SQL of the same rows behind a bare route, asyncpg's pool as it comes.

The tuned ceiling is the same with what Puente does to its connections: no reset, and statements planned once,
or for their values where these decide.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import asyncpg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.peers.peer import Peer, PeerRequest, python
from benchmarks.suite import BenchmarkOperation, facts_of, suite

VALUES_DECIDE = {"mentor_directory"}
MADE_OF = ("starlette", "asyncpg", "uvicorn", "uvloop")


def request(operation: BenchmarkOperation) -> PeerRequest:
    return PeerRequest(f"/{operation.name}", b'{"variables":{}}')


def serve(url: str, port: int, *, tuned: bool = False) -> None:
    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        async with (
            pool(url, tuned, "force_generic_plan") as app.state.once,
            pool(url, tuned, "force_custom_plan") as app.state.by_values,
        ):
            yield

    def route(operation: BenchmarkOperation) -> Route:
        sql, parameters = operation.sql, operation.parameters
        by_values = operation.name in VALUES_DECIDE

        async def answer(request: StarletteRequest) -> Response:
            await request.json()
            connections = app.state.by_values if by_values else app.state.once
            body = await connections.fetchval(sql, *parameters)
            return Response('{"data":' + body + "}", media_type="application/json")

        return Route(f"/{operation.name}", answer, methods=["POST"])

    app = Starlette(routes=[route(operation) for operation in suite(facts_of(url))], lifespan=life)
    uvicorn.run(app, port=port, log_level="error", loop="uvloop", http="httptools", access_log=False)


def pool(url: str, tuned: bool, plan_cache_mode: str) -> Any:
    if not tuned:
        return asyncpg.create_pool(url, max_size=10, server_settings={"jit": "off"})

    async def leave_as_it_is(_: asyncpg.Connection) -> None:
        pass

    settings = {"jit": "off", "plan_cache_mode": plan_cache_mode}
    return asyncpg.create_pool(url, max_size=10, reset=leave_as_it_is, server_settings=settings)


def versions() -> dict[str, str]:
    return {name: version(name) for name in MADE_OF}


CEILING = Peer("ceiling", python(__name__), request, versions=versions)
TUNED_CEILING = Peer(
    "tuned ceiling",
    lambda url, port: [sys.executable, "-m", __name__, url, str(port), "tuned"],
    request,
    versions=versions,
)

if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), tuned="tuned" in sys.argv)
