"""Links that are mailed: whoever has the secret of one may do one thing, for as long as it is open.

A secret is made when the mail is sent, and anew for each attempt; only its SHA-256 is stored. Each of them
opens the link. `puente_send_link` and `puente_link_is_open`
(`models/migrations/sql/repeatable/secret_links.sql`) make the rows and say which are open.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Uuid, text
from sqlmodel import Field

from models.base import Described, Entity, declare_functions, metadata

declare_functions("puente_signs_in", discloses=False)

PREFIX = "puente_link_"  # secret scanners find leaked links by it
SECRET_BYTES = 32


class LinkPurpose(Described):
    """What a link is for."""

    INVITATION = "INVITATION", "To sign in as a person whose record an institution has made."
    KNOWN_ADDRESS = (
        "KNOWN_ADDRESS",
        "To sign in as a person whose e-mail address was given by someone who signed in for the first time.",
    )
    REGISTRATION = "REGISTRATION", "For a guest, to see their registration for an event and to cancel it."


class SecretLink(Entity, table=True):
    """A link to a person, mailed to `email`, or of a guest to their registration.

    What is known of a guest is in the registration alone: its link has no address, and as a part of no person
    no entry in the audit log. Its secrets are in the mails about the registration, each of which is sent once
    for each link: so a registration has one.
    """

    about_person = "person_id"
    part_of = "person_id"
    unaudited = frozenset({"email", "uses"})

    purpose: LinkPurpose
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    registration_id: UUID | None = Field(default=None, foreign_key="registration.id", unique=True)
    email: str | None = None
    expires_at: datetime
    used_at: datetime | None = None
    uses: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    max_uses: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})

    __table_args__ = (
        CheckConstraint("num_nonnulls(person_id, registration_id) = 1", name="leads_to_one"),
        CheckConstraint("num_nonnulls(email, registration_id) = 1", name="address_of_person"),
        CheckConstraint("uses between 0 and max_uses", name="uses_range"),
        Index("ix_secret_link_ended", text("coalesce(used_at, expires_at)")),
    )


link_secret = Table(
    "link_secret",
    metadata,
    Column("secret_hash", LargeBinary, primary_key=True),
    Column("link_id", Uuid(), ForeignKey("secret_link.id", ondelete="CASCADE"), nullable=False, index=True),
    CheckConstraint("octet_length(secret_hash) = 32", name="secret_hash_is_sha256"),
)
"""The hashes of links' secrets: one for each attempt to send the mail."""

LINK_TABLES = (link_secret,)
"""The tables of this module that hold no entity."""


def new_secret() -> str:
    """A secret of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> bytes:
    """A fast hash is enough: 256 random bits can't be guessed."""
    return sha256(secret.encode()).digest()
