"""Bugs to plant in declarations of steps and of new rows: places, queues, counts, what follows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import pytest

import schema
from tests.mutations.model.declarations import MODELLED

Plant: TypeAlias = "Callable[[pytest.MonkeyPatch], None]"


def declared(mutation: str, change: Callable[[Any], Mapping[str, Any]]) -> Plant:
    """A step or a creation that is declared otherwise."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        action = schema.catalog.actions[mutation]
        assert action.act is not None
        other: Any = dataclasses.replace(action.act, **change(action.act))
        name = "creation" if action.creation else "step"
        patch.setitem(schema.catalog.actions, mutation, dataclasses.replace(action, **{name: other}))

    return plant


def following(mutation: str, text: str, becomes: str) -> Plant:
    """What follows from an act, in other words."""

    def change(act: Any) -> Mapping[str, Any]:
        assert any(text in one for one in act.effects), "there is something to plant it in"
        return {"effects": tuple(one.replace(text, becomes) for one in act.effects)}

    return declared(mutation, change)


def unguarded(mutation: str, code: str) -> Plant:
    """A condition is not looked at."""
    return declared(mutation, lambda act: {"guards": [one for one in act.guards if one.code != code]})


def unset(mutation: str, column: str) -> Plant:
    """A column is not set."""
    return declared(mutation, lambda act: {"sets": {n: v for n, v in act.sets.items() if n != column}})


REGISTRATIONS: Mapping[str, Plant] = {
    "the last in the queue gets the place": following(
        "cancelRegistration", "order by r.seq,", "order by -r.seq,"
    ),
    "a place that is free twice": following(
        "cancelRegistration", "greatest(free, 0)", "greatest(free, 0) + 1"
    ),
    "places of those who came are free": following(
        "setEventCapacity", "'CONFIRMED', 'ATTENDED'", "'CONFIRMED'"
    ),
    "no place for the queue when there are more": declared("setEventCapacity", lambda act: {"effects": ()}),
    "a guest is another by the case of an address": declared(
        "registerForEvent", lambda act: {"caseless": ()}
    ),
    "registered for what is over": unguarded("registerForEvent", "DEADLINE_PASSED"),
    "all days are forgotten": following("undoCheckIn", "and day = (", "and day <= ("),
    "nobody has come who was there the day before": unset("undoCheckIn", "status"),
}
MENTORSHIPS: Mapping[str, Plant] = {
    "more mentorships than places": unguarded("acceptMentorship", "CAPACITY_REACHED"),
    "a session that counts twice": following("logMentorshipSession", "m.sessions + 1", "m.sessions + 2"),
    "requests in other cohorts lapse": following(
        "acceptMentorship", "and mentorship.cohort_id is not distinct from accepted.cohort_id", ""
    ),
    "requests without end": unguarded("requestMentorship", "TOO_MANY"),
    "a request twice": declared("requestMentorship", lambda act: {"same": ()}),
    "a mentorship that never ended": unset("endMentorship", "ends_on"),
}
PLANTED: Mapping[str, Plant] = {**REGISTRATIONS, **MENTORSHIPS}


def of_types(*types: str) -> tuple[str, ...]:
    return tuple(name for name, one in MODELLED.items() if one.type in types)


AMONG: Mapping[str, tuple[str, ...]] = {
    "a row that there is already must be possible anew": ("registerForEvent", "requestMentorship"),
    **dict.fromkeys(REGISTRATIONS, (*of_types("Registration", "Attendance"), "setEventCapacity")),
    **dict.fromkeys(MENTORSHIPS, of_types("Mentorship", "MentorshipSession")),
}
"""The mutations that these bugs show in."""
