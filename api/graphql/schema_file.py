"""The address /schema.graphql, for code generators: for those who may introspect."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.graphql.endpoint import GraphQL
from api.graphql.introspection import not_told
from api.http.errors import as_request_error
from api.http.etag import is_known
from api.http.headers import read_headers
from api.http.negotiation import JSON, Reader, reader_of
from api.http.responses import refusal


@dataclass(frozen=True)
class SchemaFile:
    """The ASGI application that sends the schema; it counts and knows viewers as `graphql` does."""

    graphql: GraphQL
    text: str
    tag: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self.response(Request(scope))
        except Exception as error:
            await refusal(as_request_error(error), self._reader(scope), private=True).send(send)
        else:
            await response(scope, receive, send)

    async def response(self, request: Request) -> Response:
        """The schema; 304 if they have it already."""
        viewer = await self.graphql.viewer_now(request.scope, read_headers(request.scope))
        if not self.graphql.may_introspect(viewer):
            raise not_told()
        headers = {
            "etag": self.tag,
            "cache-control": "no-cache",
            "vary": "Authorization, Origin",
            "x-content-type-options": "nosniff",
        }
        if is_known(self.tag, request):
            return Response(status_code=304, headers=headers)
        return Response(self.text, media_type="text/plain", headers=headers)

    def _reader(self, scope: Scope) -> Reader:
        """Refusals are JSON, whatever is accepted."""
        asked = read_headers(scope).get(b"accept-language")
        return Reader(reader_of(None, asked, self.graphql.default_language).language, JSON)
