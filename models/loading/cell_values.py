"""Parsers of CSV cells: each takes a non-empty text; raises ValueError with the rest of "column …"."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from models.base import Described
from models.identifiers import is_orcid, is_ror_id
from models.loading.ror_record import PREFIX
from models.phone_numbers import digits_of, phone_number

CellParser = Callable[[str], Any]

INT4 = 2_147_483_647
PHONE = "a phone number with + and the country code, such as +52 55 1234 5678, and without an extension"


def text(longest: int) -> CellParser:
    def read(cell: str) -> str:
        if len(cell) > longest:
            raise ValueError(f"has more than {longest} characters")
        return cell

    return read


def shaped(pattern: str, expected: str) -> CellParser:
    def read(cell: str) -> str:
        if not re.fullmatch(pattern, cell):
            raise ValueError(f"must be {expected}, not {cell!r}")
        return cell

    return read


slug = shaped(
    "(?=.{1,100}$)[a-z0-9]+(-[a-z0-9]+)*", "at most 100 lower-case letters and digits joined by hyphens"
)
country = shaped("[A-Z]{2}", "a country code of two capital letters")
region = shaped("[A-Z]{2}-[A-Z0-9]{1,3}", "an ISO 3166-2 code such as MX-BCN")
email = shaped(r"[^@\s]+@[^@\s]+", "an address such as name@example.org")
url = shaped(r"https?://\S+", "an address that starts with http:// or https://")


def one_of(vocabulary: type[Described]) -> CellParser:
    def read(cell: str) -> str:
        if cell.upper() not in vocabulary.__members__:
            raise ValueError(f"must be one of {', '.join(vocabulary)}, not {cell!r}")
        return cell.upper()

    return read


def items(read_item: CellParser) -> CellParser:
    """A list with items separated by semicolons, without duplicates."""

    def read(cell: str) -> list[Any]:
        parts = (part.strip() for part in cell.split(";"))
        return list(dict.fromkeys(read_item(part) for part in parts if part))

    return read


def pairs(read_first: CellParser, read_second: CellParser) -> CellParser:
    """An item such as slug:ROLE."""

    def read(cell: str) -> tuple[Any, Any]:
        first, colon, second = cell.rpartition(":")
        if not colon:
            raise ValueError(f"must have items of two parts joined by a colon, not {cell!r}")
        return read_first(first.strip()), read_second(second.strip())

    return read


def whole(lowest: int, highest: int = INT4) -> CellParser:
    def read(cell: str) -> int:
        if not re.fullmatch("-?[0-9]{1,10}", cell) or not lowest <= int(cell) <= highest:
            raise ValueError(f"must be a whole number from {lowest} to {highest}, not {cell!r}")
        return int(cell)

    return read


def degrees(limit: int) -> CellParser:
    def read(cell: str) -> float:
        try:
            value = float(cell)
        except ValueError:
            value = math.nan
        if not abs(value) <= limit:
            raise ValueError(f"must be a number from -{limit} to {limit}, not {cell!r}")
        return value

    return read


def day(cell: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        raise ValueError(f"must be a date such as 2026-03-08, not {cell!r}")
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"is not a date in the calendar: {cell}") from None


@cache
def known_zones() -> set[str]:
    return available_timezones()


def time_zone(cell: str) -> str:
    if cell not in known_zones() or not ("/" in cell or cell == "UTC"):
        raise ValueError(f"must be an IANA time zone such as America/Tijuana, not {cell!r}")
    return cell


def ror_id(cell: str) -> str:
    bare = cell.removeprefix(PREFIX)
    if not is_ror_id(bare):
        raise ValueError(f"is not a ROR id: the format or the checksum of {cell!r} is wrong")
    return bare


def orcid(cell: str) -> str:
    bare = cell.removeprefix("https://orcid.org/")
    if not is_orcid(bare):
        raise ValueError(f"is not an ORCID iD: the format or the check digit of {cell!r} is wrong")
    return bare


@dataclass(frozen=True)
class NationalNumber:
    """The digits of a phone number without a country code."""

    digits: str


def phone(cell: str) -> str | NationalNumber:
    digits = digits_of(cell)
    if digits and not digits.startswith("+"):
        return NationalNumber(digits)
    if (number := phone_number(cell)) is None:
        raise ValueError(f"must be {PHONE}, not {cell!r}")
    return number


def institution(cell: str) -> str:
    """A reference to an institution: its ROR id without the URL, or else its slug."""
    bare = cell.removeprefix(PREFIX)
    return bare if is_ror_id(bare) else str(slug(cell))


def clock(cell: str) -> datetime:
    """A date and time, with or without an offset from UTC."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?", cell):
        raise ValueError(f"must be a date and time such as 2026-03-08T10:00, not {cell!r}")
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"is not a date and time in the calendar: {cell}") from None


def instant(wall: datetime, zone: str) -> datetime:
    """The instant of a local time in a zone; raises ValueError if it is ambiguous or doesn't exist there."""
    try:
        return _instant(wall, zone)
    except OverflowError:
        raise ValueError(f"is outside the years 1 to 9999 in UTC: {wall.isoformat()} in {zone}") from None


def _instant(wall: datetime, zone: str) -> datetime:
    tzinfo = ZoneInfo(zone)
    if wall.tzinfo is not None:
        local = wall.astimezone(tzinfo)
        if local.utcoffset() != wall.utcoffset() and wall.utcoffset() != UTC.utcoffset(None):
            raise ValueError(f"has an offset that {zone} does not have at that time: {wall.isoformat()}")
        return wall.astimezone(UTC)
    earlier, later = (wall.replace(tzinfo=tzinfo, fold=fold).astimezone(UTC) for fold in (0, 1))
    if earlier.astimezone(tzinfo).replace(tzinfo=None) != wall:
        raise ValueError(f"does not exist in {zone}: the clocks are set forward past {wall.isoformat()}")
    if earlier != later:
        raise ValueError(
            f"occurs twice in {zone}: add the offset, as in"
            f" {earlier.astimezone(tzinfo).isoformat()} or {later.astimezone(tzinfo).isoformat()}"
        )
    return earlier
