"""Agreements between institutions."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from models.base import NOBODY, Archivable, Described, Entity
from models.columns import folded, in_order, localized, ring, searchable, slug_shape, sorted_es
from models.vocabulary import DatePrecision


class AgreementType(Described):
    """What an agreement settles."""

    MOU = "MOU", "A memorandum of understanding: a general agreement to cooperate."
    SPECIFIC = "SPECIFIC", "A specific agreement on one activity."
    FUNDING = "FUNDING", "An agreement on money."
    EXCHANGE = "EXCHANGE", "An agreement on the exchange of students or staff."


class AgreementStatus(Described):
    """Whether an agreement is in force."""

    DRAFT = "DRAFT", "Being negotiated."
    ACTIVE = "ACTIVE", "In force."
    EXPIRED = "EXPIRED", "Reached the end of its term."
    TERMINATED = "TERMINATED", "Ended before its term."


class PartyRole(Described):
    """An institution's role in an agreement."""

    SIGNATORY = "SIGNATORY", "Signed the agreement and is bound by it."
    WITNESS = "WITNESS", "Witnessed the agreement."


class Agreement(Entity, Archivable, table=True):
    """A written agreement; one that is not a draft has two parties or more (a deferred trigger checks)."""

    natural_key = ("slug",)
    about_person = NOBODY

    slug: str = Field(unique=True)
    title_en: str | None = None
    title_es: str | None = None
    type: AgreementType
    status: AgreementStatus
    signed_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    date_precision: DatePrecision = DatePrecision.DAY
    previous_id: UUID | None = ring("agreement.id")
    origin_project_id: UUID | None = ring("project.id")
    document_url: str | None = None
    title_fold_en: str | None = folded("title", "en")
    title_fold_es: str | None = folded("title", "es")
    title_sort_es: str | None = sorted_es("title")
    search: Any = searchable("title_en", "title_es")

    __table_args__ = (
        *localized("title"),
        slug_shape(),
        in_order("valid_from", "valid_to"),
        CheckConstraint("previous_id <> id", name="previous_is_another"),
        CheckConstraint("document_url ~ '^https?://[^[:space:]]+$'", name="document_url_shape"),
    )


class AgreementParty(Entity, table=True):
    """An institution's part in an agreement."""

    natural_key = ("agreement_id", "institution_id")
    about_person = NOBODY
    part_of = "agreement_id"

    agreement_id: UUID = Field(foreign_key="agreement.id")
    institution_id: UUID = Field(foreign_key="institution.id")
    role: PartyRole = PartyRole.SIGNATORY
    since: date | None = None

    __table_args__ = (UniqueConstraint("agreement_id", "institution_id"),)
