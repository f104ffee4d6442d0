"""Custom scalars: how they are parsed and serialized, and how the database stores them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation, Overflow
from functools import cache, partial
from typing import Any, NewType
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import strawberry
from graphql import FloatValueNode, IntValueNode, ValueNode, value_from_ast_untyped
from sqlalchemy import Text, literal_column
from strawberry.types.scalar import ScalarDefinition

from models.identifiers import is_ror_id
from planner.declaration.exact_number import ExactNumber
from planner.declaration.scalar_types import EQUALITY, NULL, ScalarType, strict_text
from planner.errors.translation.graphql_value import print_value
from planner.errors.translation.matcher import BilingualError
from planner.sql import Column
from schema.messages import message

RORID = NewType("RORID", str)
URL = NewType("URL", str)
TimeZone = NewType("TimeZone", str)
CountryCode = NewType("CountryCode", str)
CurrencyCode = NewType("CurrencyCode", str)
LocalDateTime = NewType("LocalDateTime", str)

_ROR = re.compile(r"(?:(?:https?://)?ror\.org/)?([0-9a-z]{9})", re.IGNORECASE)
DECIMAL_DIGITS = 30
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WALL_CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2})?", re.ASCII)
_FINEST = Decimal((0, (1,), -DECIMAL_DIGITS))
_DECIMALS = Context(prec=10_000, Emax=99_999, Emin=-99_999, traps=[Inexact, InvalidOperation, Overflow])
_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


def _refuse(value: object, expected: str) -> BilingualError:
    """The error for an invalid value; `expected` is an id in the section `scalar` of the messages."""
    return BilingualError(message(f"scalar.{expected}", value=print_value(value)))


def parse_ror_id(value: object) -> str:
    """A ROR id as a URL, from a URL or the bare id; its last two digits are a checksum."""
    match = _ROR.fullmatch(value) if isinstance(value, str) else None
    if match is None or not is_ror_id(match[1].lower()):
        raise _refuse(value, "ror_id")
    return f"https://ror.org/{match[1].lower()}"


def parse_url(value: object) -> str:
    try:
        if isinstance(value, str) and len(value) <= 2048 and urlsplit(value).scheme in ("http", "https"):
            return value
    except ValueError:
        pass  # such as http://[
    raise _refuse(value, "url")


@cache
def _zones() -> frozenset[str]:
    return frozenset(zone for zone in available_timezones() if "/" in zone or zone == "UTC")


def parse_time_zone(value: object) -> str:
    """A zone of the IANA time zone database, such as America/Tijuana."""
    if isinstance(value, str) and value in _zones():
        return value
    raise _refuse(value, "time_zone")


def _code(pattern: str, expected: str) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return value
        raise _refuse(value, expected)

    return parse


def parse_date(value: object) -> date:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError as error:
        raise _refuse(value, "date_of_calendar") from error
    raise _refuse(value, "date")


def parse_moment(value: object) -> datetime:
    """An instant in UTC; rejected if the conversion leaves the years 1 to 9999."""
    try:
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _refuse(value, "moment_of_calendar") from error
    raise _refuse(value, "moment")


def parse_wall_clock(value: object) -> str:
    """A day and a time of day, to the second, without a zone."""
    try:
        if isinstance(value, str) and _WALL_CLOCK.fullmatch(value):
            return datetime.fromisoformat(value.upper()).isoformat()
    except ValueError as error:
        raise _refuse(value, "moment_of_calendar") from error
    raise _refuse(value, "wall_clock")


def written_moment(moment: object) -> str:
    """In the form of RFC 3339, as the database writes it; `str` would omit the T."""
    return moment.isoformat() if isinstance(moment, datetime) else str(moment)


def parse_decimal(value: object) -> Decimal:
    """The exact number, with at most 30 digits on each side of the point.

    A float is rejected, since it may have lost digits.
    """
    if isinstance(value, float) and not isinstance(value, ExactNumber):
        raise _refuse(value, "decimal_rounded")
    written = str(value) if isinstance(value, int | ExactNumber) else value
    if not isinstance(written, str) or not _DECIMAL.fullmatch(written):
        raise _refuse(value, "decimal")
    try:
        number = _DECIMALS.create_decimal(written)
        if not number:
            return Decimal(0)
        finest = number.quantize(_FINEST, context=_DECIMALS)
        if number.adjusted() < DECIMAL_DIGITS and number == finest:
            return finest.normalize(_DECIMALS)
    except DecimalException:
        pass  # more digits or a larger exponent than the context allows
    raise _refuse(value, "decimal_too_long")


def _parse_literal(
    parse: Callable[[object], Any], node: ValueNode, variables: dict[str, Any] | None = None
) -> Any:
    """graphql-core's default, but errors have the node's location, and numbers keep all their digits.

    A decimal may have more digits than a float.
    """
    try:
        if isinstance(node, IntValueNode | FloatValueNode):
            return parse(ExactNumber(node.value))
        return parse(value_from_ast_untyped(node, variables))
    except BilingualError as refused:
        raise BilingualError(refused.text, node) from refused


def _scalar(
    name: str,
    description: str,
    parse: Callable[[object], Any],
    url: str | None = None,
    *,
    written: Callable[[Any], str] = str,
) -> ScalarDefinition:
    return strawberry.scalar(
        name=name,
        description=description,
        serialize=written,
        parse_value=parse,
        parse_literal=partial(_parse_literal, parse),
        specified_by_url=url,
    )


SCALARS: dict[object, ScalarDefinition] = {
    RORID: _scalar(
        "RORID",
        "A persistent identifier of an organization: https://ror.org/ and nine characters, the last two a"
        " checksum. Accepted with or without https://ror.org/, returned with it.",
        parse_ror_id,
        "https://ror.readme.io/docs/identifier",
    ),
    URL: _scalar("URL", "An http or https URL.", parse_url, "https://url.spec.whatwg.org/"),
    TimeZone: _scalar(
        "TimeZone",
        "A zone of the IANA time zone database, such as America/Tijuana.",
        parse_time_zone,
        "https://www.iana.org/time-zones",
    ),
    CountryCode: _scalar(
        "CountryCode",
        "Two capital letters (ISO 3166-1 alpha-2).",
        _code("[A-Z]{2}", "country_code"),
        "https://www.iso.org/iso-3166-country-codes.html",
    ),
    CurrencyCode: _scalar(
        "CurrencyCode",
        "Three capital letters (ISO 4217).",
        _code("[A-Z]{3}", "currency_code"),
        "https://www.iso.org/iso-4217-currency-codes.html",
    ),
    date: _scalar("Date", "A date: YYYY-MM-DD (RFC 3339 full-date).", parse_date),
    datetime: _scalar(
        "DateTime",
        "A date and time with an offset (RFC 3339); returned in UTC.",
        parse_moment,
        "https://scalars.graphql.org/andimarek/date-time",
        written=written_moment,
    ),
    LocalDateTime: _scalar(
        "LocalDateTime",
        "A local date and time, without an offset: 2027-03-14T09:30. The time zone is another field.",
        parse_wall_clock,
        "https://scalars.graphql.org/andimarek/local-date-time",
    ),
    Decimal: _scalar("Decimal", "An exact decimal number, written as a string.", parse_decimal),
}


def _ror_address(column: Column) -> Column:
    return literal_column("'https://ror.org/'", Text()).concat(column)


def _text(name: str) -> ScalarType:
    return ScalarType(f"{name}Filter", Text(), (*EQUALITY, *NULL), strict_text)


kinds: dict[Any, ScalarType] = {
    RORID: ScalarType(
        "RORIDFilter", Text(), (*EQUALITY, *NULL), lambda v: v.removeprefix("https://ror.org/"), _ror_address
    ),
    URL: _text("URL"),
    TimeZone: _text("TimeZone"),
    CountryCode: _text("CountryCode"),
    CurrencyCode: _text("CurrencyCode"),
}
