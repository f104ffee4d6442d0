"""The days that acts are compared with: the alliance's places are in several zones, all behind UTC."""

from __future__ import annotations

from sqlalchemy import Date, cast, func, literal_column

from planner.sql import Column

LAST_TODAY = "(now() at time zone 'Etc/GMT+12')::date"
"""The day where it ends last on earth: a term that ends with a day is over once it is over everywhere."""


def today() -> Column:
    """The day by UTC: it is no later anywhere in the alliance."""
    return cast(func.timezone(literal_column("'UTC'"), func.now()), Date())


def last_today() -> Column:
    return literal_column(LAST_TODAY, Date())
