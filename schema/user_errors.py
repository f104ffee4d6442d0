"""What of a mutation's input can't be done: data of its payload, not errors of the request."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from planner.errors import RequestError
from planner.message_catalog import LocalizedMessage
from schema.declarations import declarations


@strawberry.type(description="Why a mutation did nothing.")
class UserError:
    code: str = strawberry.field(description="The code of the failure, stable, as in docs/errors.md.")
    path: list[str] = strawberry.field(description="Which part of the input it is about.")
    message: str = strawberry.field(description="What is wrong, in the reader's language.")


declarations.add_names(UserError=UserError)


class InputRejected(Exception):
    """A mutation that changes nothing; raised where the fault is found, returned in its payload."""

    def __init__(self, *errors: UserError) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = list(errors)


def rejected(language: str, code: str, path: Sequence[str], message: LocalizedMessage) -> InputRejected:
    return InputRejected(UserError(code=code, path=list(path), message=message.read(language)))


def refused_by(error: RequestError, language: str, path: Sequence[str]) -> InputRejected:
    """A failure that the planner found in a part of the input."""
    problems = error.problems
    each = [
        UserError(code=error.code, path=list(path), message=problem.message.read(language))
        for problem in problems
    ]
    return InputRejected(*each)
