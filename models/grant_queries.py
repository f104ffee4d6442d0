"""Queries of grants: of a subject, an API key, a client or a person, each with its epoch."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from models.access import BY_INSTITUTION, BY_PERSON
from models.database.client import Database

logger = logging.getLogger("puente")

GRANTS = """(
        select coalesce(json_agg(json_build_object(
            'role', granted.role, 'institution', granted.institution_id, 'person', granted.person_id,
            'profile', case granted.role
                when 'MENTOR' then (select id from mentor where person_id = granted.person_id)
                when 'PARTICIPANT' then (select id from participant where person_id = granted.person_id)
            end,
            'scopes', granted.scopes, 'expires_at', granted.expires_at
        ) order by granted.created_at, granted.id), '[]'::json)::text
        from access_grant as granted
        where granted.issuer = {} and granted.subject = {} and granted.revoked_at is null
            and (granted.expires_at is null or granted.expires_at > now())
    )"""
BOUNDS = """(
        select json_build_object(
            'institution', home.id, 'person', person.id,
            'MENTOR', (select id from mentor where person_id = person.id),
            'PARTICIPANT', (select id from participant where person_id = person.id)
        )::text
        from (values ({}::text, {}::text)) as claimed (slug, orcid)
        left join institution as home on home.slug = claimed.slug
        left join person on person.orcid = claimed.orcid and person.institution_id = home.id
    )"""
KEY = """(
        select json_build_object(
            'secret', encode(api_key.secret_hash, 'hex'), 'client', api_client.id,
            'since', coalesce((
                select epoch from last_grant where principal = puente_principal('client ' || api_client.id)
            ), 0),
            'grant', json_build_object(
                'role', 'INTEGRATION', 'institution', api_client.institution_id, 'person', null,
                'profile', null, 'scopes', api_key.scopes, 'expires_at', api_key.expires_at
            )
        )::text
        from api_key join api_client on api_client.id = api_key.client_id
        where api_key.id = {} and api_key.revoked_at is null and api_client.revoked_at is null
            and (api_key.expires_at is null or api_key.expires_at > now())
    )"""

IDENTITY = """(
        select person_id::text from access_identity where issuer = {} and subject = {}
    )"""
SINCE = """greatest(0,
        (select epoch from last_grant where principal = puente_principal({0} || ' ' || {1})),
        (select epoch from issuer_rules where issuer = {0}),
        (select epoch from last_grant where principal = puente_principal('institution ' || {2})),
        (select epoch from last_grant where principal = puente_principal('orcid ' || {3}))
    ) as since"""

OF_SUBJECT = f"""
    select (select version from access_epoch) as epoch, {SINCE.format("$1", "$2", "$3", "$4")},
        {GRANTS.format("$1", "$2")} as grants,
        {BOUNDS.format("$3", "$4")} as bounds,
        {IDENTITY.format("$1", "$2")} as person
"""  # noqa: S608
"""The grants in force of a subject ($2) of an issuer ($1), and their epoch; the epoch in which the last one
was given, or the issuer's rules, or the rows on which its claims rest, changed; the ids of the issuer's
institution ($3, a slug) and of the person with a claimed ORCID iD ($4), if that is the person's home; the
person to whom the identity is linked."""

OF_TOKEN = [f"subject_of_token.{name}" for name in ("issuer", "subject", "institution", "orcid")]
OF_SUBJECTS = f"""
    select (select version from access_epoch) as epoch,
        {SINCE.format(*OF_TOKEN)},
        {GRANTS.format("subject_of_token.issuer", "subject_of_token.subject")} as grants,
        {BOUNDS.format("subject_of_token.institution", "subject_of_token.orcid")} as bounds,
        {IDENTITY.format("subject_of_token.issuer", "subject_of_token.subject")} as person
    from unnest($1::text[], $2::text[], $3::text[], $4::text[])
        with ordinality as subject_of_token (issuer, subject, institution, orcid, place) order by place
"""  # noqa: S608
"""The same for many subjects, in their order."""

OF_KEY = f"select (select version from access_epoch) as epoch, {KEY.format('$1')} as key"  # noqa: S608
"""The grant of a key ($1) in force, with the hash of its secret; null if there is none."""

OF_KEYS = f"""
    select (select version from access_epoch) as epoch, {KEY.format("held.key")} as key
    from unnest($1::uuid[]) with ordinality as held (key, place) order by place
