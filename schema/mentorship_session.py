"""Sessions of mentorships: when the two met, and what they noted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

import models
from models.mentorship import UNDER_WAY, SessionMode
from planner.declaration.access import Rule
from planner.declaration.bindings import Inverse, RootFields
from planner.declaration.fields import column, one, table_of
from planner.declaration.row import Row
from planner.declaration.writes import Creation, Guard, writes
from planner.sql import Column, scalar_subquery
from schema.common import GLOBAL_ID, Entity
from schema.concerns import by_reference
from schema.dates import today
from schema.declarations import declarations, node
from schema.messages import message
from schema.rules import referred

if TYPE_CHECKING:
    from schema.mentorship import Mentorship

declarations.enums(SessionMode)


def _of_mentorship(name: str) -> Any:
    """A column of the mentorship."""

    def found(row: Row) -> Column:
        mentorship = table_of(models.Mentorship).alias()
        return scalar_subquery(
            select(mentorship.c[name]).where(mentorship.c.id == row["mentorship_id"]), mentorship
        )

    return found


NOTE_IT = """
update mentorship m
set sessions = m.sessions + 1, status = 'ACTIVE', starts_on = case m.status
    when 'ACTIVE' then coalesce(m.starts_on, first.day) else least(m.starts_on, first.day) end
from mentorship_session s, mentorship requested,
    lateral (select greatest(s.held_on, (requested.created_at at time zone 'Etc/GMT+12')::date)) first(day)
where s.id = ($1 ->> 'id')::uuid and requested.id = s.mentorship_id and m.id = requested.id
    and m.status in ('ACCEPTED', 'ACTIVE')
"""
"""The first session begins the mentorship, not before the request's day, where that began last on earth."""


LOG = Creation(
    ("mentorship", "heldOn", "minutes", "mode", "summary", "sharedNote"),
    mutation="logMentorshipSession",
    description="Record that the two of a mentorship met. The first session begins the mentorship; none is"
    " earlier than the request or the first day.",
    sets={"mentor_id": _of_mentorship("mentor_id"), "participant_id": _of_mentorship("participant_id")},
    gate="mentorship",
    guards=(
        Guard(
            referred(
                "mentorship_id",
                models.Mentorship,
                lambda _, one: one.status.in_([status.value for status in UNDER_WAY]),
                "of one that is accepted or active",
            ),
            "WRONG_STATE",
            message("mentorship.not_under_way"),
            ("mentorship",),
        ),
        Guard(
            Rule(lambda row: row["held_on"] <= today(), "not ahead"),
            "OUT_OF_RANGE",
            message("mentorship.ahead"),
            ("heldOn",),
        ),
        Guard(
            referred(
                "mentorship_id",
                models.Mentorship,
                lambda row, one: or_(one.starts_on.is_(None), one.starts_on <= row["held_on"]),
                "not before its first day",
            ),
            "OUT_OF_RANGE",
            message("mentorship.before"),
            ("heldOn",),
        ),
    ),
    effects=(NOTE_IT,),
)


@node(
    models.MentorshipSession,
    "session",
    roots=RootFields("One session of a mentorship.", (GLOBAL_ID,)),
    changes="Sessions of mentorships.",
    writes=writes(creations=(LOG,)),
    concerns=by_reference(models.Mentor, "mentor_id"),
)
class MentorshipSession(Entity):
    """A meeting of a mentor and a participant."""

    mentorship: Mentorship | None = one(
        "The mentorship.", inverse=Inverse("session_log", "Its sessions that were noted: for the two alone.")
    )
    held_on: date = column("The day of the session.", order=True)
    minutes: int | None = column("How long it took, in minutes.")
    mode: SessionMode | None = column("How they met.")
    summary: str | None = column("The mentor's summary, for the mentor.", filter=False)
    shared_note: str | None = column("A note for both.", filter=False)
