"""Champions: people at one institution with ties to another."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import Archivable, Entity
from models.columns import in_order


class Champion(Entity, Archivable, table=True):
    """A member of the faculty who keeps up the ties with a counterpart institution."""

    natural_key = ("person_id", "counterpart_id")
    about_person = "person_id"

    person_id: UUID = Field(foreign_key="person.id")
    institution_id: UUID = Field(foreign_key="institution.id")
    counterpart_id: UUID = Field(foreign_key="institution.id")
    since: date | None = None
    until: date | None = None

    __table_args__ = (
        UniqueConstraint("person_id", "institution_id", "counterpart_id"),
        CheckConstraint("institution_id <> counterpart_id", name="institutions_differ"),
        in_order("since", "until"),
    )
