"""Columns that follow from others of their row, by table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import models

Values = Mapping[str, Any]


def end_of_minute(instant: datetime) -> datetime:
    """The first instant after the minute that a clock shows."""
    return instant.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _of_call(row: Values) -> Values:
    """A call closes at the end of its last minute, and opens on a day of its own zone."""
    opens, last = row["opens_at"], row["deadline"]
    return {
        "closes_at": None if last is None else end_of_minute(last),
        "opens_on": None if opens is None else opens.astimezone(ZoneInfo(row["time_zone"])).date(),
    }


DERIVED: Mapping[str, Callable[[Values], Values]] = {"call": _of_call}


@cache
def computed_of(table: str) -> frozenset[str]:
    """The columns that the database makes of the rest."""
    columns = models.metadata.tables[table].c
    return frozenset(one.name for one in columns if one.computed is not None or one.info.get("kept"))


def with_derived(table: str, row: Values) -> Values:
    return {**row, **DERIVED[table](row)} if table in DERIVED else row


NAMED_AFTER = ("mentor", "participant")
"""Tables whose rows have a copy of their person's name: with another name they are another row."""


def used_name(person: Values) -> tuple[str, str]:
    return person["preferred_name"] or person["given_name"], person["family_names"]
