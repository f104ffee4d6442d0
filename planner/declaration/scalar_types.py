"""Scalar types in SQL and GraphQL: SQL type, JSON form, operators, sort value of null."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
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
from planner.errors.translation.graphql_value import print_value
from planner.messages import message
from planner.sql import Column

EQUALITY = ("eq", "ne", "in")
RANGE = ("gt", "gte", "lt", "lte")
TEXT = ("contains", "startsWith")
SETS = ("hasAny", "hasAll")
NULL = ("isNull",)
LARGEST_FLOAT4 = 3.4028234e38
AFTER_ALL = "infinity"


@dataclass(frozen=True, slots=True)
class ScalarType:
    """How values of a scalar are bound, written as JSON, compared and ordered.

    `filter` names the filter input; `convert` makes a coerced value the driver's value; `from_cursor` does
    that for a value in a cursor; `null_sort_value` is SQL text after all other values, for null in orders.
    """

    filter: str
    sql: TypeEngine[Any]
    operators: tuple[str, ...]
    convert: Callable[[Any], Any] = lambda value: value
    json: Callable[[Column], Column] = lambda column: column
    null_sort_value: str | None = None
    from_cursor: Callable[[Any], Any] = lambda value: value

    def list_type(self) -> ScalarType:
        """The scalar type of a list of these."""
        name = f"{self.filter.removesuffix('Filter')}ListFilter"
        return ScalarType(name, ARRAY(self.sql), SETS, self.convert, self.json)


def strict_text(value: str) -> str:
    """A text that PostgreSQL can store: without NUL; raises BadUserInput."""
    if "\0" in value:
        raise bad_input(message("argument.nul_character"))
    return value


@dataclass(frozen=True, slots=True)
class IntAtMost:
    """Checks that a number is from 0 to `most`; raises BadUserInput. Equal checks share a parameter."""

    name: str
    most: int

    def __call__(self, value: int) -> int:
        if 0 <= value <= self.most:
            return value
        raise bad_input(
            message("argument.out_of_range", name=self.name, limit=self.most, asked=value),
            limit=self.most,
            asked=value,
        )


@dataclass(frozen=True, slots=True)
class SearchText:
    """Checks the length of a search text; raises BadUserInput. Equal checks share a parameter."""

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


def _day(value: Any) -> date | str:
    """The date in a cursor; `infinity`, which stands for null, stays a text."""
    return str(value) if value == AFTER_ALL else date.fromisoformat(value)


def _whole(value: Any) -> int:
    if type(value) is not int or not -(2**31) <= value < 2**31:
        raise ValueError("not a whole number of 32 bits")
    return value


def single_precision(value: Any) -> float:
    """A number in a cursor that fits PostgreSQL's float4; raises ValueError."""
    if type(value) not in (int, float) or not abs(value) <= LARGEST_FLOAT4:
        raise ValueError("not a number of single precision")
    return float(value)


def _text(value: Any) -> str:
    if type(value) is not str or "\0" in value:
        raise ValueError("not a text")
    return value


def _moment(value: Any) -> datetime | str:
    """The instant in a cursor; `infinity`, which stands for null, stays a text."""
    if value == AFTER_ALL:
        return str(value)
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("no offset")
    return moment


STRING = ScalarType(
    "StringFilter",
    Text(),
    (*EQUALITY, *TEXT, *NULL),
    strict_text,
    null_sort_value="'\U0010ffff'",
    from_cursor=_text,
)
SCALAR_TYPES: dict[Any, ScalarType] = {
    str: STRING,
    int: ScalarType(
        "IntFilter",
        Integer(),
        (*EQUALITY, *RANGE, *NULL),
        null_sort_value="2147483647",  # which nothing that is counted or measured here reaches
        from_cursor=_whole,
    ),
    float: ScalarType("FloatFilter", Float(), (*RANGE, *NULL)),
    bool: ScalarType("BooleanFilter", Boolean(), ("eq", *NULL)),
    date: ScalarType(
        "DateFilter",
        Date(),
        (*EQUALITY, *RANGE, *NULL),
        null_sort_value=f"'{AFTER_ALL}'::date",
        from_cursor=_day,
    ),
    datetime: ScalarType(
        "DateTimeFilter",
        DateTime(timezone=True),
        (*RANGE, *NULL),
        null_sort_value=f"'{AFTER_ALL}'::timestamptz",
        from_cursor=_moment,
    ),
    Decimal: ScalarType("DecimalFilter", Numeric(), (*EQUALITY, *RANGE, *NULL), json=_as_text),
}


def enum_type(enum: type[Enum]) -> ScalarType:
    return ScalarType(
        f"{enum.__name__}Filter", Text(), (*EQUALITY, *NULL), null_sort_value="'~'", from_cursor=_text
    )


def null_sort_value_of(scalar_type: ScalarType) -> Column:
    """The SQL value that sorts after every other value of the type."""
    if scalar_type.null_sort_value is None:
        raise TypeError(f"{scalar_type.filter}: nullable values of this type can't be ordered")
    return literal_column(scalar_type.null_sort_value, scalar_type.sql)


_GLOBAL_ID = re.compile(
    r"([a-z]+(?:-[a-z]+)*)_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
)


def parse_global_id(value: str, prefixes: Collection[str]) -> tuple[str, UUID]:
    """The prefix and key of a global id such as `project_01a2b3c4-…`; raises BadUserInput."""
    match = _GLOBAL_ID.fullmatch(value)
    if match is None or match[1] not in prefixes:
        raise bad_input(message("argument.not_an_id", id=print_value(value)))
    return match[1], UUID(match[2])


def global_id_type(prefix: str, prefixes: frozenset[str]) -> ScalarType:
    """The scalar type of global ids of one type; a well-formed id of another type matches nothing."""

    def convert(value: str) -> UUID | None:
        found, key = parse_global_id(value, prefixes)
        return key if found == prefix else None

    def as_json(column: Column) -> Column:
        return literal_column(f"'{prefix}_'", Text()).concat(cast(column, Text))

    return ScalarType("IDFilter", Uuid(), EQUALITY, convert, as_json)
