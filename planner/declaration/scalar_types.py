"""What a scalar is on both sides: its SQL type, its JSON, its operators, its place in an order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, DateTime, Float, Integer, Numeric, Text, Uuid, cast, literal_column
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from planner.errors import bad_input
from planner.messages import message
from planner.sql import Column

EQUALITY = ("eq", "ne", "in")
RANGE = ("gt", "gte", "lt", "lte")
TEXT = ("contains", "startsWith")
SETS = ("hasAny", "hasAll")
NULL = ("isNull",)


@dataclass(frozen=True, slots=True)
class Kind:
    """How values of one scalar are bound, written as JSON, compared and ordered.

    `filter` names the filter input; `convert` turns a client's coerced value into what the driver binds;
    `last` is an SQL value after all others, which stands for null where rows are ordered.
    """

    filter: str
    sql: TypeEngine[Any]
    operators: tuple[str, ...]
    convert: Callable[[Any], Any] = lambda value: value
    json: Callable[[Column], Column] = lambda column: column
    last: str | None = None
    restore: Callable[[Any], Any] = lambda value: value

    def listed(self) -> Kind:
        """The kind of a list of these."""
        name = f"{self.filter.removesuffix('Filter')}ListFilter"
        return Kind(name, ARRAY(self.sql), SETS, self.convert, self.json)


def strict_text(value: str) -> str:
    """Text that PostgreSQL can hold; a NUL is refused here, where the client can be told."""
    if "\0" in value:
        raise bad_input(message("argument.nul_character"))
    return value


@dataclass(frozen=True, slots=True)
class Within:
    """Lets a number of rows or values through that is within bounds; equal ones make one parameter."""

    name: str
    most: int

    def __call__(self, asked: int) -> int:
        if 0 <= asked <= self.most:
            return asked
        raise bad_input(
            message("argument.out_of_range", name=self.name, limit=self.most, asked=asked),
            limit=self.most,
            asked=asked,
        )


@dataclass(frozen=True, slots=True)
class SearchText:
    """Lets a text to search for through that is not too long; equal ones make one parameter."""

    most: int

    def __call__(self, value: str) -> str:
        if len(value) > self.most:
            raise bad_input(
                message("argument.search_too_long", limit=self.most, asked=len(value)),
                limit=self.most,
                asked=len(value),
            )
        return strict_text(value)


def _as_text(column: Column) -> Column:
    return cast(column, Text)


def _day(value: Any) -> date:
    return date.max if value == "infinity" else date.fromisoformat(value)


def _whole(value: Any) -> int:
    if type(value) is not int or not -(2**31) <= value < 2**31:
        raise ValueError("not a whole number of 32 bits")
    return value


def _text(value: Any) -> str:
    if type(value) is not str or "\0" in value:
        raise ValueError("not a text")
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("no offset")
    return moment


STRING = Kind(
    "StringFilter", Text(), (*EQUALITY, *TEXT, *NULL), strict_text, last="'\U0010ffff'", restore=_text
)
KINDS: dict[Any, Kind] = {
    str: STRING,
    int: Kind("IntFilter", Integer(), (*EQUALITY, *RANGE, *NULL), last="2147483647", restore=_whole),
    float: Kind("FloatFilter", Float(), (*RANGE, *NULL)),
    bool: Kind("BooleanFilter", Boolean(), ("eq", *NULL)),
    date: Kind("DateFilter", Date(), (*EQUALITY, *RANGE, *NULL), last="'infinity'::date", restore=_day),
    datetime: Kind("DateTimeFilter", DateTime(timezone=True), (*RANGE, *NULL), restore=_moment),
    Decimal: Kind("DecimalFilter", Numeric(), (*EQUALITY, *RANGE, *NULL), json=_as_text),
}


def enum_kind(enum: type[Enum]) -> Kind:
    return Kind(f"{enum.__name__}Filter", Text(), (*EQUALITY, *NULL), last="'~'", restore=_text)


def last_of(kind: Kind) -> Column:
    """The SQL value that sorts after every other of this kind."""
    if kind.last is None:
        raise TypeError(f"{kind.filter}: nothing of this kind can be ordered when it may be null")
    return literal_column(kind.last, kind.sql)


_GLOBAL_ID = re.compile(
    r"([a-z]+(?:-[a-z]+)*)_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
)


def parse_global_id(value: str, prefixes: frozenset[str]) -> tuple[str, UUID]:
    """The prefix and key of a global id such as `project_01a2b3c4-…`; what has another form is bad input."""
    match = _GLOBAL_ID.fullmatch(value)
    if match is None or match[1] not in prefixes:
        raise bad_input(message("argument.not_an_id", id=repr(value[:80])))
    return match[1], UUID(match[2])


def id_kind(prefix: str, prefixes: frozenset[str]) -> Kind:
    """Global ids of one type; the well-formed id of another type matches nothing."""

    def convert(value: str) -> UUID | None:
        found, key = parse_global_id(value, prefixes)
        return key if found == prefix else None

    def as_json(column: Column) -> Column:
        return literal_column(f"'{prefix}_'", Text()).concat(cast(column, Text))

    return Kind("IDFilter", Uuid(), EQUALITY, convert, as_json)
