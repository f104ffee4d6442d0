"""Strawberry's ASGI application, as its documentation has it, on uvicorn."""

from __future__ import annotations

import gc
import sys

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from benchmarks.peers.loaders.loaders import Database, Loaders
from benchmarks.peers.loaders.nodes import Context
from benchmarks.peers.loaders.query import schema
from benchmarks.peers.sessions import engine_on, sessions_on


class Application(GraphQL[Context, None]):
    def __init__(self, database: Database) -> None:
        super().__init__(schema, graphql_ide=None, allow_queries_via_get=False)
        self.database = database

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        return Context(self.database, Loaders(self.database))

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)


def serve(url: str, port: int) -> None:
    graphql = Application(Database(sessions_on(engine_on(url))))
    app = Starlette(routes=[Route("/graphql", graphql, methods=["POST"])])
    gc.collect()
    gc.freeze()  # the schema lives as long as the process: looking through it again and again costs a third
    uvicorn.run(app, port=port, log_level="error", loop="uvloop", http="httptools", access_log=False)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
