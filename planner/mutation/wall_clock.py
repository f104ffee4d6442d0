"""Converts wall clocks of an input to instants; a zone's clocks may skip an hour or repeat one.

A repeated time means the later instant. If only the zone changes, the wall clock stays.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.declaration.write_action import WritableField, WriteAction
from planner.messages import message
from planner.mutation.checks import REFUSED, Check, path_of
from planner.sql import identifier


def values_sql(action: WriteAction) -> str:
    """The values to set as JSON, with instants instead of wall clocks; `e` is the current row, if any."""
    return "".join(["$1 -> 'set'", *(f" || {_instant(action, one)}" for one in _wall_clocks(action))])


def wall_clock_checks(action: WriteAction, table: str) -> Iterator[Check]:
    """Rejects times that a zone's clocks skip."""
    source = f"fresh f left join {table} e on e.id = f.id"
    for one in _wall_clocks(action):
        column, zone = (f"f.{identifier(name)}" for name in (one.column, str(one.zone)))
        is_zone = f"not coalesce(puente_is_time_zone({zone}), false)"
        exists = f"{column} at time zone {zone} is not distinct from {_clock(action, one)}"
        holds = f"not ({_is_given(action, one)}) or {is_zone} or {exists}"
        words = message("mutation.no_local_time")
        yield Check(REFUSED, "LOCAL_TIME_DOES_NOT_EXIST", path_of(one.name), words, source, holds)


def _wall_clocks(action: WriteAction) -> list[WritableField]:
    return [one for one in action.fields if one.zone is not None]


def _given(one: str) -> str:
    return f"($1 -> 'set' ->> '{one}')"


def _zone(action: WriteAction, one: WritableField) -> str:
    own = f"e.{identifier(str(one.zone))}"
    return _given(str(one.zone)) if action.creation else f"coalesce({_given(str(one.zone))}, {own})"


def _clock(action: WriteAction, one: WritableField) -> str:
    """The wall clock, as a timestamp without a zone."""
    given = f"{_given(one.column)}::timestamp"
    if action.creation is not None:
        return given
    kept = f"e.{identifier(one.column)} at time zone e.{identifier(str(one.zone))}"
    return f"case when $1 -> 'set' ? '{one.column}' then {given} else {kept} end"


def _is_given(action: WriteAction, one: WritableField) -> str:
    """Whether the input changes the instant."""
    given = f"$1 -> 'set' ? '{one.column}'"
    if action.creation is not None:
        return given
    zone = str(one.zone)
    return f"{given} or $1 -> 'set' ? '{zone}' and {_given(zone)} is distinct from e.{identifier(zone)}"


def _instant(action: WriteAction, one: WritableField) -> str:
    zone = _zone(action, one)
    instant = f"jsonb_build_object('{one.column}', {_clock(action, one)} at time zone {zone})"
    when = f"({_is_given(action, one)}) and puente_is_time_zone({zone})"
    return f"case when {when} then {instant} else '{{}}' end"
