"""What a client may be told went wrong, with its stable code.

RequestError                      the request gets `errors` and no data
├── ParseFailed                   GRAPHQL_PARSE_FAILED       the document is not GraphQL
├── ValidationFailed              GRAPHQL_VALIDATION_FAILED  the document does not fit the schema
├── BadUserInput                  BAD_USER_INPUT             a value cannot be used as it stands
├── CostLimit                     COST_LIMIT                 it asks for more at once than it may
├── Unauthenticated               UNAUTHENTICATED            the token is not valid
├── TimedOut                      TIMEOUT                    the statement took longer than it may
├── Unavailable                   UNAVAILABLE                the database cannot be reached now
└── Internal                      INTERNAL                   our fault; the log has the rest
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Text:
    """A message in both languages of the alliance."""

    en: str
    es: str

    def read(self, language: str) -> str:
        return self.es if language == "ES" else self.en


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of `errors`: a message, and where in the document it belongs (line and column, from 1)."""

    message: Text
    locations: Sequence[tuple[int, int]] = ()
    path: Sequence[str | int] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


class RequestError(Exception):
    """A request that gets no data; `problems` says why, `code` is stable."""

    code: ClassVar[str] = "INTERNAL"

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message.en for problem in problems))
        self.problems = problems


class ParseFailed(RequestError):
    code = "GRAPHQL_PARSE_FAILED"


class ValidationFailed(RequestError):
    code = "GRAPHQL_VALIDATION_FAILED"


class BadUserInput(RequestError):
    code = "BAD_USER_INPUT"


class CostLimit(RequestError):
    code = "COST_LIMIT"


class Unauthenticated(RequestError):
    code = "UNAUTHENTICATED"


class TimedOut(RequestError):
    code = "TIMEOUT"


class Unavailable(RequestError):
    code = "UNAVAILABLE"


class Internal(RequestError):
    code = "INTERNAL"


def bad_input(en: str, es: str, **details: Any) -> BadUserInput:
    """A `BadUserInput` of one problem; `details` go into its `extensions`."""
    return BadUserInput(Problem(Text(en, es), details=details))
