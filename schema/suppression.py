"""Small-cell suppression: a published count of people is null if it could identify them."""

from __future__ import annotations

from sqlalchemy import case, func

from planner.declaration.row import Row
from planner.sql import Column, Condition
from schema.roles import ADMIN

SMALLEST_CELL = 5


def suppress_small(row: Row, count: Column, exact: Condition | None = None) -> Column:
    """The count as the viewer may see it: exact for ADMIN and where `exact` holds, else null below five."""
    if ADMIN in row.context.roles:
        return count
    largest_hidden = SMALLEST_CELL - 1
    published = func.nullif(func.greatest(count, largest_hidden), largest_hidden)  # the count is written once
    return published if exact is None else case((exact, count), else_=published)
