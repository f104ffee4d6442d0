"""Kinds of fields of an input: what a value of each becomes in a row, and what is wrong with it.

A value that is wrong by itself is not looked at further: the row keeps what it had.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from models.base import snake_case
from tests.reference.errors import Refused
from tests.reference.ids import read_id
from tests.reference.policy import Sight
from tests.reference.rows import Row

MOST_TEXT = 20_000
MOST_NAME = 300
Path = tuple[str, ...]
MOST_AMOUNT = Decimal(10) ** 12
NEEDED = object()
"""The default of a field without which no row is made."""
TODAY = object()
"""The default of a day: this one, by UTC."""


@dataclass(frozen=True)
class Problem:
    code: str
    path: Path
    number: int = 0
    """Of several with the same code and path."""


@dataclass(frozen=True)
class Set:
    """A column's new value."""

    column: str
    value: Any


Found = Iterator[Problem | Set]


def set_to(column: str, value: Any) -> Found:
    yield Set(column, value)


def text_problems(value: str, path: Path) -> Iterator[Problem]:
    if "\0" in value:
        yield Problem("INVALID", path)
    elif len(value) > MOST_TEXT:
        yield Problem("TOO_LONG", path)


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of an input with one column; `default` is what a new row has without it."""

    name: str
    column: str = ""
    nullable: bool = True
    default: Any = None

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column or self.name,)

    @property
    def begins(self) -> Mapping[str, Any]:
        """What a new row has where the field is left out."""
        return {} if self.default is NEEDED else dict.fromkeys(self.columns, self.default)

    def read(self, value: Any, path: Path, sight: Sight) -> Found:
        if value is None and not self.nullable:
            yield Problem("REQUIRED", path)
        elif value is None:
            yield from (Set(column, None) for column in self.columns)
        else:
            yield from self.given(value, path, sight)

    def given(self, value: Any, path: Path, sight: Sight) -> Found:
        """A value that is not null."""
        yield Set(self.columns[0], value)

    def wrong(self, row: Mapping[str, Any]) -> str | None:
        """The code of what is wrong with the field in a whole row."""
        return None

    def plain(self, value: Any) -> Any:
        """A value as a repetition is compared with it."""
        return value

    def codes(self, row: Mapping[str, Any]) -> list[str]:
        """All that is wrong with it."""
        return [code for code in [self.wrong(row)] if code is not None]


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """A text of one language, of so many letters at most."""

    most: int = MOST_TEXT

    def wrong(self, row: Mapping[str, Any]) -> str | None:
        value = row[self.columns[0]]
        return "TOO_LONG" if value is not None and len(value) > self.most else None

    def given(self, value: Any, path: Path, sight: Sight) -> Found:
        yield from list(text_problems(value, path)) or set_to(self.columns[0], value)


@dataclass(frozen=True, kw_only=True)
class Shaped(Text):
    """A text that must have a form: `shape` is a regular expression."""

    shape: Any
    code: str = "INVALID"

    def wrong(self, row: Mapping[str, Any]) -> str | None:
        value = row[self.columns[0]]
        return self.code if value is not None and not self.shape.fullmatch(value) else None


@dataclass(frozen=True, kw_only=True)
class Spelled(Shaped):
    """A text of which `right` draws one, and `wrongs` are some that are wrong."""

    right: Callable[[Random], str]
    wrongs: tuple[str, ...]

    def wrong(self, row: Mapping[str, Any]) -> str | None:
        value = row[self.columns[0]]
        return "TOO_LONG" if value is not None and len(value) > self.most else super().wrong(row)


@dataclass(frozen=True, kw_only=True)
class Phone(Text):
    """A number of Mexico or the United States, stored in E.164; without its country code, of a row's."""

    def given(self, value: Any, path: Path, sight: Sight) -> Found:
        number = self.plain(value)
        if problems := list(text_problems(value, path)):
            yield from problems
        elif number == value and not re.fullmatch(r"(\+52|\+1)?[0-9]{10}", value):
            yield Problem("INVALID", path)
        else:
            yield Set(self.columns[0] if number.startswith("+") else f"{self.columns[0]} digits", number)

    def plain(self, value: Any) -> Any:
        digits = "".join(one for one in value or "" if one not in " ()-")
        found = re.fullmatch(r"(\+52)1?([0-9]{10})|(\+1)([0-9]{10})|([0-9]{10})", digits)
        return "".join(filter(None, found.groups())) if found else value


