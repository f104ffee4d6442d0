"""What HTTP adds to the tree of errors, and the status code that each error is answered with.

RequestError                 planner.errors, and its branches
└── NotWellFormed            400   the request is no GraphQL-over-HTTP request
    ├── Forbidden            403   FORBIDDEN: this server does not do that
    ├── NotFound             404   NOT_FOUND: nothing is at this address
    ├── MethodNotAllowed     405   with Allow
    ├── NotAcceptable        406   no media type that we have is wanted
    ├── BodyTooLarge         413
    ├── AddressTooLong       414
    ├── RateLimited          429   RATE_LIMITED, with Retry-After
    └── UnsupportedMediaType 415   the body is something else than JSON in UTF-8
ClientGone                   nobody is left to answer

What is wrong with a well-formed request (its document, its variables, its arguments) is 400 for clients that
accept application/graphql-response+json, and 200 for those that know application/json only: they take any
other status for a failure of the transport. The rest has one status: 401, 503, 504 (the database took longer
than a statement may), 500.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from models.database import DatabaseError, StatementTimeout, StatementTooLarge, ValueRefused
from planner.errors import (
    BadUserInput,
    CostLimit,
    Internal,
    Problem,
    RequestError,
    Text,
    TimedOut,
    Unavailable,
)

RETRY_AFTER = 1  # seconds; an embedded database is back by then


class NotWellFormed(RequestError):
    code = "BAD_USER_INPUT"
    status: ClassVar[int] = 400
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def __init__(self, en: str, es: str, **details: object) -> None:
        super().__init__(Problem(Text(en, es), details=details))


class Forbidden(NotWellFormed):
    code = "FORBIDDEN"
    status = 403


class NotFound(NotWellFormed):
    code = "NOT_FOUND"
    status = 404


class MethodNotAllowed(NotWellFormed):
    status = 405

    def __init__(self, en: str, es: str, allow: str) -> None:
        super().__init__(en, es)
        self.headers = ((b"allow", allow.encode()),)


class NotAcceptable(NotWellFormed):
    status = 406


class BodyTooLarge(NotWellFormed):
    status = 413
    headers = ((b"connection", b"close"),)  # the rest of the body is not read


class AddressTooLong(NotWellFormed):
    status = 414


class UnsupportedMediaType(NotWellFormed):
    status = 415
    headers = ((b"accept-post", b"application/json"),)


class RateLimited(NotWellFormed):
    code = "RATE_LIMITED"
    status = 429

    def __init__(self, en: str, es: str, seconds: int, **details: object) -> None:
        super().__init__(en, es, **details)
        self.headers = ((b"retry-after", str(seconds).encode()),)


class ClientGone(Exception):
    pass


STATUS = {"UNAUTHENTICATED": 401, "INTERNAL": 500, "UNAVAILABLE": 503, "TIMEOUT": 504}
HEADERS = {
    "UNAUTHENTICATED": ((b"www-authenticate", b'Bearer realm="puente"'),),
    "UNAVAILABLE": ((b"retry-after", str(RETRY_AFTER).encode()),),
}


def status_of(error: RequestError, *, legacy: bool) -> int:
    """The status code; `legacy` is a client that accepts application/json only."""
    if isinstance(error, NotWellFormed):
        return error.status
    return STATUS.get(error.code, 200 if legacy else 400)


def headers_of(error: RequestError) -> tuple[tuple[bytes, bytes], ...]:
    return error.headers if isinstance(error, NotWellFormed) else HEADERS.get(error.code, ())


def from_database(error: DatabaseError) -> RequestError:
    """A failure of the database as the client is told of it."""
    match error:
        case ValueRefused():
            return BadUserInput(
                Problem(
                    Text(
                        "A value cannot be stored or compared as it stands.",
                        "Un valor no se puede guardar ni comparar tal como está.",
                    )
                )
            )
        case StatementTooLarge():
            return too_costly()
        case StatementTimeout():
            return timed_out(error.seconds)
    return Unavailable(
        Problem(
            Text(
                "The database cannot be reached now; try again soon.",
                "La base de datos no responde ahora; intente de nuevo en breve.",
            )
        )
    )


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
    return CostLimit(
        Problem(
            Text(
                "The operation asks for too much at once; split it.",
                "La operación pide demasiado a la vez; divídala.",
            )
        )
    )


def internal() -> Internal:
    """Our fault; `requestId` finds the log entry that has the rest."""
    return Internal(
        Problem(
            Text("Something went wrong on our side.", "Algo falló de nuestro lado."),
            details={"requestId": uuid4().hex},
        )
    )
