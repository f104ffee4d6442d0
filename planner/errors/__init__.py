"""The errors that clients get, each with its stable code and HTTP status.

RequestError                      the request gets `errors` and no data
├── ParseFailed                   GRAPHQL_PARSE_FAILED       400, 200
├── ValidationFailed              GRAPHQL_VALIDATION_FAILED  400, 200
├── BadUserInput                  BAD_USER_INPUT             400, 200
├── CostLimit                     COST_LIMIT                 400, 200
├── CursorExpired                 CURSOR_EXPIRED             400, 200
├── PersistedQueryNotSupported    PERSISTED_QUERY_NOT_SUPPORTED 400, 200
├── NotWellFormed                 BAD_USER_INPUT             400
│   ├── MethodNotAllowed          BAD_USER_INPUT             405
│   ├── NotAcceptable             BAD_USER_INPUT             406
│   ├── BodyTimeout               TIMEOUT                    408
│   ├── BodyTooLarge              BAD_USER_INPUT             413
│   ├── AddressTooLong            BAD_USER_INPUT             414
│   ├── UnsupportedMediaType      BAD_USER_INPUT             415
│   ├── HeadTooLarge              BAD_USER_INPUT             431
│   ├── RateLimited               RATE_LIMITED               429
│   ├── TooManyConnections        RATE_LIMITED               429
│   ├── Forbidden                 FORBIDDEN                  403
│   └── NotFound                  NOT_FOUND                  404
├── Unauthenticated               UNAUTHENTICATED            401
├── Internal                      INTERNAL                   500
├── Unavailable                   UNAVAILABLE                503
└── TimedOut                      TIMEOUT                    504

The second status, if there is one, is for clients that only accept application/json: they treat any other
status as a failure of the transport. A branch is a class whose docstring says when the error happens; it sets
those of `code`, `status`, `legacy_status`, `retry` and `members` that differ from its parent's.
docs/errors.md is generated from it (`make docs`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

from planner.message_catalog import LocalizedMessage


@dataclass(frozen=True, slots=True)
class Problem:
    """An entry of `errors`; `locations` are lines and columns of the document, counted from 1."""

    message: LocalizedMessage
    locations: Sequence[tuple[int, int]] = ()
    path: Sequence[str | int] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


class Retry(Enum):
    """What a client should do after an error, as worded in docs/errors.md."""

    NO = "no: fix the request"
    LESS = "no: request less at a time"
    IDENTIFIED = "no: get another token, or omit it"
    FASTER = "yes: over a faster connection"
    LATER = "yes: after the seconds of `Retry-After`"
    WHOLE = "yes: with `query`, as clients do automatically"
    SNAPSHOT = "no: take a new snapshot and follow from its cursor"
    CLOSED = "yes: once another is closed"
    ONCE = "once; then report the `requestId`"


BOUND = {"limit": "the limit"}
LIMIT = {**BOUND, "asked": "what you asked for"}


class RequestError(Exception):
    """A request that gets no data; `problems` says why.

    `members`: the members of `extensions` that the error's entries may have in addition to `code`.
    """

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 400
    legacy_status: ClassVar[int | None] = None  # None: same as `status`
    retry: ClassVar[Retry] = Retry.NO
    members: ClassVar[Mapping[str, str]] = {}
    retry_after: int | None = None  # seconds

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(str(problem.message) for problem in problems))
        self.problems = problems


class ParseFailed(RequestError):
    """The document is not valid GraphQL."""

    code, legacy_status = "GRAPHQL_PARSE_FAILED", 200


class ValidationFailed(RequestError):
    """The document doesn't validate against the schema."""

    code, legacy_status = "GRAPHQL_VALIDATION_FAILED", 200


class BadUserInput(RequestError):
    """A variable or an argument is invalid."""

    code, legacy_status, members = "BAD_USER_INPUT", 200, LIMIT


class CostLimit(RequestError):
    """The operation is over a limit ([limits.md](limits.md)); `path` says where."""

    code, legacy_status, retry, members = "COST_LIMIT", 200, Retry.LESS, LIMIT