@dataclass(frozen=True, kw_only=True)
class Name(Text):
    """A short text that is there."""

    def wrong(self, row: Mapping[str, Any]) -> str | None:
        return name_problem([row[self.columns[0]]])


def name_problem(texts: list[str | None]) -> str | None:
    known = [one for one in texts if one is not None]
    if not known or any(not one.strip(" ") for one in known):
        return "REQUIRED"
    return "TOO_LONG" if any(len(one) > MOST_NAME for one in known) else None


@dataclass(frozen=True, kw_only=True)
class Texts(Field):
    """A text in both languages; `needed`: there must be a short one in either, and none blank."""

    stem: str
    needed: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return (f"{self.stem}_en", f"{self.stem}_es")

    def given(self, value: Any, path: Path, sight: Sight) -> Found:
        for language, text in value.items():
            found = list(text_problems(text, (*path, language))) if text is not None else []
            yield from found or set_to(f"{self.stem}_{language}", text)

    def wrong(self, row: Mapping[str, Any]) -> str | None:
        return name_problem([row[column] for column in self.columns]) if self.needed else None


@dataclass(frozen=True, kw_only=True)
class Day(Field):
    def given(self, value: Any, path: Path, sight: Sight) -> Found:
        yield Set(self.columns[0], date.fromisoformat(value))


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    options: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Choices(Choice):
    """Several of them; never null."""

    nullable: bool = False
    default: Any = ()

    @property
    def begins(self) -> Mapping[str, Any]:
        return {self.columns[0]: []}


@dataclass(frozen=True, kw_only=True)
class Numbers(Choices):
    """Several numbers, to the highest."""

    highest: int

    def wrong(self, row: Mapping[str, Any]) -> str | None:
        return None if all(1 <= one <= self.highest for one in row[self.columns[0]]) else "INVALID"


@dataclass(frozen=True, kw_only=True)
class Words(Choices):
    """Several texts, bounded together."""

    def given(self, value: Any, path: Path, sight: Sight) -> Found:
        found = {problem.code for one in value for problem in text_problems(one, path)}
        codes = [code for code in ("INVALID", "TOO_LONG") if code in found][:1]
        yield from [Problem(code, path) for code in codes] or set_to(self.columns[0], list(value))

    def wrong(self, row: Mapping[str, Any]) -> str | None:
        return "TOO_LONG" if len(" ".join(row[self.columns[0]])) > MOST_TEXT else None


@dataclass(frozen=True, kw_only=True)
class Count(Field):
    """A number that is not below the least, nor above the most."""

    least: int = 1
    most: int = 2**31 - 1
    code: str = "OUT_OF_RANGE"

    def wrong(self, row: Mapping[str, Any]) -> str | None:
        value = row[self.columns[0]]
        return self.code if value is not None and not self.least <= value <= self.most else None


@dataclass(frozen=True, kw_only=True)
class Amount(Field):
    """An amount of money: twelve digits before the point and two after it."""

    def given(self, value: Any, path: Path, sight: Sight) -> Found:
        amount = Decimal(value)
        if abs(amount) >= MOST_AMOUNT or amount * 100 % 1:
            yield Problem("OUT_OF_RANGE", path)
        else:
            yield Set(self.columns[0], amount.quantize(Decimal("0.01")))

    def wrong(self, row: Mapping[str, Any]) -> str | None:
        value = row[self.columns[0]]
        return "OUT_OF_RANGE" if value is not None and value < 0 else None


