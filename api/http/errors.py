"""What HTTP does with the tree of errors: which one it is, its status, its headers."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from uuid import uuid4

from models.database import (
    DatabaseBusy,
    DatabaseError,
    StatementTimeout,
    StatementTooLarge,
    ValueRefused,
)
from planner.errors import (
    BadUserInput,
    BodyTooLarge,
    BodyTooLate,
    CostLimit,
    Internal,
    MethodNotAllowed,
    Problem,
    RequestError,
    Text,
    TimedOut,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)

logger = logging.getLogger("puente")

Header = tuple[bytes, bytes]


class ClientGone(Exception):
    """Nobody is left to answer."""


FIXED: dict[type[RequestError], Header] = {
    Unauthenticated: (b"www-authenticate", b'Bearer realm="puente", error="invalid_token"'),
    UnsupportedMediaType: (b"accept-post", b"application/json"),
    BodyTooLate: (b"connection", b"close"),  # the rest of the body is not read
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
    """What the client is told; what nobody expected is logged with its traceback."""
    if isinstance(error, RequestError):
        return error
    if isinstance(error, DatabaseError):
        logger.warning("%s", error)
        return from_database(error)
    told = internal()
    logger.error("request %s failed", told.problems[0].details["requestId"], exc_info=error)
    return told


def from_database(error: DatabaseError) -> RequestError:
    """A failure of the database as the client is told of it."""
    if isinstance(error, StatementTimeout):
        return timed_out(error.seconds)
    kind = next((kind for kind in TOLD if isinstance(error, kind)), DatabaseError)
    branch, message = TOLD[kind]
    return branch(Problem(message))


TOO_COSTLY = Text(
    "The operation asks for too much at once; split it.", "La operación pide demasiado a la vez; divídala."
)
TOLD: dict[type[DatabaseError], tuple[type[RequestError], Text]] = {
    ValueRefused: (
        BadUserInput,
        Text(
            "A value cannot be stored or compared as it stands.",
            "Un valor no se puede guardar ni comparar tal como está.",
        ),
    ),
    StatementTooLarge: (CostLimit, TOO_COSTLY),
    DatabaseBusy: (
        Unavailable,
        Text(
            "Too much is being asked at this moment; try again soon.",
            "Se está pidiendo demasiado en este momento; intente de nuevo en breve.",
        ),
    ),
    DatabaseError: (
        Unavailable,
        Text(
            "The database cannot be reached now; try again soon.",
            "La base de datos no responde ahora; intente de nuevo en breve.",
        ),
    ),
}


def timed_out(seconds: float) -> TimedOut:
    return TimedOut(
        Problem(
            Text(
                f"The answer took longer than {seconds:g} seconds, the most it may; ask for less at a time.",
                f"La respuesta tardó más de {seconds:g} segundos, lo máximo permitido; pida menos a la vez.",
            ),
            details={"limit": seconds},
        )
    )


def too_costly() -> CostLimit:
    return CostLimit(Problem(TOO_COSTLY))


def internal() -> Internal:
    """Our fault; `requestId` finds the log entry that has the rest."""
    return Internal(
        Problem(
            Text("Something went wrong on our side.", "Algo falló de nuestro lado."),
            details={"requestId": uuid4().hex},
        )
    )
