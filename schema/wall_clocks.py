"""Local times of instants: by the wall clock of the object's own time zone, or of another."""

from __future__ import annotations

from sqlalchemy import Text, func

from models.base import declare_functions
from planner.declaration.bindings import Argument
from planner.declaration.row import Row
from planner.document.arguments import Arguments, non_null
from planner.sql import Column

declare_functions("puente_local_time", discloses=False)


def in_zone(owner: str) -> tuple[Argument, ...]:
    """The argument for another time zone."""
    return (Argument("timeZone", "TimeZone | None", f"The time zone to use instead of the {owner}'s own."),)


def local_time(name: str) -> object:
    """The local time of a column's instant, in the object's time zone or the one in the arguments."""

    def expression(row: Row, arguments: Arguments) -> Column:
        time_zone = non_null(arguments, "timeZone")
        zone = row.context.bind(time_zone, Text()) if time_zone else row["time_zone"]
        return func.puente_local_time(row[name], zone)

    return expression