@dataclass(frozen=True, kw_only=True)
class Instant(Field):
    def given(self, value: Any, path: Path, sight: Sight) -> Found:
        yield Set(self.columns[0], datetime.fromisoformat(value))


@dataclass(frozen=True)
class TextPart:
    """A text of a field that has several: never blank, of so many letters at most, and of a shape."""

    name: str
    column: str
    most: int
    shape: str = ".*"

    def wrong(self, value: str) -> str | None:
        if len(value) > self.most:
            return "TOO_LONG"
        if self.shape == ".*":
            return None if value.strip(" ") else "REQUIRED"
        return None if re.fullmatch(self.shape, value) else "INVALID"


@dataclass(frozen=True, kw_only=True)
class Parts(Field):
    """Several texts that belong together; `draws` and `draws_wrong` yield some, right and wrong."""

    parts: tuple[TextPart, ...]
    draws: Callable[[Random], Any]
    draws_wrong: Callable[[Random], Any]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(one.column for one in self.parts)

    def given(self, value: Any, path: Path, sight: Sight) -> Found:
        for one in self.parts:
            text = value.get(one.name)
            found = list(text_problems(text, (*path, one.name))) if text is not None else []
            yield from found or set_to(one.column, text)

    def wrong(self, row: Mapping[str, Any]) -> str | None:
        texts = [(one, row[one.column]) for one in self.parts if row[one.column] is not None]
        return next((code for one, text in texts if (code := one.wrong(text))), None)


@dataclass(frozen=True, kw_only=True)
class Whole(Field):
    """Several values that are there together, or none of them."""

    parts: tuple[Field, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for one in self.parts for name in one.columns)

    def given(self, value: Any, path: Path, sight: Sight) -> Found:
        for one in self.parts:
            yield from one.given(value[one.name], (*path, one.name), sight)

    def codes(self, row: Mapping[str, Any]) -> list[str]:
        """A part without a value is wrong by itself, or all are."""
        known = [one for one in self.parts if row[one.columns[0]] is not None]
        return [code for one in known if (code := one.wrong(row))]


@dataclass(frozen=True, kw_only=True)
class Ror(Field):
    """Stored without the address before it."""

    def given(self, value: Any, path: Path, sight: Sight) -> Found:
        yield Set(self.columns[0], value.rpartition("/")[2].lower())


@dataclass(frozen=True, kw_only=True)
class Reference(Field):
    """A row of one of these types that the viewer sees, and the column of it that is stored.

    `prefer`: which rows random acts mostly refer to.
    """

    types: Mapping[str, str]
    prefer: Callable[[Sight, Row], bool] | None = None

    def given(self, value: Any, path: Path, sight: Sight) -> Found:
        type_, key = self.named(value)
        if type_ is None or not sight.sees_by_key(type_, key):
            yield Problem("REFERS_TO_NOTHING", path)
            if type_ is not None and len(self.types) == 1:  # what must hold of several columns counts it
                yield Set(self.columns[0], key)
            return
        row = sight.get(snake_case(type_), key)
        assert row is not None
        yield Set(self.columns[0], row[self.types[type_]])

    def named(self, value: str) -> tuple[str | None, UUID | None]:
        """The type and the key of an id of one of the types."""
        try:
            type_, key = read_id(value)
        except Refused:
            return None, None
        return (type_, key) if type_ in self.types else (None, None)


@dataclass(frozen=True, kw_only=True)
class WallClock(Field):
    """A time of a zone's clocks, stored as its instant: read with the zone, by `instants`."""

    zone: str = "time_zone"
    nullable: bool = False

    def given(self, value: Any, path: Path, sight: Sight) -> Found:
        yield Set(f"{self.columns[0]} clock", datetime.fromisoformat(value))


def instant(clock: datetime, zone: str) -> tuple[datetime, bool]:
    """The instant of a wall clock, of two the later, and whether the zone's clocks show it at all."""
    both = [clock.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)]
    on_clock = [one.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == clock for one in both]
    return max(both), any(on_clock)


def clock_of(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
