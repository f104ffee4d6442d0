"""Calls: invitations to apply to a program."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Numeric
from sqlmodel import Field

from models.base import NOBODY, Archivable, Described, Entity, declare_functions
from models.columns import (
    bounded,
    folded,
    generated,
    known_zone,
    localized,
    searchable,
    shaped,
    slug_shape,
    sorted_es,
)

FIRST_DAY = (
    "case when puente_is_time_zone(time_zone) then (opens_at at time zone time_zone)::date"
    " else null::date end"
)
END_OF_MINUTE = (
    "(date_trunc('minute'::text, deadline at time zone 'UTC'::text) + '00:01:00'::interval)"
    " at time zone 'UTC'::text"
)
"""As PostgreSQL prints it, as is the first day, so that a column that differs is found."""

PLAUSIBLE = "between '1900-01-01T00:00Z'::timestamptz and '2200-01-01T00:00Z'::timestamptz"


declare_functions("date_trunc", discloses=True)
declare_functions("puente_is_time_zone", discloses=False)


class CallStatus(Described):
    """Whether a call is announced and takes applications."""

    DRAFT = "DRAFT", "Being prepared; seen by those who manage it only."
    SCHEDULED = "SCHEDULED", "Announced; it opens later."
    OPEN = "OPEN", "Takes applications."
    CLOSED = "CLOSED", "Takes no more applications."
    CANCELLED = "CANCELLED", "Cancelled after it was announced."


class Call(Entity, Archivable, table=True):
    """An invitation to apply to a program, with its rules; `institution_id` manages it, else the alliance.

    `deadline` is its last minute by the wall clock, `closes_at` the instant after that minute.
    """

    natural_key = ("slug",)
    about_person = NOBODY

    program_id: UUID = Field(foreign_key="program.id")
    institution_id: UUID | None = Field(default=None, foreign_key="institution.id")
    slug: str = Field(unique=True)
    title_en: str | None = None
    title_es: str | None = None
    status: CallStatus
    opens_at: datetime | None = None
    deadline: datetime | None = None
    time_zone: str
    max_amount: Decimal | None = Field(default=None, sa_type=Numeric(14, 2))
    currency: str | None = None
    max_months: int | None = None
    eligibility_en: str | None = None
    eligibility_es: str | None = None
    opens_on: date | None = generated(FIRST_DAY, Date())
    closes_at: datetime | None = generated(END_OF_MINUTE, DateTime(timezone=True))
    title_fold_en: str | None = folded("title", "en")
    title_fold_es: str | None = folded("title", "es")
    title_sort_es: str | None = sorted_es("title")
    search: Any = searchable("title_en", "title_es")

    __table_args__ = (
        *localized("title"),
        slug_shape(),
        bounded("eligibility_en", "eligibility_es"),
        known_zone(),
        shaped("currency", "^[A-Z]{3}$"),
        CheckConstraint("max_amount >= 0", name="max_amount_positive"),
        CheckConstraint("max_amount is null or currency is not null", name="max_amount_has_currency"),
        CheckConstraint("max_months > 0", name="max_months_positive"),
        CheckConstraint("deadline >= opens_at", name="deadline_after_opens_at"),
        *(CheckConstraint(f"{name} {PLAUSIBLE}", name=f"{name}_range") for name in ("opens_at", "deadline")),
        Index(None, "closes_at", "id"),
    )
