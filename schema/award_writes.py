"""How awards are written: their funders prepare and decide them."""

from __future__ import annotations

from sqlalchemy import func, literal_column

import models
from planner.declaration.access import Rule
from planner.declaration.row import Row
from planner.declaration.writes import Creation, Guard, Workflow, WorkflowStep, Writes
from planner.sql import Column
from schema.dates import today
from schema.messages import message
from schema.rules import referred


def _decided_on(row: Row) -> Column:
    """The day that was given, else today."""
    return func.coalesce(literal_column("($1 -> 'set' ->> 'decided_on')::date"), today())


NOT_DECIDED = Guard(
    Rule(lambda row: row["decided_on"].is_(None), "not decided"), "WRONG_STATE", message("award.decided")
)
ITS_SIDE = Guard(
    Rule(lambda row: row["funder_id"].is_(None), "without a funder")
    | referred(
        "funder_id",
        models.Institution,
        lambda row, funder: funder.side == row["funder_side"],
        "on the side of its funder",
    ),
    "INVALID",
    message("award.another_side"),
    ("funderSide",),
)
WRITES = Writes(
    ("amount", "currency", "startsOn", "endsOn", "program"),
    creations=(
        Creation(("kind", "funder", "funderSide", "project", "recipientProfile"), guards=(ITS_SIDE,)),
    ),
    acts=Workflow(
        "decided_on",
        (
            WorkflowStep(
                "decideAward",
                "Record that an award was given, on a given day or today: then everyone sees"
                " it, without its amount.",
                guards=(NOT_DECIDED,),
                fields=("decidedOn",),
                sets={"decided_on": _decided_on},
            ),
        ),
    ),
)
