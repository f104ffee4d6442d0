"""The ceiling: hand-written SQL of the same rows behind a bare route, asyncpg's pool as it comes."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import asyncpg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.peers.peer import Peer, Request, python
from benchmarks.suite import Operation, facts_of, suite


def request(operation: Operation) -> Request:
    return Request(f"/{operation.name}", b'{"variables":{}}')


def serve(url: str, port: int) -> None:
    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(url, max_size=10, server_settings={"jit": "off"}) as app.state.pool:
            yield

    def route(operation: Operation) -> Route:
        sql, parameters = operation.sql, operation.parameters

        async def answer(asked: StarletteRequest) -> Response:
            await asked.json()
            body = await app.state.pool.fetchval(sql, *parameters)
            return Response('{"data":' + body + "}", media_type="application/json")

        return Route(f"/{operation.name}", answer, methods=["POST"])

    app = Starlette(routes=[route(operation) for operation in suite(facts_of(url))], lifespan=life)
    uvicorn.run(app, port=port, log_level="error", loop="uvloop", http="httptools", access_log=False)


CEILING = Peer(
    "ceiling",
    python(__name__),
    request,
    versions=lambda: {name: version(name) for name in ("starlette", "asyncpg", "uvicorn", "uvloop")},
)

if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
