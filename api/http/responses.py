"""HTTP responses: status, headers and the body's bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from starlette.types import Send

from api.http.compression import accepts_gzip, compress
from api.http.errors import headers_of, status_of
from api.http.negotiation import ResponseFormat
from planner.errors import Problem, RequestError

Header = tuple[bytes, bytes]
VARY = b"Accept, Accept-Encoding, Accept-Language, Authorization, Origin"


@dataclass(frozen=True, slots=True)
class HttpResponse:
    status: int
    headers: Sequence[Header]
    body: bytes

    async def send(self, send: Send) -> None:
        length = (b"content-length", b"%d" % len(self.body))
        await send({"type": "http.response.start", "status": self.status, "headers": [*self.headers, length]})
        await send({"type": "http.response.body", "body": self.body})


async def compressed(response: HttpResponse, accept_encoding: bytes) -> HttpResponse:
    """The response, compressed by gzip if the client accepts it."""
    if not accepts_gzip(accept_encoding):
        return response
    headers = (*response.headers, (b"content-encoding", b"gzip"))
    return HttpResponse(response.status, headers, await compress(response.body))


@lru_cache(maxsize=16)
def fixed_headers(response_format: ResponseFormat, private: bool) -> tuple[Header, ...]:
    """The headers of every response in this format; `private`: the request had a credential."""
    return (
        (b"content-type", f"{response_format.media}; charset=utf-8".encode()),
        (b"content-language", response_format.language.lower().encode()),
        (b"vary", VARY),
        (b"cache-control", b"no-store" if private else b"no-cache"),
        (b"x-content-type-options", b"nosniff"),
    )


def data_response(response_format: ResponseFormat, private: bool, body: bytes) -> HttpResponse:
    return HttpResponse(200, fixed_headers(response_format, private), body)


def error_response(error: RequestError, response_format: ResponseFormat, private: bool) -> HttpResponse:
    """The response to a request that gets no data."""
    entries = error_entries(error, response_format.language)
    headers = (*fixed_headers(response_format, private), *headers_of(error))
    return HttpResponse(
        status_of(error, legacy=response_format.legacy), headers, orjson.dumps({"errors": entries})
    )


def error_entries(error: RequestError, language: str) -> list[Mapping[str, Any]]:
    """The entries of `errors` in a language."""
    return [_entry(problem, error.code, language) for problem in error.problems]


def _entry(problem: Problem, code: str, language: str) -> Mapping[str, Any]:
    entry: dict[str, Any] = {"message": problem.message.read(language)}
    if problem.locations:
        entry["locations"] = [{"line": line, "column": column} for line, column in problem.locations]
    if problem.path:
        entry["path"] = list(problem.path)
    entry["extensions"] = {**problem.details, "code": code}
    return entry