"""  # noqa: S608
"""The same of many ($1), in their order."""

OF_CLIENT = """
    select (select version from access_epoch) as epoch, (
        select json_build_object(
            'role', 'INTEGRATION', 'institution', api_client.institution_id, 'person', null, 'profile', null,
            'scopes', array(
                select distinct held.scope from api_key, unnest(api_key.scopes) as held (scope)
                where api_key.client_id = api_client.id and api_key.revoked_at is null
                    and (api_key.expires_at is null or api_key.expires_at > now())
            ),
            'expires_at', null
        )::text
        from api_client where api_client.id = $1 and api_client.revoked_at is null and exists (
            select from api_key where api_key.client_id = api_client.id and api_key.revoked_at is null
                and (api_key.expires_at is null or api_key.expires_at > now())
        )
    ) as client
"""
"""The combined grant of a client's ($1) keys in force; null if it has none."""

OF_PERSON = """
    select (select version from access_epoch) as epoch, (
        select coalesce(json_agg(json_build_object(
            'role', granted.role, 'institution', granted.institution_id, 'person', granted.person_id,
            'profile', case granted.role
                when 'MENTOR' then (select id from mentor where person_id = granted.person_id)
                when 'PARTICIPANT' then (select id from participant where person_id = granted.person_id)
            end,
            'scopes', granted.scopes, 'expires_at', granted.expires_at
        ) order by granted.created_at, granted.id), '[]'::json)::text
        from access_grant as granted
        where granted.revoked_at is null and (granted.expires_at is null or granted.expires_at > now())
            and (granted.person_id = $1 or granted.person_id is null
                and (granted.issuer, granted.subject) in (
                    select own.issuer, own.subject from (
                        select issuer, subject from access_grant where person_id = $1
                        union select issuer, subject from access_identity where person_id = $1) own
                    where puente_person_of(own.issuer, own.subject) = $1))
    ) as grants
"""
"""The grants in force of a person ($1): those that name the person, and those of subjects who sign in as the
person."""

EPOCH = "select version from access_epoch"
SAME_OF_SUBJECT = f"""
    select jsonb_build_array({GRANTS.format("($1 ->> 0)", "($1 ->> 1)")},
        {BOUNDS.format("($1 ->> 2)", "($1 ->> 3)")}, {IDENTITY.format("($1 ->> 0)", "($1 ->> 1)")})
"""
SAME_OF_KEY = f"select jsonb_build_array({KEY.format('($1 ->> 0)::uuid')})"
"""What `GrantsProof` compares: the same as the statements above, with parameters as JSON."""


RecordRow = Mapping[str, Any]
"""A grant: role, institution, person, profile (ids), scopes, expires_at."""


@dataclass(frozen=True, slots=True)
class ClaimedGrants:
    """Roles (each with its scopes) that a token claims, within an institution, as a person."""

    roles: Sequence[tuple[str, Sequence[str]]] = ()
    institution: str | None = None
    orcid: str | None = None


NOTHING_CLAIMED = ClaimedGrants()


@dataclass(frozen=True, slots=True)
class GrantsProof:
    """What was read of a viewer's grants; they are unchanged if `query` still finds it.

    So a change of other people's grants, which the epoch doesn't distinguish, needn't undo a write.
    """

    query: str
    parameters: Sequence[str | None]
    found: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class GrantsAtEpoch:
    """Grants and their epoch; `since` is the epoch in which the last one was given.

    `person`: to whom the identity is linked. `institution`: that of the issuer. `claimed_person`: who has the
    ORCID iD that the token claims, and their home there.
    """

    epoch: int
    grants: Sequence[RecordRow]
    since: int = 0
    person: UUID | None = None
    institution: UUID | None = None
    claimed_person: UUID | None = None
    proof: GrantsProof | None = None


@dataclass(frozen=True, slots=True)
class ApiKeyGrant:
    """The client, the hash of its key's secret, and the key's grant; `since` as in `GrantsAtEpoch`."""

    epoch: int
    since: int
    client: UUID
    secret_hash: bytes
    grant: RecordRow
    proof: GrantsProof


