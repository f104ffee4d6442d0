"""The form in which a text is stored that people write in several ways, such as a phone number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from planner.message_catalog import LocalizedMessage


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The stored forms of a text that has another one by each value of `StoredForm.column`.

    `text` is the same for all ways to write it.
    """

    text: str
    by_value: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StoredForm:
    """What makes the stored form of a text, or its alternatives; None if it can't have one.

    `reference` is the column of the row that refers to the row whose `column` chooses among alternatives.
    `message` says what to write; `shape`: the regular expression of stored texts.
    """

    read: Callable[[str], str | Alternatives | None]
    reference: str
    column: str
    shape: str
    message: LocalizedMessage
