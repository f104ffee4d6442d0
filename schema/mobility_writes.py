"""How mobilities are written: planned by the sending side, confirmed by the receiving one."""

from __future__ import annotations

import models
from models.mobility import NOT_OVER, MobilityStatus
from models.notification import NotificationKind
from planner.declaration.access import Rule
from planner.declaration.fields import table_of
from planner.declaration.row import Row
from planner.declaration.writes import Creation, Guard, StepTask, Tell, Workflow, WorkflowStep, Writes
from planner.sql import Condition, exists
from schema.messages import message
from schema.recipients import both_sides, staying


def _is_at_home(row: Row) -> Condition:
    """The participant studies at the sending institution."""
    participant = row.context.table(table_of(models.Participant))
    wanted = [
        participant.c.id == row["participant_id"],
        participant.c.institution_id == row["sending_institution_id"],
    ]
    return exists([participant], participant, wanted, correlated=row.correlated)


def _concerned(kind: NotificationKind) -> tuple[Tell, ...]:
    return staying(kind), both_sides(kind)


PLAN = Creation(
    ("participant", "sendingInstitution", "receivingInstitution"),
    {"status": MobilityStatus.PLANNED},
    gate="participant",
    guards=(
        Guard(
            Rule(_is_at_home, "of a participant of the sending institution"),
            "NOT_ELIGIBLE",
            message("mobility.not_sent"),
            ("sendingInstitution",),
        ),
    ),
    tells=_concerned(NotificationKind.MOBILITY_PLANNED),
)
WORKFLOW = Workflow(
    "status",
    (
        WorkflowStep(
            "confirmArrival",
            "Confirm that the participant has arrived; by the receiving institution.",
            (MobilityStatus.PLANNED,),
            MobilityStatus.ONGOING,
            fields=("startsOn",),
            tells=_concerned(NotificationKind.MOBILITY_STARTED),
            task=StepTask(
                "CONFIRM_ARRIVAL", "Confirm that a participant has arrived.", lambda row: row["starts_on"]
            ),
        ),
        WorkflowStep(
            "confirmDeparture",
            "Confirm that the stay is over; by the receiving institution.",
            (MobilityStatus.ONGOING,),
            MobilityStatus.COMPLETED,
            fields=("endsOn",),
            tells=_concerned(NotificationKind.MOBILITY_COMPLETED),
            task=StepTask(
                "CONFIRM_DEPARTURE", "Confirm that a participant's stay is over.", lambda row: row["ends_on"]
            ),
        ),
        WorkflowStep(
            "cancelMobility",
            "Cancel a stay, or end it early; by the sending institution.",
            NOT_OVER,
            MobilityStatus.CANCELLED,
            needs_reason=True,
            tells=_concerned(NotificationKind.MOBILITY_CANCELLED),
        ),
    ),
)
WRITES = Writes(("activity", "components", "startsOn", "endsOn", "program"), WORKFLOW, creations=(PLAN,))
