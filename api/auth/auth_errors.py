"""Why a credential is refused: a few stable reasons, which reveal nothing that its holder doesn't know."""

from __future__ import annotations

from enum import StrEnum

from api.messages import message
from planner.errors import Problem, Unauthenticated, Unavailable


class RefusalReason(StrEnum):
    """`extensions.reason` of a 401; docs/tokens.md says what to do about each."""

    MALFORMED = "MALFORMED"
    ISSUER_UNKNOWN = "ISSUER_UNKNOWN"
    ALGORITHM = "ALGORITHM"
    SIGNATURE = "SIGNATURE"
    AUDIENCE = "AUDIENCE"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    CLAIMS = "CLAIMS"
    KEY = "KEY"


WORDS = {reason: message(f"unauthenticated.{reason.value}") for reason in RefusalReason}


def unauthenticated(reason: RefusalReason) -> Unauthenticated:
    return Unauthenticated(Problem(WORDS[reason], details={"reason": reason.value}))


def keys_unavailable() -> Unavailable:
    """The error if a token may be valid, but its issuer's keys can't be fetched now."""
    return Unavailable(Problem(message("failure.issuer_keys")))
