"""Mentorships: a mentor and a participant who work together."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import Described, Entity
from models.columns import bounded, in_order


class MentorshipStatus(Described):
    """The status of a mentorship."""

    PROPOSED = "PROPOSED", "Requested, and not answered yet."
    DECLINED = "DECLINED", "Declined by the person to whom it was addressed."
    LAPSED = "LAPSED", "Not answered in time, or the participant found another mentor."
    ACCEPTED = "ACCEPTED", "Accepted, not yet started."
    ACTIVE = "ACTIVE", "Under way."
    COMPLETED = "COMPLETED", "Reached its end."
    ENDED = "ENDED", "Stopped before its end."


class MentorshipRequester(Described):
    """The person who requested a mentorship."""

    PARTICIPANT = "PARTICIPANT", "The participant."
    MENTOR = "MENTOR", "The mentor."
    STAFF = "STAFF", "Staff, who brought the two together."


class SessionMode(Described):
    """How a mentor and a participant met."""

    IN_PERSON = "IN_PERSON", "In the same place."
    ONLINE = "ONLINE", "Over the internet, or by telephone."


class MentorFit(Described):
    """Why a mentor is suggested for a participant."""

    FIELD = "FIELD", "The mentor's expertise covers the participant's field of study."
    OTHER_SIDE = "OTHER_SIDE", "The two are at institutions of different sides."
    LANGUAGE = "LANGUAGE", "Both speak a language well (B2 or better)."
    SECTOR = "SECTOR", "The mentor works in the sector that the participant prefers."
    PLACES = "PLACES", "At least half of the mentor's places are free."
    TIME_ZONE = "TIME_ZONE", "The clocks of their institutions are at most three hours apart."
    PREFERENCE = "PREFERENCE", "The participant prefers the mentor."


LOWEST_RANK = 5
"""The ranks of preferred mentors go from 1 to this one."""

OPEN = (MentorshipStatus.PROPOSED, MentorshipStatus.ACCEPTED, MentorshipStatus.ACTIVE)
"""A mentor and a participant have one of these in a cohort at most."""
UNDER_WAY = (MentorshipStatus.ACCEPTED, MentorshipStatus.ACTIVE)
"""These take a place of the mentor."""


class Mentorship(Entity, table=True):
    """A mentor's work with a participant; `notes` are the mentor's, and the participant's too once shared.

    That two have one open at most, and a mentor no more than there are places, is looked at under a gate, not
    by an index: rows from before, and those of imports, may be otherwise.
    """

    about_person = "participant_id.person_id"
    also_about = ("mentor_id.person_id",)

    mentor_id: UUID = Field(foreign_key="mentor.id")
    participant_id: UUID = Field(foreign_key="participant.id")
    cohort_id: UUID | None = Field(default=None, foreign_key="cohort.id")
    status: MentorshipStatus
    requested_by: MentorshipRequester = Field(
        default=MentorshipRequester.STAFF, sa_column_kwargs={"server_default": "STAFF"}
    )
    respond_by: date | None = None
    decline_reason: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    goals: str | None = None
    notes: str | None = None
    notes_shared: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    sessions: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})

    __table_args__ = (
        CheckConstraint("sessions >= 0", name="sessions_positive"),
        in_order("starts_on", "ends_on"),
        bounded("goals", "notes", "decline_reason"),
        Index(None, "participant_id", "mentor_id"),
        Index(None, "respond_by", postgresql_where=text("status = 'PROPOSED'")),
    )


class MentorshipSession(Entity, table=True):
    """A meeting of the two; their ids are the mentorship's, so that it is seen without a look at that.

    `summary` is the mentor's, `shared_note` that of both.
    """

    about_person = "participant_id.person_id"
    also_about = ("mentor_id.person_id",)
    from_owner = ("mentor_id", "participant_id")

    mentorship_id: UUID = Field(foreign_key="mentorship.id")
    mentor_id: UUID = Field(foreign_key="mentor.id")
    participant_id: UUID = Field(foreign_key="participant.id")
    held_on: date
    minutes: int | None = None
    mode: SessionMode | None = None
    summary: str | None = None
    shared_note: str | None = None

    __table_args__ = (
        CheckConstraint("minutes between 1 and 1440", name="minutes_range"),
        bounded("summary", "shared_note"),
    )


class MentorPreference(Entity, table=True):
    """A mentor whom a participant of a cohort prefers, or avoids.

    Ranks are compared once a statement has ended, so that two may change places.
    """

    natural_key = ("participation_id", "mentor_id")
    about_person = "participant_id.person_id"
    from_owner = ("participant_id", "cohort_id")
    alternatives = ("rank", "avoid")

    participation_id: UUID = Field(foreign_key="participation.id")
    participant_id: UUID = Field(foreign_key="participant.id")
    cohort_id: UUID = Field(foreign_key="cohort.id")
    mentor_id: UUID = Field(foreign_key="mentor.id")
    rank: int | None = None
    avoid: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})

    __table_args__ = (
        UniqueConstraint("participation_id", "mentor_id"),
        UniqueConstraint("participation_id", "rank", deferrable=True, initially="IMMEDIATE"),
        CheckConstraint(f"rank between 1 and {LOWEST_RANK}", name="rank_range"),
        CheckConstraint("(rank is null) = avoid", name="rank_or_avoid"),
    )
