"""Programs and what happens in them: cohorts, activities, and who takes part."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlmodel import Field

from models.base import NOBODY, Archivable, Described, Entity
from models.columns import (
    bounded,
    folded,
    in_order,
    localized,
    searchable,
    shaped,
    slug_shape,
    sorted_es,
)


class Pillar(Described):
    """One of the three things that the alliance does."""

    RESEARCH = "RESEARCH", "Collaborative research."
    MOBILITY_AND_TALENT = "MOBILITY_AND_TALENT", "Mobility of students and the growth of talent."
    PRESENCE = "PRESENCE", "The University of California's presence in Mexico."


class ProgramKind(Described):
    """What a program gives."""

    RESEARCH_GRANT = "RESEARCH_GRANT", "Grants for research projects."
    FELLOWSHIP = "FELLOWSHIP", "Fellowships for graduate students and postdoctoral researchers."
    TRAVEL_STIPEND = "TRAVEL_STIPEND", "Small grants for travel and short stays."
    SEED = "SEED", "Seed money for a new collaboration."
    TALENT_PROGRAM = "TALENT_PROGRAM", "Cohorts with mentors, courses and internships."
    MOBILITY = "MOBILITY", "Stays at an institution of the other country."
    OUTREACH = "OUTREACH", "Campaigns and public engagement."


class ParticipationStatus(Described):
    """A participant's status in a cohort."""

    NOMINATED = "NOMINATED", "Proposed by an institution, not yet accepted."
    ACCEPTED = "ACCEPTED", "Accepted, not yet started."
    ACTIVE = "ACTIVE", "Taking part."
    COMPLETED = "COMPLETED", "Took part to the end."
    WITHDRAWN = "WITHDRAWN", "Left before the end."


GOING_ON = (ParticipationStatus.NOMINATED, ParticipationStatus.ACCEPTED, ParticipationStatus.ACTIVE)
"""Participations that are not over."""


class ActivityKind(Described):
    """The kind of activity."""

    COURSE = "COURSE", "A course of several sessions."
    WORKSHOP = "WORKSHOP", "A workshop of one or a few days."
    COMMITTEE = "COMMITTEE", "A standing committee of participants."


class ActivityRole(Described):
    """What a participant does in an activity."""

    MEMBER = "MEMBER", "Takes part."
    CHAIR = "CHAIR", "Leads the activity."
    SPEAKER = "SPEAKER", "Speaks or teaches."


class Program(Entity, Archivable, table=True):
    """A lasting program; its rules belong to its calls. `institution_id` runs it, else the alliance."""

    natural_key = ("code",)
    about_person = NOBODY

    code: str = Field(unique=True)
    slug: str = Field(unique=True)
    name_en: str | None = None
    name_es: str | None = None
    description_en: str | None = None
    description_es: str | None = None
    pillar: Pillar
    kind: ProgramKind
    institution_id: UUID | None = Field(default=None, foreign_key="institution.id")
    name_fold_en: str | None = folded("name", "en")
    name_fold_es: str | None = folded("name", "es")
    name_sort_es: str | None = sorted_es("name")
    search: Any = searchable("name_en", "name_es", "description_en", "description_es")

    __table_args__ = (
        *localized("name"),
        slug_shape(),
        shaped("code", "^[A-Z0-9]+(_[A-Z0-9]+)*$"),
        bounded("description_en", "description_es"),
    )


def _weight(points: int) -> Any:
    """How many points a reason adds to the score of a suggested mentor."""
    return Field(default=points, sa_column_kwargs={"server_default": text(str(points))})


WEIGHTS = ("field", "other_side", "language", "sector", "places", "time_zone")
HIGHEST_WEIGHT = 100


class Cohort(Entity, Archivable, table=True):
    """A group that goes through a program together, with the weights by which mentors are suggested."""

    about_person = NOBODY

    program_id: UUID = Field(foreign_key="program.id")
    slug: str = Field(unique=True)
    name_en: str | None = None
    name_es: str | None = None
    starts_on: date
    ends_on: date | None = None
    field_weight: int = _weight(40)
    other_side_weight: int = _weight(20)
    language_weight: int = _weight(15)
    sector_weight: int = _weight(10)
    places_weight: int = _weight(10)
    time_zone_weight: int = _weight(5)
    name_fold_en: str | None = folded("name", "en")
    name_fold_es: str | None = folded("name", "es")
    name_sort_es: str | None = sorted_es("name")
    search: Any = searchable("name_en", "name_es")

    __table_args__ = (
        *localized("name"),
        slug_shape(),
        in_order("starts_on", "ends_on"),
        *(
            CheckConstraint(f"{one}_weight between 0 and {HIGHEST_WEIGHT}", name=f"{one}_weight_range")
            for one in WEIGHTS
        ),
    )


class Participation(Entity, table=True):
    """A participant's place in a cohort."""

    about_person = "participant_id.person_id"

    participant_id: UUID = Field(foreign_key="participant.id")
    cohort_id: UUID = Field(foreign_key="cohort.id")
    status: ParticipationStatus
    joined_on: date | None = None
    left_on: date | None = None

    __table_args__ = (UniqueConstraint("participant_id", "cohort_id"), in_order("joined_on", "left_on"))


class Activity(Entity, Archivable, table=True):
    """A course, workshop or committee of a program."""

    about_person = NOBODY

    program_id: UUID = Field(foreign_key="program.id")
    cohort_id: UUID | None = Field(default=None, foreign_key="cohort.id")
    kind: ActivityKind
    title_en: str | None = None
    title_es: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    title_fold_en: str | None = folded("title", "en")
    title_fold_es: str | None = folded("title", "es")
    title_sort_es: str | None = sorted_es("title")

    __table_args__ = (*localized("title"), in_order("starts_on", "ends_on"))


class ActivityParticipation(Entity, table=True):
    """A participant's part in an activity."""

    about_person = "participant_id.person_id"
    part_of = "participant_id"

    activity_id: UUID = Field(foreign_key="activity.id")
    participant_id: UUID = Field(foreign_key="participant.id")
    role: ActivityRole = ActivityRole.MEMBER
    since: date | None = None
    until: date | None = None

    __table_args__ = (UniqueConstraint("activity_id", "participant_id"), in_order("since", "until"))
