"""Problems of a file, line by line.

ImportRefused    the file was not imported; nothing was written
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError


@dataclass(frozen=True, order=True)
class FileProblem:
    """A problem of a line; line 0 is the whole file."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message


class ImportRefused(Exception):
    """The file has problems, so nothing was written."""

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        super().__init__(f"{len(problems)} problem{'s' if len(problems) != 1 else ''}")
        self.problems = sorted(problems)


@dataclass
class Findings:
    """The problems found so far."""

    problems: list[FileProblem] = field(default_factory=list)

    def add(self, line: int, message: str) -> None:
        self.problems.append(FileProblem(line, message))

    def refuse_if_any(self) -> None:
        if self.problems:
            raise ImportRefused(self.problems)


def unstorable(text: str) -> str | None:
    """Why PostgreSQL can't store a text; None if it can."""
    if "\0" in text:
        return "contains a NUL character"
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return "contains half a character (a lone surrogate)"
    return None


@contextmanager
def refusals_of_the_database() -> Iterator[None]:
    """Makes the database's errors of SQLSTATE classes 22 and 23 (data, constraints) problems of the file."""
    try:
        yield
    except DBAPIError as error:
        cause = error.orig
        if not str(getattr(cause, "sqlstate", "")).startswith(("22", "23")):
            raise
        raise ImportRefused([FileProblem(0, f"the database rejects the rows: {cause}")]) from error
