"""The days that acts are compared with: the alliance's places are in several zones, all behind UTC."""

from __future__ import annotations

from sqlalchemy import Date, Integer, cast, extract, func, literal_column

from planner.declaration.bindings import FacetSource
from planner.sql import Column

LAST_TODAY = "(now() at time zone 'Etc/GMT+12')::date"
"""The day where it ends last on earth: a term that ends with a day is over once it is over everywhere."""


def today() -> Column:
    """The day by UTC: it is no later anywhere in the alliance."""
    return cast(func.timezone(literal_column("'UTC'"), func.now()), Date())


def by_year(field: str, column: str) -> FacetSource:
    """The facet that counts rows by the year of a day."""
    return FacetSource((field,), lambda row: cast(extract("year", row[column]), Integer))


def last_today() -> Column:
    return literal_column(LAST_TODAY, Date())
