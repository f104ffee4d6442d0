"""Grants and consents as staff keep them by hand: given, listed, taken back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.access import BY_INSTITUTION, BY_PERSON, AccessRefused, AccessScope, GrantedRole
from models.consent import ConsentPurpose
from models.identifiers import is_orcid

GLOBAL_ID = re.compile(r"(mentor|participant)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
NOTICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")

INSTITUTION = text("select id from institution where slug = :key")
PERSON = {
    "mentor": text("select person_id from mentor where id = :key"),
    "participant": text("select person_id from participant where id = :key"),
    "orcid": text("select id from person where orcid = :key"),
    "email": text("select id from person where lower(email) = lower(:key)"),
}
PROFILE = {
    GrantedRole.MENTOR: text("select id from mentor where person_id = :key"),
    GrantedRole.PARTICIPANT: text("select id from participant where person_id = :key"),
}
NEW_GRANT = text("""
    insert into access_grant (issuer, subject, role, institution_id, person_id, scopes, expires_at)
    values (:issuer, :subject, :role, :institution, :person, :scopes, :expires_at) returning id
""")
GRANTS = text("""
    select access_grant.id, issuer, subject, role, institution.slug, person.name, scopes, expires_at, case
        when revoked_at is not null then 'revoked' when expires_at <= now() then 'expired' else 'live'
    end as state
    from access_grant left join institution on institution.id = access_grant.institution_id
    left join person on person.id = access_grant.person_id
    order by issuer, subject, access_grant.created_at, access_grant.id
""")
REVOKE_GRANT = text(
    "update access_grant set revoked_at = now() where id = :id and revoked_at is null returning id"
)
NEW_CONSENT = text("""
    insert into consent (person_id, purpose, notice_version) values (:person, :purpose, :notice)
""")
WITHDRAW = text("""
    update consent set withdrawn_at = greatest(now(), granted_at)
    where person_id = :person and purpose = :purpose and withdrawn_at is null returning id
""")
CONSENTS = text("""
    select purpose, notice_version, granted_at, withdrawn_at from consent
    where person_id = :person order by purpose, granted_at, id
""")


@dataclass(frozen=True)
class WantedGrant:
    """A role for an issuer's subject, at an institution (a slug) or as a person."""

    issuer: str
    subject: str
    role: GrantedRole
    institution: str | None = None
    person: str | None = None
    scopes: Sequence[AccessScope] = ()
    expires_at: datetime | None = None


async def add_grant(engine: AsyncEngine, wanted: WantedGrant) -> UUID:
    """Its id; raises AccessRefused where it does not fit its role, or what it names is not here."""
    _require_bounds(wanted)
    async with engine.begin() as connection:
        institution = await _institution(connection, wanted.institution) if wanted.institution else None
        person = await _person_as(connection, wanted.person, wanted.role) if wanted.person else None
        made = await connection.execute(
            NEW_GRANT,
            {
                "issuer": wanted.issuer,
                "subject": wanted.subject,
                "role": wanted.role.value,
                "institution": institution,
                "person": person,
                "scopes": [scope.value for scope in wanted.scopes],
                "expires_at": wanted.expires_at,
            },
        )
        id: UUID = made.scalar_one()
        return id


async def list_grants(engine: AsyncEngine) -> Sequence[RowMapping]:
    async with engine.connect() as connection:
        return (await connection.execute(GRANTS)).mappings().all()


async def revoke_grant(engine: AsyncEngine, grant: UUID) -> None:
    async with engine.begin() as connection:
        if (await connection.execute(REVOKE_GRANT, {"id": grant})).first() is None:
            raise AccessRefused(f"no grant {grant} is in force")


async def grant_consent(engine: AsyncEngine, identifier: str, purpose: ConsentPurpose, notice: str) -> None:
    """The person agreed under a version of the notice; what was in force for the purpose is replaced."""
    if not NOTICE.fullmatch(notice):
        raise AccessRefused(f"{notice} is not the version of a notice, such as 2026-1")
    async with engine.begin() as connection:
        person = await _person(connection, identifier)
        values = {"person": person, "purpose": purpose.value, "notice": notice}
        await connection.execute(NEW_CONSENT, values)


async def withdraw_consent(engine: AsyncEngine, identifier: str, purpose: ConsentPurpose) -> None:
    async with engine.begin() as connection:
        person = await _person(connection, identifier)
        done = await connection.execute(WITHDRAW, {"person": person, "purpose": purpose.value})
        if done.first() is None:
            raise AccessRefused(f"no consent to {purpose.value} is in force for {identifier}")


async def list_consents(engine: AsyncEngine, identifier: str) -> Sequence[RowMapping]:
    async with engine.connect() as connection:
        person = await _person(connection, identifier)
        return (await connection.execute(CONSENTS, {"person": person})).mappings().all()


def _require_bounds(wanted: WantedGrant) -> None:
    role = wanted.role
    if role is GrantedRole.PUBLIC:
        raise AccessRefused("everyone is PUBLIC already")
    if (wanted.institution is not None) is not (role in BY_INSTITUTION):
        raise AccessRefused(
            f"{role.value} {'needs an' if role in BY_INSTITUTION else 'takes no'} institution"
        )
    if (wanted.person is not None) is not (role in BY_PERSON):
        raise AccessRefused(f"{role.value} {'needs a' if role in BY_PERSON else 'takes no'} person")
    if wanted.scopes and role is not GrantedRole.INTEGRATION:
        raise AccessRefused("only the role INTEGRATION has scopes")
    if not wanted.issuer.strip() or not wanted.subject.strip():
        raise AccessRefused("the issuer and the subject must not be empty")


async def _institution(connection: AsyncConnection, slug: str) -> UUID:
    found: UUID | None = (await connection.execute(INSTITUTION, {"key": slug})).scalar()
    if found is None:
        raise AccessRefused(f"no such institution: {slug}")
    return found


async def _person(connection: AsyncConnection, identifier: str) -> UUID:
    """A person by the global id of a mentor or participant, an ORCID iD, or an email."""
    match = GLOBAL_ID.fullmatch(identifier)
    kind = match[1] if match else "orcid" if is_orcid(identifier) else "email"
    found: UUID | None = (
        await connection.execute(PERSON[kind], {"key": UUID(match[2]) if match else identifier})
    ).scalar()
    if found is None:
        raise AccessRefused(
            f"no such person: {identifier} (a mentor's or participant's id, an ORCID iD, an email)"
        )
    return found


async def _person_as(connection: AsyncConnection, identifier: str, role: GrantedRole) -> UUID:
    person = await _person(connection, identifier)
    if (await connection.execute(PROFILE[role], {"key": person})).scalar() is None:
        raise AccessRefused(f"{identifier} is not a {role.value.lower()}")
    return person
