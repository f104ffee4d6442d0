"""What HTTP does with the tree of errors: which one it is, its status, its headers."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from uuid import uuid4

from api.messages import message
from models.database.client import (
    DatabaseBusy,
    DatabaseError,
    StatementTimeout,
    StatementTooLarge,
    ValueRefused,
)
from planner.errors import (
    BadUserInput,
    BodyTimeout,
    BodyTooLarge,
    CostLimit,
    Internal,
    MethodNotAllowed,
    Problem,
    RequestError,
    TimedOut,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)
from planner.message_catalog import LocalizedMessage

logger = logging.getLogger("puente")

Header = tuple[bytes, bytes]


class ClientGone(Exception):
    """Nobody is left to answer."""


FIXED: dict[type[RequestError], Header] = {
    Unauthenticated: (b"www-authenticate", b'Bearer realm="puente", error="invalid_token"'),
    UnsupportedMediaType: (b"accept-post", b"application/json"),
    BodyTimeout: (b"connection", b"close"),  # the rest of the body is not read
    BodyTooLarge: (b"connection", b"close"),
}


def status_of(error: RequestError, *, legacy: bool) -> int:
    """The status code; `legacy` is a client that accepts application/json only."""
    return error.legacy_status if legacy and error.legacy_status else error.status


def headers_of(error: RequestError) -> Iterator[Header]:
    if (fixed := FIXED.get(type(error))) is not None:
        yield fixed
    if error.retry_after is not None:
        yield b"retry-after", str(error.retry_after).encode()
    if isinstance(error, MethodNotAllowed):
        yield b"allow", error.allow.encode()


def as_request_error(error: Exception) -> RequestError:
    """The error for the client; an unexpected one is logged with its traceback."""
    if isinstance(error, RequestError):
        return error
    if isinstance(error, DatabaseError):
        logger.warning("%s", error)
        return from_database(error)
    request_error = internal()
    logger.error("request %s failed", request_error.problems[0].details["requestId"], exc_info=error)
    return request_error


def from_database(error: DatabaseError) -> RequestError:
    """The error for the client when the database fails."""
    if isinstance(error, StatementTimeout):
        return timed_out(error.seconds)
    kind = next((kind for kind in ERROR_TEXTS if isinstance(error, kind)), DatabaseError)
    branch, why = ERROR_TEXTS[kind]
    return branch(Problem(why))


TOO_COSTLY = message("failure.too_costly")
ERROR_TEXTS: dict[type[DatabaseError], tuple[type[RequestError], LocalizedMessage]] = {
    ValueRefused: (BadUserInput, message("failure.value_refused")),
    StatementTooLarge: (CostLimit, TOO_COSTLY),
    DatabaseBusy: (Unavailable, message("failure.busy")),
    DatabaseError: (Unavailable, message("failure.database_unreachable")),
}


def timed_out(seconds: float) -> TimedOut:
    return TimedOut(Problem(message("failure.timed_out", limit=seconds), details={"limit": seconds}))


def too_costly() -> CostLimit:
    return CostLimit(Problem(TOO_COSTLY))


def internal() -> Internal:
    """Our fault; `requestId` finds the log entry that has the rest."""
    return Internal(Problem(message("failure.internal"), details={"requestId": uuid4().hex}))
