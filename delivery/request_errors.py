"""What a client is told of a failure: of the database, of grants that keep changing, of our own."""

from __future__ import annotations

import logging
from uuid import uuid4

from delivery.messages import message
from models.database.client import (
    DatabaseBusy,
    DatabaseError,
    DatabaseUnavailable,
    StatementTimeout,
    StatementTooLarge,
    ValueRefused,
)
from planner.errors import (
    BadUserInput,
    CostLimit,
    Internal,
    Problem,
    RequestError,
    TimedOut,
    Unavailable,
)
from planner.message_catalog import LocalizedMessage

logger = logging.getLogger("puente")

MAX_REFRESHES = 5
"""How often grants that change meanwhile are read again for one statement."""


def as_request_error(error: Exception) -> RequestError:
    """What the client is told; what nobody expected is logged with its traceback."""
    if isinstance(error, RequestError):
        return error
    if isinstance(error, DatabaseError):
        logger.warning("%s", error)
        return from_database(error)
    request_error = internal()
    logger.error("request %s failed", request_error.problems[0].details["requestId"], exc_info=error)
    return request_error


def from_database(error: DatabaseError) -> RequestError:
    """A failure of the database as the client is told of it."""
    if isinstance(error, StatementTimeout):
        return timed_out(error.seconds)
    kind = next((kind for kind in ERROR_TEXTS if isinstance(error, kind)), DatabaseError)
    branch, why = ERROR_TEXTS[kind]
    return branch(Problem(why))


PASSING = (DatabaseUnavailable, DatabaseBusy, StatementTimeout, Unavailable, TimedOut)
TOO_COSTLY = message("failure.too_costly")
ERROR_TEXTS: dict[type[DatabaseError], tuple[type[RequestError], LocalizedMessage]] = {
    ValueRefused: (BadUserInput, message("failure.value_refused")),
    StatementTooLarge: (CostLimit, TOO_COSTLY),
    DatabaseBusy: (Unavailable, message("failure.busy")),
    DatabaseError: (Unavailable, message("failure.database_unreachable")),
}


def may_pass(error: Exception | None) -> bool:
    """Whether who follows changes need only wait: the database is away, too busy or too slow for now."""
    return isinstance(error, PASSING)


def timed_out(seconds: float) -> TimedOut:
    return TimedOut(Problem(message("failure.timed_out", limit=seconds), details={"limit": seconds}))


def too_costly() -> CostLimit:
    return CostLimit(Problem(TOO_COSTLY))


def internal() -> Internal:
    """Our fault; `requestId` finds the log entry that has the rest."""
    return Internal(Problem(message("failure.internal"), details={"requestId": uuid4().hex}))


def grants_unsettled() -> Unavailable:
    """Grants were not what a statement was made for, `MAX_REFRESHES` times in turn."""
    return Unavailable(Problem(message("failure.grants_unsettled")))
