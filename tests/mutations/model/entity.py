"""What the model is told of a type: the fields that mutations set, its lists of links, and what must hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from models.base import snake_case
from tests.mutations.model.fields import Field
from tests.reference.steps import Holds


@dataclass(frozen=True)
class Must:
    """What must hold of several columns of a row; the first of these fields that was given is named."""

    fields: tuple[str, ...]
    holds: Callable[[Mapping[str, Any]], bool]
    code: str = "OUT_OF_RANGE"
    named: str = ""
    """The field that is named, whatever was given."""


def in_order(first: str, last: str, start: str, end: str) -> Must:
    def holds(row: Mapping[str, Any]) -> bool:
        return row[start] is None or row[end] is None or row[start] <= row[end]

    return Must((last, first), holds)


@dataclass(frozen=True)
class Links:
    """A list of links that is given whole; `keys` tell one from another.

    `named`: the masked field without which the viewer can't tell a link, which then stays.
    """

    name: str
    type: str
    table: str
    owner: str
    keys: tuple[str, ...]
    fields: tuple[Field, ...]
    musts: tuple[Must, ...] = ()
    named: str | None = None
    unique: str | None = None
    """A column that no other row of the table has, whoever owns it."""
    theirs: Holds | None = None
    """Which links others than staff may remove or change; None: all of a row that they may change."""
    copied: tuple[str, ...] = ()
    """Columns that a link has of its owner."""
    resets: Mapping[str, Any] = None  # type: ignore[assignment]
    """What the others of these columns become where one of them is given."""
    once: tuple[str, ...] = ()
    """Fields of which no two links of a row have the same value."""
    likely: Callable[[Random], Mapping[str, Any]] | None = None
    """What random links mostly have, in place of what resets each other."""


@dataclass(frozen=True)
class ReferenceMust:
    """What must hold of what a row refers to; the field that is named where it does not."""

    field: str
    holds: Holds
    code: str = "INVALID"


@dataclass(frozen=True)
class Keeps:
    """In this status at least so many links have this role; looked at where the list is given."""

    links: str
    statuses: tuple[str, ...]
    role: str
    least: int = 1


@dataclass(frozen=True)
class Entity:
    """A type whose rows mutations make and change; `creates` are set only when a row is made.

    `made`: whether a `create…` makes one; `updated`: whether an `update…` changes one.
    """

    type: str
    fields: tuple[Field, ...]
    creates: tuple[Field, ...] = ()
    links: tuple[Links, ...] = ()
    begins: Mapping[str, Any] = None  # type: ignore[assignment]
    musts: tuple[Must, ...] = ()
    keeps: tuple[Keeps, ...] = ()
    made: bool = True
    updated: bool = True
    unique: tuple[str, ...] = ()
    """Fields of which no two rows have the same value."""
    duplicates: tuple[str, ...] = ()
    """Fields that tell one person from another, in any case: as the database looks at them."""
    together: tuple[tuple[str, ...], ...] = ()
    """Columns of which no two rows have the same values."""
    visible: tuple[str, ...] = ()
    """Masked fields that whoever makes a row must see in it."""
    needs: tuple[ReferenceMust, ...] = ()
    """What must hold of a row once it is made."""

    @property
    def table(self) -> str:
        return snake_case(self.type)
