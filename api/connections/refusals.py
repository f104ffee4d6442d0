"""Responses to requests that never reach the application: too large, too late, or not HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from api.http.negotiation import JSON, ResponseFormat
from api.http.responses import Header, error_response
from api.messages import message
from planner.errors import BodyTimeout, BodyTooLarge, HeadTooLarge, NotWellFormed, RequestError


def as_bytes(error: RequestError, language: str, headers: Sequence[Header] = ()) -> bytes:
    """The whole response, in the form of all other errors; the connection ends with it."""
    response = error_response(error, ResponseFormat(language.upper(), JSON), private=True)
    lines = [*headers, *response.headers, (b"content-length", str(len(response.body)).encode())]
    lines = [(name, value) for name, value in lines if name != b"connection"]
    status = f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}\r\n".encode()
    head = b"".join(b"%s: %s\r\n" % line for line in (*lines, (b"connection", b"close")))
    return status + head + b"\r\n" + response.body


def head_too_large(limit: int, size: int) -> HeadTooLarge:
    return HeadTooLarge(message("http.head_too_large", limit=limit), limit=limit, asked=size)


def too_many_headers(limit: int, count: int) -> HeadTooLarge:
    return HeadTooLarge(message("http.too_many_headers", limit=limit), limit=limit, asked=count)


def head_too_late(seconds: float) -> BodyTimeout:
    return BodyTimeout(message("http.head_too_late", limit=seconds), limit=seconds)


def request_too_large(limit: int, size: int) -> BodyTooLarge:
    return BodyTooLarge(message("request.body_too_large", limit=limit, asked=size), limit=limit, asked=size)


def reason(error: Exception) -> RequestError:
    """The error for a parser's exception; an error of a parser callback is its context."""
    cause = error if isinstance(error, RequestError) else error.__context__
    return cause if isinstance(cause, RequestError) else invalid_request()


def invalid_request() -> NotWellFormed:
    return NotWellFormed(message("http.invalid_request"))


def invalid_handshake() -> NotWellFormed:
    return NotWellFormed(message("http.invalid_handshake"))
