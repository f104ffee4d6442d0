"""What is wrong with a file, line by line.

ImportRefused    a file that was not imported: nothing of it was written
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError


@dataclass(frozen=True, order=True)
class FileProblem:
    """Something wrong with a line; line 0 stands for the file as a whole."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message


class ImportRefused(Exception):
    """The file holds problems, so nothing of it was written."""

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
    """Why PostgreSQL cannot store a text, if it cannot."""
    if "\0" in text:
        return "holds a NUL character"
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return "holds half a character (a lone surrogate)"
    return None


@contextmanager
def refusals_of_the_database() -> Iterator[None]:
    """What the database's own constraints refuse (SQLSTATE classes 22 and 23) is a problem of the file."""
    try:
        yield
    except DBAPIError as error:
        cause = error.orig
        if not str(getattr(cause, "sqlstate", "")).startswith(("22", "23")):
            raise
        raise ImportRefused([FileProblem(0, f"the database refuses the rows: {cause}")]) from error
