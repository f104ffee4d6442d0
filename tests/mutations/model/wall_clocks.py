"""Instants that wall clocks of an input stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.mutations.model.fields import Field, Problem, Set, WallClock, clock_of, instant
from tests.mutations.model.wrong import ROOT
from tests.reference.rows import Row

Values = Mapping[str, Any]


def instants(fields: Sequence[Field], values: Values, row: Row | None) -> Iterator[Set | Problem]:
    """Of the wall clocks among the fields; where only the zone is another, the clock stays."""
    for one in fields:
        if not isinstance(one, WallClock) or (clock := _clock(one, values, row)) is None:
            continue
        zone = values.get(one.zone, row[one.zone] if row else None)
        found, exists = instant(clock, zone or "UTC")  # without a zone, two clocks still have an order
        yield Set(one.columns[0], found)
        if not exists:
            yield Problem("LOCAL_TIME_DOES_NOT_EXIST", (*ROOT, one.name))


def _clock(one: WallClock, values: Values, row: Row | None) -> datetime | None:
    """What the clock shows, if its instant is another now."""
    (column,) = one.columns
    given: datetime | None = values.get(f"{column} clock")
    if given is not None or row is None or column in values or row[column] is None:
        return given
    return (
        clock_of(row[column], row[one.zone]) if values.get(one.zone, row[one.zone]) != row[one.zone] else None
    )
