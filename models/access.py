"""Who may do what: roles that are granted to people, and the clients and keys of institutions' systems."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from models.base import NOBODY, Described, Entity, declare_functions, quoted
from models.columns import NAME_LENGTH, many_of

declare_functions("left", "puente_principal", discloses=False)


class AccessRefused(Exception):
    """The request can't be granted; the message says why, in one line."""


class GrantedRole(Described):
    """A role that a viewer holds."""

    PUBLIC = "PUBLIC", "Anyone, also without a token."
    PARTICIPANT = "PARTICIPANT", "A student: sees their own record."
    MENTOR = "MENTOR", "A mentor: sees their own profile and the participants they are assigned to."
    COORDINATOR = "COORDINATOR", "Staff of a campus or a partner: sees the records of their institution."
    INTEGRATION = "INTEGRATION", "An institution's system, by API key: sees what its scopes name."
    ADMIN = "ADMIN", "The alliance's staff: sees everything except notes of mentorships."


BY_PERSON = frozenset({GrantedRole.MENTOR, GrantedRole.PARTICIPANT})
BY_INSTITUTION = frozenset({GrantedRole.COORDINATOR, GrantedRole.INTEGRATION})
"""The roles that a person bounds, and those that an institution does."""


def _of_roles(column: str, roles: Collection[GrantedRole]) -> tuple[CheckConstraint, CheckConstraint]:
    """A grant of one of the roles says whom it is bounded by, and no other does."""
    named = quoted(sorted(role.value for role in roles))
    return (
        CheckConstraint(f"{column} is not null or role not in ({named})", name=f"{column}_present"),
        CheckConstraint(f"{column} is null or role in ({named})", name=f"{column}_of_role"),
    )


class AccessScope(Described):
    """What an integration may do for its institution, in addition to what everyone may do."""

    PROJECTS_READ = "PROJECTS_READ", "Read the institution's drafts of projects."
    PROJECTS_WRITE = (
        "PROJECTS_WRITE",
        "Write the institution's projects; drafts only with PROJECTS_READ, if they have its external id.",
    )
    AWARDS_READ = "AWARDS_READ", "Read the amounts of awards to and by the institution."
    AGREEMENTS_READ = "AGREEMENTS_READ", "Read the documents of the institution's agreements."
    EVENTS_READ = "EVENTS_READ", "Read the institution's drafts of events."
    EVENTS_WRITE = (
        "EVENTS_WRITE",
        "Write the institution's events; drafts only with EVENTS_READ, if they have its external id.",
    )
    PARTICIPANTS_READ = "PARTICIPANTS_READ", "Read the institution's participants who consented."
    CONTACTS_READ = "CONTACTS_READ", "Read the email and phone of those participants."
    MOBILITIES_READ = "MOBILITIES_READ", "Read the stays of those participants."
    CONSENTS_READ = "CONSENTS_READ", "Read whether the institution's people consented."
    REGISTRATIONS_WRITE = (
        "REGISTRATIONS_WRITE",
        "Register guests for the institution's events, and see and cancel their registrations.",
    )
    ATTENDANCE_WRITE = "ATTENDANCE_WRITE", "Check in whoever has a ticket for the institution's events."


class AccessGrant(Entity, table=True):
    """A role of a `subject` of an issuer of tokens, limited to an institution or a person."""

    about_person = "person_id"
    unaudited = frozenset({"issuer", "subject"})  # the row has them already

    issuer: str
    subject: str
    role: GrantedRole
    institution_id: UUID | None = Field(default=None, foreign_key="institution.id")
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    scopes: list[AccessScope] = many_of("scopes", AccessScope)
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    __table_args__ = (
        Index(None, "issuer", "subject"),
        CheckConstraint("btrim(issuer) <> '' and btrim(subject) <> ''", name="subject_present"),
        CheckConstraint("role <> 'PUBLIC'", name="role_granted"),
        *(
            check
            for column, roles in (("institution_id", BY_INSTITUTION), ("person_id", BY_PERSON))
            for check in _of_roles(column, roles)
        ),
        CheckConstraint("role = 'INTEGRATION' or scopes = '{}'", name="scopes_of_integration"),
    )


class AccessIdentity(Entity, table=True):
    """The person that an issuer of tokens knows by `subject`: who acts is this one, whatever was granted."""

    about_person = "person_id"
    unaudited = frozenset({"issuer", "subject"})

    issuer: str
    subject: str
    person_id: UUID = Field(foreign_key="person.id")

    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        CheckConstraint("btrim(issuer) <> '' and btrim(subject) <> ''", name="subject_present"),
    )


class ApiClient(Entity, table=True):
    """A system of an institution; `revoked_at` ends it with all its keys."""

    about_person = NOBODY

    name: str = Field(unique=True)
    institution_id: UUID = Field(foreign_key="institution.id")
    revoked_at: datetime | None = None

    __table_args__ = (
        CheckConstraint(f"btrim(name) <> '' and char_length(name) <= {NAME_LENGTH}", name="name_present"),
    )


class ApiKey(Entity, table=True):
    """A client's key: only the SHA-256 of its secret is kept; `last_used_at` is exact to a minute."""

    about_person = NOBODY
    unaudited = frozenset({"secret_hash", "last_used_at"})

    client_id: UUID = Field(foreign_key="api_client.id")
    secret_hash: bytes = Field(sa_type=LargeBinary)
    scopes: list[AccessScope] = many_of("scopes", AccessScope)
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    __table_args__ = (CheckConstraint("octet_length(secret_hash) = 32", name="secret_hash_is_sha256"),)


class AccessEpoch(Entity, table=True):
    """One row, whose version grows with every change of grants, clients, keys and identities."""

    about_person = NOBODY
    is_audited = False


class LastGrant(Entity, table=True):
    """The access epoch in which a principal was last given a grant, even one that they had before.

    `principal` is the SHA-256 of a viewer's key: of issuer and subject, or of a client.
    """

    about_person = NOBODY
    is_audited = False

    principal: str = Field(unique=True)
    epoch: int


class IssuerRules(Entity, table=True):
    """A digest of what an issuer's claims grant, by the settings of the server that started last.

    `epoch` is the access epoch in which the digest last changed: the issuer's people may have been given a
    grant then, even one that they had before.
    """

    about_person = NOBODY
    is_audited = False

    issuer: str = Field(unique=True)
    digest: str
    epoch: int
