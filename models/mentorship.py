"""Mentorships: a mentor and a participant who work together."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from models.base import Described, Entity
from models.columns import bounded, in_order


class MentorshipStatus(Described):
    """The status of a mentorship."""

    PROPOSED = "PROPOSED", "Suggested; not yet accepted by both."
    ACCEPTED = "ACCEPTED", "Accepted, not yet started."
    ACTIVE = "ACTIVE", "Under way."
    COMPLETED = "COMPLETED", "Reached its end."
    ENDED = "ENDED", "Stopped before its end."


class Mentorship(Entity, table=True):
    """A mentor's work with a participant; `notes` are the mentor's, and the participant's too once shared."""

    about_person = "participant_id.person_id"
    also_about = ("mentor_id.person_id",)

    mentor_id: UUID = Field(foreign_key="mentor.id")
    participant_id: UUID = Field(foreign_key="participant.id")
    cohort_id: UUID | None = Field(default=None, foreign_key="cohort.id")
    status: MentorshipStatus
    starts_on: date | None = None
    ends_on: date | None = None
    goals: str | None = None
    notes: str | None = None
    notes_shared: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    sessions: int = 0

    __table_args__ = (
        CheckConstraint("sessions >= 0", name="sessions_positive"),
        in_order("starts_on", "ends_on"),
        bounded("goals", "notes"),
        Index(None, "participant_id", "mentor_id"),
    )
