"""Exact conversion of dates and instants between Python and PostgreSQL.

The driver's own codecs take the first and last values of Python's calendar for PostgreSQL's infinities, and
fail for values before year 1 and after year 9999.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

AFTER_ALL = "infinity"
"""PostgreSQL's date and instant after all others, for which Python has no value."""

_DAY_ZERO = date(2000, 1, 1).toordinal()
_MOMENT_ZERO = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_INFINITE_DAY, _INFINITE_MOMENT = 2**31 - 1, 2**63 - 1
_FIRST_DAY, _LAST_DAY = date.min.toordinal() - _DAY_ZERO, date.max.toordinal() - _DAY_ZERO
_FIRST_MOMENT = (datetime.min.replace(tzinfo=UTC) - _MOMENT_ZERO) // _MICROSECOND
_LAST_MOMENT = (datetime.max.replace(tzinfo=UTC) - _MOMENT_ZERO) // _MICROSECOND


def encode_date(value: date | str) -> tuple[int]:
    """Days since 2000-01-01."""
    if isinstance(value, str):
        if value != AFTER_ALL:
            raise ValueError(f"{value!r} is not a date")
        return (_INFINITE_DAY,)
    return (value.toordinal() - _DAY_ZERO,)


def decode_date(days: tuple[int]) -> date:
    """A date; one outside Python's calendar becomes its first or last day."""
    return date.fromordinal(max(_FIRST_DAY, min(days[0], _LAST_DAY)) + _DAY_ZERO)


def encode_instant(value: datetime | str) -> tuple[int]:
    """Microseconds since 2000-01-01T00:00Z; raises TypeError for a datetime without an offset."""
    if isinstance(value, str):
        if value != AFTER_ALL:
            raise ValueError(f"{value!r} is not an instant")
        return (_INFINITE_MOMENT,)
    return ((value - _MOMENT_ZERO) // _MICROSECOND,)


def decode_instant(microseconds: tuple[int]) -> datetime:
    """A datetime in UTC; one outside Python's calendar becomes its first or last moment."""
    since = max(_FIRST_MOMENT, min(microseconds[0], _LAST_MOMENT))
    return _MOMENT_ZERO + timedelta(microseconds=since)


async def set_calendar_codecs(connection: Any) -> None:
    """Set these codecs on a connection of the driver; sends no statement."""
    for name, encoder, decoder in (
        ("date", encode_date, decode_date),
        ("timestamptz", encode_instant, decode_instant),
    ):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=encoder, decoder=decoder, format="tuple"
        )