async def grants_of(
    database: Database, issuer: str, subject: str, claimed: ClaimedGrants = NOTHING_CLAIMED
) -> GrantsAtEpoch:
    """The grants in the database, and those of claims whose institution or person is in the database."""
    parameters = (issuer, subject, claimed.institution, claimed.orcid)
    return _granted(await database.fetch(OF_SUBJECT, parameters), parameters, claimed)


async def grants_of_all(
    database: Database, subjects: Sequence[tuple[str, str, ClaimedGrants]]
) -> list[GrantsAtEpoch]:
    """The same for many subjects (issuer, subject, claims), with one statement."""
    columns = [(issuer, subject, claimed.institution, claimed.orcid) for issuer, subject, claimed in subjects]
    rows = await database.fetch_all(OF_SUBJECTS, [list(column) for column in zip(*columns, strict=True)])
    return [
        _granted(row, parameters, claimed)
        for row, parameters, (_, _, claimed) in zip(rows, columns, subjects, strict=True)
    ]


async def grant_of_key(database: Database, key: UUID) -> ApiKeyGrant | None:
    """The grant of a key; None if the key is unknown, expired or revoked."""
    return _of_key(key, await database.fetch(OF_KEY, (key,)))


async def grants_of_keys(database: Database, keys: Sequence[UUID]) -> list[ApiKeyGrant | None]:
    """The same for many keys, with one statement."""
    rows = await database.fetch_all(OF_KEYS, (list(keys),))
    return [_of_key(key, row) for key, row in zip(keys, rows, strict=True)]


async def grant_of_client(database: Database, client: UUID, scopes: Collection[str]) -> GrantsAtEpoch:
    """The client's grant, limited to these scopes; none without a key in force."""
    epoch, found = await database.fetch(OF_CLIENT, (client,))
    if found is None:
        return GrantsAtEpoch(epoch, [])
    grant = orjson.loads(found)
    return GrantsAtEpoch(
        epoch, [{**grant, "scopes": [scope for scope in grant["scopes"] if scope in scopes]}]
    )


async def grants_of_person(database: Database, person: UUID) -> GrantsAtEpoch:
    """The grants of a person, whatever they sign in with, but without those of token claims."""
    epoch, grants = await database.fetch(OF_PERSON, (person,))
    return GrantsAtEpoch(epoch, orjson.loads(grants))


def _granted(row: Sequence[Any], parameters: Sequence[str | None], claimed: ClaimedGrants) -> GrantsAtEpoch:
    epoch, since, grants, found, person = row
    proof = GrantsProof(SAME_OF_SUBJECT, parameters, (grants, found, person))
    bounds = orjson.loads(found)
    held = [*orjson.loads(grants), *_of_claims(claimed, bounds)]
    institution, claimed_person = _id(bounds["institution"]), _id(bounds["person"])
    return GrantsAtEpoch(epoch, held, since, _id(person), institution, claimed_person, proof)


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _of_key(id: UUID, row: Sequence[Any]) -> ApiKeyGrant | None:
    epoch, found = row
    if found is None:
        return None
    key, proof = orjson.loads(found), GrantsProof(SAME_OF_KEY, (str(id),), (found,))
    secret = bytes.fromhex(key["secret"])
    return ApiKeyGrant(epoch, key["since"], UUID(key["client"]), secret, key["grant"], proof)


def _of_claims(claimed: ClaimedGrants, bounds: Mapping[str, str | None]) -> Iterator[RecordRow]:
    """A role that needs an institution or a profile that is not here gives nothing."""
    if claimed.roles and claimed.institution and bounds["institution"] is None:
        logger.warning("the institution %s of an issuer is not in the database", claimed.institution)
    for role, scopes in claimed.roles:
        institution = bounds["institution"] if role in BY_INSTITUTION else None
        profile = bounds[role] if role in BY_PERSON else None
        if (role in BY_INSTITUTION and institution is None) or (role in BY_PERSON and profile is None):
            continue
        person = bounds["person"] if profile else None
        yield {
            "role": role,
            "institution": institution,
            "person": person,
            "profile": profile,
            "scopes": scopes,
            "expires_at": None,
        }


async def epoch_of(database: Database) -> int:
    """The current epoch of grants; viewers known for another one must be read again."""
    (epoch,) = await database.fetch(EPOCH)
    return int(epoch)
