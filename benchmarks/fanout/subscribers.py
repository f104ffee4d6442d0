"""The subscribers: coordinators of many institutions, each with their own grant, token and socket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from api.auth import development_tokens
from benchmarks.fanout.sockets import Subscribed
from benchmarks.peers.puente import state

SUBSCRIBERS, INSTITUTIONS = 5_000, 100
PLACES = """
    insert into institution (
        slug, name_en, name_es, kind, side, legal_regime, country, time_zone, is_synthetic)
    select 'fanout-' || i, 'Campus ' || i, 'Campus ' || i, kind, side, legal_regime, country, time_zone, true
    from generate_series(1, $1) i, (select * from institution order by slug limit 1) as like_this
    on conflict do nothing
"""
PEOPLE = """
    with made as (
        insert into person (given_name, family_names, email, institution_id, is_synthetic)
        select 'Ana', 'Soto', slug || '@example.org', id, true from institution
        where slug like 'fanout-%'
            and not exists (select from participant where institution_id = institution.id)
        returning id, institution_id
    )
    insert into participant (person_id, institution_id, level, field_of_study, is_synthetic)
    select id, institution_id, 'MASTERS', '0521', true from made
"""
PARTICIPANTS = """
    select institution.id as institution, participant.id as participant
    from institution join participant on participant.institution_id = institution.id
    where institution.slug like 'fanout-%' order by institution.slug
"""
PROJECTS = "select id from project where status = 'ACTIVE' and slug like 'grown-%' order by slug limit $1"
GRANT = """
    insert into access_grant (issuer, subject, role, institution_id, is_synthetic)
    select 'puente-development', given.subject, 'COORDINATOR', given.institution, true
    from unnest($1::text[], $2::uuid[]) as given (subject, institution)
    where not exists (select from access_grant a where a.subject = given.subject)
"""
DOCUMENT = """
    subscription {
        changes {
            entityId version kind type at changedFields cursor
            node {
                ... on Participant { id level fieldOfStudy institution { slug } }
                ... on Project { id title status startsOn endsOn institutions { role institution { slug } } }
            }
        }
    }
"""


@dataclass(frozen=True)
class Coordinators:
    """Their subjects, in a row for each institution, and the rows that can be changed for them."""

    subjects: Sequence[str]
    institutions: Sequence[UUID]
    participants: Sequence[UUID]
    """One of each institution, which its coordinators see and nobody else."""
    projects: Sequence[UUID]
    """Which everybody sees."""

    def subscribed(self, count: int) -> list[Subscribed]:
        """The first `count`, the same number of each institution."""
        return [Subscribed(self.headers(number), {"query": DOCUMENT}) for number in range(count)]

    def headers(self, number: int) -> dict[str, str]:
        """Those of a coordinator; the first ones are of one institution each."""
        token = development_tokens.sign(self.subjects[number], development_tokens.key(state()))
        return {"authorization": f"Bearer {token}"}


async def coordinators(url: str) -> Coordinators:
    """Those of the database, granted what they need if they are not yet."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(PLACES.replace("$1", str(INSTITUTIONS)))
        await connection.execute(PEOPLE)
        seen = await connection.fetch(PARTICIPANTS)
        subjects = [f"fanout-{number}" for number in range(SUBSCRIBERS)]
        held = [seen[number % INSTITUTIONS]["institution"] for number in range(SUBSCRIBERS)]
        await connection.execute(GRANT, subjects, held)
        projects = [row["id"] for row in await connection.fetch(PROJECTS, INSTITUTIONS)]
    finally:
        await connection.close()
    return Coordinators(
        subjects, [row["institution"] for row in seen], [row["participant"] for row in seen], projects
    )
