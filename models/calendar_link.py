"""Links to the calendars of people: whoever has the secret of one reads the person's events.

Of a secret only its SHA-256 is stored. A person has one link. It leads to the person as long as the account
does that has made its secret.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, text
from sqlmodel import Field

from models.base import Entity, declare_functions
from models.database.client import Database
from models.secret_link import hash_of

declare_functions("puente_person_of", discloses=False)

PREFIX = "puente_calendar_"  # secret scanners find leaked links by it
SECRET_BYTES = 32
PERSON = """
    select (
        select person_id from calendar_link
        where secret_hash = $1 and puente_person_of(issuer, subject) = person_id) as person
"""


class CalendarLink(Entity, table=True):
    """The link to the calendar of a person's events. `issuer` and `subject`: the account with its secret."""

    about_person = "person_id"
    unaudited = frozenset({"issuer", "subject", "secret_hash"})

    person_id: UUID = Field(foreign_key="person.id", unique=True)
    issuer: str
    subject: str
    secret_hash: bytes = Field(sa_type=LargeBinary, unique=True)
    renewed_at: datetime = Field(sa_column_kwargs={"server_default": text("now()")})

    __table_args__ = (CheckConstraint("octet_length(secret_hash) = 32", name="secret_hash_is_sha256"),)


def new_calendar_secret() -> str:
    """A secret of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(SECRET_BYTES)


async def person_of_link(database: Database, secret: str) -> UUID | None:
    """The person whose calendar the link with this secret leads to."""
    person: UUID | None = (await database.fetch(PERSON, [hash_of(secret)]))[0]
    return person
