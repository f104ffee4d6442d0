"""The tables that the suite asks for, as SQLAlchemy models with the relationships that Strawchemy follows.

Puente's SQLModel classes have none: its planner goes by foreign keys. What depends on rows is in the
relationships here (decided awards, leading institutions), and text in two languages is one property.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, ForeignKey, Integer, Numeric, Text, case, func
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, column_property, mapped_column, relationship

COUNTS_OF_PEOPLE = ("PARTICIPANTS", "MENTORS", "UC_STUDENTS_IN_MEXICO")
SMALLEST_COUNT = 5


class Base(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        list[str]: ARRAY(Text()),
        list[int]: ARRAY(Integer()),
        datetime: DateTime(timezone=True),
        Decimal: Numeric(14, 2),
    }

    id: Mapped[UUID] = mapped_column(primary_key=True)


def localized(english: Mapped[str | None], spanish: Mapped[str | None]) -> Any:
    """The English text, or the Spanish one where there is none."""
    return column_property(func.coalesce(english, spanish))


class Institution(Base):
    __tablename__ = "institution"

    slug: Mapped[str]
    name_en: Mapped[str | None] = mapped_column()
    name_es: Mapped[str | None] = mapped_column()
    name: Mapped[str] = localized(name_en, name_es)
    name_fold_en: Mapped[str]
    acronym: Mapped[str | None]
    kind: Mapped[str]
    side: Mapped[str]
    city: Mapped[str | None]
    country: Mapped[str]
    website: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    search: Mapped[Any] = mapped_column(TSVECTOR(), deferred=True)


class Program(Base):
    __tablename__ = "program"

    name_en: Mapped[str | None] = mapped_column()
    name_es: Mapped[str | None] = mapped_column()
    name: Mapped[str] = localized(name_en, name_es)
    search: Mapped[Any] = mapped_column(TSVECTOR(), deferred=True)


class Project(Base):
    __tablename__ = "project"

    slug: Mapped[str]
    title_en: Mapped[str | None] = mapped_column()
    title_es: Mapped[str | None] = mapped_column()
    title: Mapped[str] = localized(title_en, title_es)
    title_fold_en: Mapped[str]
    summary_en: Mapped[str | None] = mapped_column()
    summary_es: Mapped[str | None] = mapped_column()
    summary: Mapped[str | None] = localized(summary_en, summary_es)
    status: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    fields: Mapped[list[str]]
    sdgs: Mapped[list[int]]
    program_id: Mapped[UUID | None] = mapped_column(ForeignKey("program.id"))
    program: Mapped[Program | None] = relationship()
    institutions: Mapped[list[ProjectInstitution]] = relationship()
    leads: Mapped[list[ProjectInstitution]] = relationship(
        primaryjoin="and_(Project.id == ProjectInstitution.project_id, ProjectInstitution.role == 'LEAD')",
        viewonly=True,
    )
    contributors: Mapped[list[ProjectContributor]] = relationship()
    awards: Mapped[list[Award]] = relationship(
        primaryjoin="and_(Project.id == Award.project_id, Award.decided_on.is_not(None))", viewonly=True
    )
    outputs: Mapped[list[ProjectOutput]] = relationship()
    search: Mapped[Any] = mapped_column(TSVECTOR(), deferred=True)


class ProjectInstitution(Base):
    __tablename__ = "project_institution"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institution.id"))
    role: Mapped[str]
    since: Mapped[date | None]
    institution: Mapped[Institution] = relationship()


class ProjectContributor(Base):
    __tablename__ = "project_contributor"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    role: Mapped[str]
    since: Mapped[date | None]


class Award(Base):
    __tablename__ = "award"

    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("project.id"))
    kind: Mapped[str]
    amount: Mapped[Decimal]
    currency: Mapped[str]
    decided_on: Mapped[date | None]


class ProjectOutput(Base):
    __tablename__ = "project_output"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    doi: Mapped[str]
    title: Mapped[str]
    published_on: Mapped[date | None]


class Venue(Base):
    __tablename__ = "venue"

    name_en: Mapped[str | None] = mapped_column()
    name_es: Mapped[str | None] = mapped_column()
    name: Mapped[str] = localized(name_en, name_es)
    city: Mapped[str | None]


class Event(Base):
    __tablename__ = "event"

    slug: Mapped[str]
    title_en: Mapped[str | None] = mapped_column()
    title_es: Mapped[str | None] = mapped_column()
    title: Mapped[str] = localized(title_en, title_es)
    starts_at: Mapped[datetime]
    time_zone: Mapped[str]
    mode: Mapped[str]
    topics: Mapped[list[str]]
    status: Mapped[str]
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue.id"))
    venue: Mapped[Venue | None] = relationship()
    organizers: Mapped[list[EventOrganizer]] = relationship()
    search: Mapped[Any] = mapped_column(TSVECTOR(), deferred=True)


class EventOrganizer(Base):
    __tablename__ = "event_organizer"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id"))
    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institution.id"))
    role: Mapped[str]
    institution: Mapped[Institution] = relationship()


class Person(Base):
    __tablename__ = "person"

    email: Mapped[str | None]


class Mentor(Base):
    __tablename__ = "mentor"

    name: Mapped[str]
    name_sort_en: Mapped[str]
    sector: Mapped[str]
    expertise: Mapped[list[str]]
    capacity: Mapped[int]
    available: Mapped[bool]
    biography_en: Mapped[str | None] = mapped_column()
    biography_es: Mapped[str | None] = mapped_column()
    biography: Mapped[str | None] = localized(biography_en, biography_es)
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"))
    institution: Mapped[Institution | None] = relationship()
    search: Mapped[Any] = mapped_column(TSVECTOR(), deferred=True)
    name_search: Mapped[Any] = mapped_column(TSVECTOR(), deferred=True)


class Mentorship(Base):
    __tablename__ = "mentorship"

    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id"))
    mentor_id: Mapped[UUID] = mapped_column(ForeignKey("mentor.id"))
    status: Mapped[str]
    sessions: Mapped[int]
    mentor: Mapped[Mentor] = relationship()


class Participation(Base):
    __tablename__ = "participation"

    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id"))
    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"))


class Participant(Base):
    __tablename__ = "participant"

    name: Mapped[str]
    name_sort_en: Mapped[str]
    level: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person] = relationship()
    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institution.id"))
    institution: Mapped[Institution] = relationship()
    mentorships: Mapped[list[Mentorship]] = relationship()


class Cohort(Base):
    __tablename__ = "cohort"

    slug: Mapped[str]
    name_en: Mapped[str | None] = mapped_column()
    name_es: Mapped[str | None] = mapped_column()
    name: Mapped[str] = localized(name_en, name_es)
    participants: Mapped[list[Participant]] = relationship(secondary="participation", viewonly=True)
    search: Mapped[Any] = mapped_column(TSVECTOR(), deferred=True)


class Agreement(Base):
    __tablename__ = "agreement"

    status: Mapped[str]
    search: Mapped[Any] = mapped_column(TSVECTOR(), deferred=True)


class ImpactMetric(Base):
    __tablename__ = "impact_metric"

    key: Mapped[str]
    label_en: Mapped[str | None] = mapped_column()
    label_es: Mapped[str | None] = mapped_column()
    label: Mapped[str] = localized(label_en, label_es)
    measure: Mapped[str] = mapped_column()
    reported_value: Mapped[int | None]
    comparator: Mapped[str | None]
    as_of: Mapped[date | None]
    reported_source: Mapped[str | None]
    computed_value: Mapped[int | None] = mapped_column()
    computed: Mapped[int | None] = column_property(
        case(
            (measure.not_in(COUNTS_OF_PEOPLE), computed_value),  # a small count of people is suppressed
            (computed_value >= SMALLEST_COUNT, computed_value),
        )
    )
