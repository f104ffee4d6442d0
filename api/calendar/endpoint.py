"""The addresses of calendars: events.ics, events/{slug}.ics and mine/{secret}.ics, below /calendar."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from hashlib import sha256

from starlette.requests import Request
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from api.calendar.arguments import language_of, read_arguments
from api.calendar.calendars import (
    CalendarOptions,
    CalendarQuery,
    CalendarRequest,
    CalendarSource,
    EventCalendar,
    PersonCalendar,
    SearchCalendar,
)
from api.graphql.pipeline import OperationPipeline
from api.http.compression import accepts_gzip, compress
from api.http.errors import ClientGone
from api.http.etag import make_etag, matches_etag
from api.http.headers import Headers, read_headers
from api.http.negotiation import JSON, ResponseFormat, negotiate
from api.http.responses import Header, HttpResponse, error_response
from planner.bounded_cache import BoundedCache

RENDERED, RENDERED_BYTES = 1_000, 16 * 2**20
"""How many calendars of an address each worker keeps, and their bytes."""
MEDIA: Header = (b"content-type", b"text/calendar; charset=utf-8")
GZIP: Header = (b"content-encoding", b"gzip")
VARY = b"Accept-Encoding, Accept-Language, Origin"


def calendar_routes(
    pipeline: OperationPipeline, options: CalendarOptions, min_compressed_bytes: int
) -> Mount:
    """The addresses below /calendar."""
    query = CalendarQuery(pipeline)
    sources: dict[str, CalendarSource] = {
        "/events.ics": SearchCalendar(query, options),
        "/events/{slug}.ics": EventCalendar(query, options),
        "/mine/{secret}.ics": PersonCalendar(query, options),
    }
    endpoints = {
        path: CalendarEndpoint(pipeline, source, min_compressed_bytes) for path, source in sources.items()
    }
    routes = [Route(path, endpoint, methods=["GET"]) for path, endpoint in endpoints.items()]
    return Mount("/calendar", routes=routes)


@dataclass(frozen=True)
class CalendarEndpoint:
    """The ASGI application of one address; requests count as those to /graphql do."""

    pipeline: OperationPipeline
    source: CalendarSource
    min_compressed_bytes: int
    rendered: BoundedCache[Hashable, bytes] = field(
        default_factory=lambda: BoundedCache(RENDERED, RENDERED_BYTES)
    )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = read_headers(scope)
        negotiated = negotiate(None, headers.get(b"accept-language"), self.pipeline.default_language)
        try:
            response = await self.answer(Request(scope, receive), headers, negotiated.language)
        except ClientGone:
            return
        except Exception as error:
            response = await self._refused(error, headers, negotiated.language)
        await response.send(send)

    async def answer(self, request: Request, headers: Headers, negotiated: str) -> HttpResponse:
        """The calendar; 304 if the client has it already."""
        await self.pipeline.authenticate(request.scope, headers)
        url_bytes = self.pipeline.request_limits.url_bytes
        arguments = read_arguments(request.scope["query_string"], self.source.arguments, url_bytes)
        wanted = CalendarRequest(request, arguments, language_of(arguments, negotiated))
        return await self._response(await self._content(wanted), wanted, headers)

    async def _response(self, content: bytes, wanted: CalendarRequest, headers: Headers) -> HttpResponse:
        packed = 0 < self.min_compressed_bytes <= len(content) and accepts_gzip(
            headers.get(b"accept-encoding", b"")
        )
        tag = make_etag(content)
        tag = f'{tag[:-1]}-gzip"' if packed else tag
        fixed = self._headers(tag, wanted.language)
        if matches_etag(tag, wanted.request):
            return HttpResponse(304, fixed, b"")
        if packed:
            return HttpResponse(200, (MEDIA, *fixed, GZIP), await compress(content))
        return HttpResponse(200, (MEDIA, *fixed), content)

    async def _content(self, wanted: CalendarRequest) -> bytes:
        """The calendar's bytes; rendering takes longer than reading, so it is done once for the same data."""
        found = await self.source.read(wanted)
        key = sha256(found.body).digest(), wanted.language, *sorted(wanted.arguments.items())
        known = self.rendered.get(key)
        if known is not None:
            return known
        content: bytes = await asyncio.to_thread(lambda: self.source.render(found.data, wanted).to_ical())
        self.rendered.store(key, content, size=len(content))
        return content

    def _headers(self, tag: str, language: str) -> tuple[Header, ...]:
        return (
            (b"etag", tag.encode()),
            (b"cache-control", self.source.cache_control.encode()),
            (b"content-language", language.lower().encode()),
            (b"vary", VARY),
            (b"x-content-type-options", b"nosniff"),
        )

    async def _refused(self, error: Exception, headers: Headers, language: str) -> HttpResponse:
        """The error as at all addresses, with the status for clients that know HTTP's own."""
        client_error = await self.pipeline.client_error(error, headers)
        refused = error_response(client_error, ResponseFormat(language, JSON), b"authorization" in headers)
        return replace(refused, status=client_error.status)
