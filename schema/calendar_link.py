"""Links to one's own calendar, for calendar programs: made, renewed and revoked by the person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Uuid, func

from models.calendar_link import CalendarLink as CalendarLinkModel
from planner.declaration.access import Rule
from planner.declaration.fields import column
from planner.declaration.writes import Creation, Guard, PythonPart, Workflow, WorkflowStep, Writes
from schema.actions import AvailableAction, actions
from schema.common import Node, display_name
from schema.declarations import declarations
from schema.messages import message
from schema.roles import SELF

if TYPE_CHECKING:
    from strawberry import ID

ACCOUNT = ("issuer", "subject")
ADDRESS = PythonPart(
    {"language": ("Language | None", "The language of the calendar; the request's if omitted.")},
    sets=(*ACCOUNT, "secret_hash"),
    answers={
        "path": (
            "str | None",
            "The address of the calendar on this server: `/calendar/mine/puente_calendar_….ics?language=es`."
            " It is returned only now: null in a repetition and in a dry run. Whoever has it reads the"
            " calendar.",
        )
    },
)
LEADS_TO_PERSON = Guard(
    Rule(
        lambda row: func.puente_person_of(row["issuer"], row["subject"], type_=Uuid()) == row["person_id"],
        "by an account that is linked to the person",
    ),
    "NOT_ELIGIBLE",
    message("calendar.account_not_linked"),
    (),
)
CREATE = Creation(
    mutation="createCalendarLink",
    description=(
        "Make a private link to the calendar of the events that you are registered for, for a calendar"
        " program. You have one; made again, it is the same, without its address: renew it instead."
    ),
    maker=SELF,
    same=("person_id",),
    needs=(LEADS_TO_PERSON,),
    locks=("select from person where id = ($1 -> 'set' ->> 'person_id')::uuid for no key update",),
    python=replace(ADDRESS, sets=(*ADDRESS.sets, "person_id")),
)
STEPS = Workflow(
    "id",
    (
        WorkflowStep(
            "renewCalendarLink",
            "Give the link a new address; the earlier one leads nowhere from now on.",
            sets={"renewed_at": lambda row: func.now()},
            changes={"renewedAt": ("renewed_at",)},
            python=ADDRESS,
        ),
        WorkflowStep(
            "revokeCalendarLink",
            "Revoke the link: its address leads nowhere from now on.",
            removes=True,
        ),
    ),
)


@declarations.looked_up(
    CalendarLinkModel, "calendar", listed=True, writes=Writes(creations=(CREATE,), acts=STEPS)
)
class CalendarLink(Node):
    """A private link to the calendar of the events that its person is registered for."""

    id: ID = column("Globally unique, stable and opaque.")
    display_name: str | None = display_name()
    version: int = column("Grows by one with every change.", filter=False)
    renewed_at: datetime = column("When it got its address.")
    created_at: datetime = column("When it was made.")
    available_actions: list[AvailableAction] = actions()
