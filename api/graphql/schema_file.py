"""The endpoint /schema.graphql for code generators; only for viewers who may introspect."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.graphql.introspection import introspection_disabled
from api.graphql.pipeline import OperationPipeline
from api.http.compression import accepts_gzip, compress
from api.http.etag import matches_etag
from api.http.headers import read_headers
from api.http.negotiation import JSON, ResponseFormat, negotiate
from api.http.responses import error_response
from delivery.request_errors import as_request_error


@dataclass(frozen=True)
class SchemaFile:
    """The ASGI application that sends the schema, with authentication and rates as at /graphql."""

    pipeline: OperationPipeline
    text: str
    tag: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self.response(Request(scope))
        except Exception as error:
            await error_response(as_request_error(error), self._reader(scope), private=True).send(send)
        else:
            await response(scope, receive, send)

    async def response(self, request: Request) -> Response:
        """The schema; 304 if the client has it already."""
        viewer = await self.pipeline.current_viewer(request.scope, read_headers(request.scope))
        if not self.pipeline.may_introspect(viewer):
            raise introspection_disabled()
        encoded = accepts_gzip(request.headers.get("accept-encoding", "").encode("latin-1"))
        headers = {
            "etag": f'{self.tag[:-1]}-gzip"' if encoded else self.tag,
            "cache-control": "no-cache",
            "vary": "Accept-Encoding, Authorization, Origin",
            "x-content-type-options": "nosniff",
        }
        if matches_etag(headers["etag"], request):
            return Response(status_code=304, headers=headers)
        if not encoded:
            return Response(self.text, media_type="text/plain", headers=headers)
        body = await compress(self.text.encode())
        return Response(body, media_type="text/plain", headers={**headers, "content-encoding": "gzip"})

    def _reader(self, scope: Scope) -> ResponseFormat:
        """JSON, whatever `Accept` says."""
        accept_language = read_headers(scope).get(b"accept-language")
        return ResponseFormat(negotiate(None, accept_language, self.pipeline.default_language).language, JSON)
