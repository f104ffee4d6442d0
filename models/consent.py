"""Consents: what a person agreed to, for which purpose, under which version of the notice."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlmodel import Field

from models.base import Described, Entity, random_id


class ConsentPurpose(Described):
    """What a person may consent to; there is no consent unless the person gave it."""

    PUBLIC_PROFILE = "PUBLIC_PROFILE", "The person's profile as a mentor is shown to everyone."
    ATTRIBUTION = "ATTRIBUTION", "The person's name is shown with projects, awards and championships."
    PARTNER_ACCESS = (
        "PARTNER_ACCESS",
        "Mentors and other institutions that the person is assigned to see who the person is.",
    )
    SYSTEM_TRANSFER = "SYSTEM_TRANSFER", "The systems of the person's institution receive the record."


class ConsentStatus(Described):
    """Whether a consent is in force."""

    GRANTED = "GRANTED", "In force."
    WITHDRAWN = "WITHDRAWN", "No longer in force: withdrawn, or replaced under a newer notice."


class Consent(Entity, table=True):
    """A person's consent; in force until withdrawn. A newer one for the same purpose takes its place."""

    about_person = "person_id"

    id: UUID = random_id()
    person_id: UUID = Field(foreign_key="person.id")
    purpose: ConsentPurpose
    notice_version: str
    granted_at: datetime = Field(sa_column_kwargs={"server_default": func.now()})
    withdrawn_at: datetime | None = None

    __table_args__ = (
        Index(
            "uq_consent_in_force",
            "person_id",
            "purpose",
            unique=True,
            postgresql_where=text("withdrawn_at is null"),
        ),
        CheckConstraint("notice_version ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$'", name="notice_version_shape"),
        CheckConstraint("withdrawn_at >= granted_at", name="withdrawn_after_granted"),
    )
