"""What somebody was granted, as the database has it at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from models.database import Database

OF_SUBJECT = """
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
        where granted.issuer = $1 and granted.subject = $2 and granted.revoked_at is null
            and (granted.expires_at is null or granted.expires_at > now())
    ) as grants
"""
"""The grants in force of whom an issuer ($1) knows by a subject ($2), and the epoch for which they hold."""

EPOCH = "select version from access_epoch"


@dataclass(frozen=True, slots=True)
class Granted:
    """Grants as rows: role, institution, person, profile (ids), scopes, expires_at; and their epoch."""

    epoch: int
    grants: Sequence[Mapping[str, Any]]


async def grants_of(database: Database, issuer: str, subject: str) -> Granted:
    epoch, grants = await database.fetch(OF_SUBJECT, (issuer, subject))
    return Granted(epoch, orjson.loads(grants))


async def epoch_of(database: Database) -> int:
    """Which epoch it is now; whoever was known for another one must be looked at again."""
    (epoch,) = await database.fetch(EPOCH)
    return int(epoch)
