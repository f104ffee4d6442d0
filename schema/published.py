"""Published aggregates: figures about people that all may see, unless so small that they tell."""

from __future__ import annotations

from sqlalchemy import func

from planner.rows import Row
from planner.sql import Column
from schema.roles import ADMIN

SMALLEST = 5


def published_count(row: Row, count: Column) -> Column:
    """The count as the viewer may see it: exact for staff, null for others where it is below five."""
    if ADMIN in row.scope.roles:
        return count
    largest_hidden = SMALLEST - 1
    return func.nullif(func.greatest(count, largest_hidden), largest_hidden)  # the count is written once
