"""Strawberry's ASGI application, as its documentation has it, on uvicorn: what Strawberry's peers share."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Generic, TypeVar

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry import Schema
from strawberry.asgi import GraphQL

Context = TypeVar("Context")


class PeerApplication(GraphQL[Context, None], Generic[Context]):
    """The schema without an explorer, with orjson, and a context for each request."""

    def __init__(self, schema: Schema, context: Callable[[], Context]) -> None:
        super().__init__(schema, graphql_ide=None, allow_queries_via_get=False)
        self.context = context

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        return self.context()

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)


def serve(schema: Schema, context: Callable[[], Context], port: int) -> None:
    app = Starlette(routes=[Route("/graphql", PeerApplication(schema, context), methods=["POST"])])
    gc.collect()
    gc.freeze()  # the schema lives as long as the process: looking through it again and again costs a third
    uvicorn.run(app, port=port, log_level="error", loop="uvloop", http="httptools", access_log=False)
