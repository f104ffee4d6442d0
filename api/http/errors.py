"""HTTP statuses and headers of errors."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from planner.errors import (
    BodyTimeout,
    BodyTooLarge,
    MethodNotAllowed,
    RequestError,
    Unauthenticated,
    UnsupportedMediaType,
)

logger = logging.getLogger("puente")

Header = tuple[bytes, bytes]


class ClientGone(Exception):
    """The client has disconnected, so there is nobody to respond to."""


FIXED: dict[type[RequestError], Header] = {
    Unauthenticated: (b"www-authenticate", b'Bearer realm="puente", error="invalid_token"'),
    UnsupportedMediaType: (b"accept-post", b"application/json"),
    BodyTimeout: (b"connection", b"close"),  # the rest of the body is not read
    BodyTooLarge: (b"connection", b"close"),
}


def status_of(error: RequestError, *, legacy: bool) -> int:
    """The status code; `legacy`: the client only accepts application/json."""
    return error.legacy_status if legacy and error.legacy_status else error.status


def headers_of(error: RequestError) -> Iterator[Header]:
    if (fixed := FIXED.get(type(error))) is not None:
        yield fixed
    if error.retry_after is not None:
        yield b"retry-after", str(error.retry_after).encode()
    if isinstance(error, MethodNotAllowed):
        yield b"allow", error.allow.encode()
