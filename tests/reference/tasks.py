"""What the viewer is to do: for whoever is named for a step, while it can be taken, as workflows have it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference.actions import ACTORS, WRITERS
from tests.reference.archive import offered
from tests.reference.policy import Sight
from tests.reference.rows import Row
from tests.reference.steps import STEPS
from tests.reference.tables import ReferenceContext, VisibleRow


def _first_day(sight: Sight, row: Row) -> date | None:
    cohort = sight.get("cohort", row["cohort_id"])
    return cohort["starts_on"] if cohort else None


def _opening_day(sight: Sight, row: Row) -> date | None:
    opens: datetime | None = row["opens_at"]
    return opens.astimezone(ZoneInfo(row["time_zone"])).date() if opens else None


KINDS: dict[str, tuple[str, Callable[[Sight, Row], date | None]]] = {
    "acceptMentorship": ("ANSWER_MENTORSHIP", lambda sight, row: row["respond_by"]),
    "acceptParticipation": ("ACCEPT_PARTICIPANT", _first_day),
    "confirmArrival": ("CONFIRM_ARRIVAL", lambda sight, row: row["starts_on"]),
    "confirmDeparture": ("CONFIRM_DEPARTURE", lambda sight, row: row["ends_on"]),
    "publishProject": ("PUBLISH_PROJECT", lambda sight, row: row["starts_on"]),
    "publishCall": ("PUBLISH_CALL", _opening_day),
    "publishEvent": (
        "PUBLISH_EVENT",
        lambda sight, row: row["starts_at"].astimezone(ZoneInfo(row["time_zone"])).date(),
    ),
}


def tasks(context: ReferenceContext) -> list[dict[str, Any]]:
    """Those that are due first before all others; those without a day last."""
    return sorted(_found(context), key=_order)


def _found(context: ReferenceContext) -> Iterator[dict[str, Any]]:
    for mutation, (kind, due) in KINDS.items():
        step = STEPS[mutation]
        in_time = [needed for needed in step.needs if needed.code == "DEADLINE_PASSED"]
        is_named = ACTORS.get(mutation, WRITERS[step.type])
        for found in offered(context.all(step.type)):
            row, sight = found.row, context.sight
            named = row["status"] in step.sources and is_named(sight, row)
            if named and all(needed.holds(sight, row) for needed in in_time):
                yield {"kind": kind, "mutation": mutation, "dueOn": due(sight, row), "entity": found}


def _order(task: dict[str, Any]) -> tuple[Any, ...]:
    row: VisibleRow = task["entity"]
    return (task["dueOn"] is None, task["dueOn"] or date.max, task["kind"], row.row["id"])
