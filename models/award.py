"""Awards: money given to a project or to a person."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Numeric
from sqlmodel import Field

from models.base import Archivable, Described, Entity
from models.columns import in_order, money
from models.vocabulary import Side


class AwardKind(Described):
    """What an award is for."""

    RESEARCH_GRANT = "RESEARCH_GRANT", "A grant for a research project."
    FELLOWSHIP = "FELLOWSHIP", "A fellowship for a person's studies or research."
    TRAVEL_STIPEND = "TRAVEL_STIPEND", "A small grant for travel or a short stay."
    SEED = "SEED", "Seed money for a new collaboration."


class Award(Entity, Archivable, table=True):
    """Money that one side gives to a project or a person; decided once `decided_on` is set."""

    natural_key = ("id",)  # a word: an award has no other key
    about_person = "recipient_id"

    project_id: UUID | None = Field(default=None, foreign_key="project.id")
    program_id: UUID | None = Field(default=None, foreign_key="program.id")
    recipient_id: UUID | None = Field(default=None, foreign_key="person.id")
    funder_id: UUID | None = Field(default=None, foreign_key="institution.id")
    funder_side: Side
    kind: AwardKind
    amount: Decimal = Field(sa_type=Numeric(14, 2))
    currency: str
    decided_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None

    __table_args__ = (
        *money(),
        in_order("starts_on", "ends_on"),
        CheckConstraint("num_nonnulls(project_id, recipient_id) > 0", name="project_or_recipient"),
    )