class CursorExpired(RequestError):
    """Some of the changes after this cursor are gone, or your access has changed since."""

    code, legacy_status, retry = "CURSOR_EXPIRED", 200, Retry.SNAPSHOT
    members: ClassVar[Mapping[str, str]] = {
        "reason": "`AGE`: older than the changes that are kept; `EPOCH`: the database was restored or "
        "upgraded since; `GRANTS`: your grants have changed since"
    }


class PersistedQueryNotSupported(RequestError):
    """The request has only the hash of a document, which Puente doesn't keep."""

    code, legacy_status, retry = "PERSISTED_QUERY_NOT_SUPPORTED", 200, Retry.WHOLE


class NotWellFormed(RequestError):
    """The request is not a GraphQL-over-HTTP request: its body is not JSON, or has the wrong structure."""

    code, members = "BAD_USER_INPUT", LIMIT

    def __init__(self, message: LocalizedMessage, **details: object) -> None:
        super().__init__(Problem(message, details=details))


class MethodNotAllowed(NotWellFormed):
    """The method is neither POST nor GET, or a mutation came by GET; `Allow` lists the allowed ones."""

    status = 405

    def __init__(self, message: LocalizedMessage, allow: str) -> None:
        super().__init__(message)
        self.allow = allow


class NotAcceptable(NotWellFormed):
    """`Accept` has no media type that Puente can send."""

    status = 406


class BodyTimeout(NotWellFormed):
    """The head or the body did not arrive in time ([limits.md](limits.md)); the connection is closed."""

    code, status, retry, members = "TIMEOUT", 408, Retry.FASTER, BOUND


class BodyTooLarge(NotWellFormed):
    """The body, or the document in it, is too large."""

    status, retry, members = 413, Retry.LESS, LIMIT


class AddressTooLong(NotWellFormed):
    """The query string is too long: use POST."""

    status, members = 414, LIMIT


class UnsupportedMediaType(NotWellFormed):
    """The body is not uncompressed JSON in UTF-8; `Accept-Post` lists the media types that are."""

    status = 415


class HeadTooLarge(NotWellFormed):
    """The request line and the headers are too large, or too many; the connection is closed."""

    status, members = 431, LIMIT


class RateLimited(NotWellFormed):
    """Too many operations in a minute from a viewer or an address, or too much time for new documents."""

    code, status, retry, members = "RATE_LIMITED", 429, Retry.LATER, LIMIT

    def __init__(self, message: LocalizedMessage, seconds: int, **details: object) -> None:
        super().__init__(message, **details)
        self.retry_after = seconds


class TooManyConnections(NotWellFormed):
    """Too many connections, WebSockets or event streams of a viewer or an address, or operations on one."""

    code, status, retry, members = "RATE_LIMITED", 429, Retry.CLOSED, LIMIT


class Forbidden(NotWellFormed):
    """Not allowed: another site's page, introspection without the role, `explain` outside development."""

    code, status = "FORBIDDEN", 403


class NotFound(NotWellFormed):
    """Nothing is at this address."""

    code, status = "NOT_FOUND", 404


class Unauthenticated(RequestError):
    """The token or API key is invalid."""

    code, status, retry = "UNAUTHENTICATED", 401, Retry.IDENTIFIED
    members: ClassVar[Mapping[str, str]] = {"reason": "why, one of [these](tokens.md)"}


class Internal(RequestError):
    """A bug or failure in Puente; the log has the details."""

    code, status, retry = "INTERNAL", 500, Retry.ONCE
    members: ClassVar[Mapping[str, str]] = {"requestId": "identifies the log entry"}


class Unavailable(RequestError):
    """The database or an issuer can't be reached, or too many connections or too much memory are in use."""

    code, status, retry, retry_after = "UNAVAILABLE", 503, Retry.LATER, 1


class TimedOut(RequestError):
    """The statement took longer than `PUENTE_STATEMENT_TIMEOUT`."""

    code, status, retry, members = "TIMEOUT", 504, Retry.LESS, BOUND


def bad_input(message: LocalizedMessage, **details: Any) -> BadUserInput:
    """A `BadUserInput` with one problem; `details` are added to its `extensions`."""
    return BadUserInput(Problem(message, details=details))


def branches(error: type[RequestError] = RequestError) -> list[type[RequestError]]:
    """All subclasses, in the order of the tree."""
    return [one for branch in error.__subclasses__() for one in (branch, *branches(branch))]
