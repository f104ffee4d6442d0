"""The errors that clients get for failures of the database, of changing grants, and of our own code."""

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
"""How often one statement runs again because grants changed while it ran."""


def as_request_error(error: Exception) -> RequestError:
    """The error for the client; an unexpected exception is logged with its traceback."""
    if isinstance(error, RequestError):
        return error
    if isinstance(error, DatabaseError):
        logger.warning("%s", error)
        return from_database(error)
    request_error = internal()
    logger.error("request %s failed", request_error.problems[0].details["requestId"], exc_info=error)
    return request_error


def from_database(error: DatabaseError) -> RequestError:
    """The error for the client after a failure of the database."""
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
    """Whether a subscriber only has to wait: the database is unreachable, busy or slow for now."""
    return isinstance(error, PASSING)


def timed_out(seconds: float) -> TimedOut:
    return TimedOut(Problem(message("failure.timed_out", limit=seconds), details={"limit": seconds}))


def too_costly() -> CostLimit:
    return CostLimit(Problem(TOO_COSTLY))


def internal() -> Internal:
    """A fault of ours; its `requestId` is in the log entry with the traceback."""
    return Internal(Problem(message("failure.internal"), details={"requestId": uuid4().hex}))


def grants_unsettled() -> Unavailable:
    """Grants changed during each of `MAX_REFRESHES` runs of a statement."""
    return Unavailable(Problem(message("failure.grants_unsettled")))
