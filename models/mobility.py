"""Mobilities: stays of a participant at another institution (the word is that of Erasmus Without Paper)."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from models.base import Described, Entity
from models.columns import in_order, many_of


class MobilityActivity(Described):
    """What a stay is mainly for."""

    STUDY = "STUDY", "Courses at the receiving institution."
    INTERNSHIP = "INTERNSHIP", "Work at the receiving institution."
    RESEARCH = "RESEARCH", "Research at the receiving institution."
    FIELDWORK = "FIELDWORK", "Work in the field with the receiving institution."
    SERVICE_LEARNING = "SERVICE_LEARNING", "Service to a community, as part of a course."


class MobilityComponent(Described):
    """A component of a stay."""

    LANGUAGE = "LANGUAGE", "Language classes."
    CULTURAL_IMMERSION = "CULTURAL_IMMERSION", "Life with the local culture, such as a host family."
    INTERNSHIP = "INTERNSHIP", "Work at an organization."
    FIELDWORK = "FIELDWORK", "Work in the field."
    SERVICE_LEARNING = "SERVICE_LEARNING", "Service to a community."
    COURSEWORK = "COURSEWORK", "Courses for credit."


class MobilityStatus(Described):
    """The status of a stay."""

    PLANNED = "PLANNED", "Agreed, not yet started."
    ONGOING = "ONGOING", "Under way."
    COMPLETED = "COMPLETED", "Over."
    CANCELLED = "CANCELLED", "Cancelled or ended early."


NOT_OVER = (MobilityStatus.PLANNED, MobilityStatus.ONGOING)
"""Stays that are ahead or under way."""


class Mobility(Entity, table=True):
    """A participant's stay at another institution."""

    about_person = "participant_id.person_id"

    participant_id: UUID = Field(foreign_key="participant.id")
    sending_institution_id: UUID = Field(foreign_key="institution.id")
    receiving_institution_id: UUID = Field(foreign_key="institution.id")
    program_id: UUID | None = Field(default=None, foreign_key="program.id")
    activity: MobilityActivity
    components: list[MobilityComponent] = many_of("components", MobilityComponent)
    starts_on: date | None = None
    ends_on: date | None = None
    status: MobilityStatus

    __table_args__ = (
        CheckConstraint("sending_institution_id <> receiving_institution_id", name="institutions_differ"),
        in_order("starts_on", "ends_on"),
        Index(None, "receiving_institution_id", "participant_id"),
    )
