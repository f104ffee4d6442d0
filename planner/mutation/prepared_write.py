"""What Python adds to a mutation before its statements: the server's own values, and errors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from planner.mutation.write_input import InputError, WriteInput


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class PreparedWrite:
    """`values` by column, as JSON; `answers` by field of the payload, for the first response only.

    `done` is called after the commit, but not for a repetition.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: tuple[InputError, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    done: Callable[[], None] = _nothing


NOTHING_PREPARED = PreparedWrite()

PrepareWrite: TypeAlias = "Callable[[WriteInput, Any, str], Awaitable[PreparedWrite]]"
"""Prepares a mutation for a `Principal` in a language; raises RequestError."""
