"""Principals: the subjects of tokens and the holders of API keys, and the viewers made by their grants."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Protocol
from uuid import UUID

from api.auth.auth_errors import RefusalReason, unauthenticated
from models.database.client import Database
from models.grant_queries import (
    NOTHING_CLAIMED,
    ApiKeyGrant,
    ClaimedGrants,
    GrantsAtEpoch,
    grant_of_key,
    grants_of,
    grants_of_all,
    grants_of_keys,
)
from planner.errors import Unauthenticated
from schema.grants import (
    CLIENT,
    PERSON,
    Identity,
    Principal,
    client_principal,
    grant_of,
    identified,
    knowing,
    make_principal,
)
from schema.roles import INTEGRATION, SELF


class Credentialed(Protocol):
    """A principal whose credential is valid until a time (Unix time)."""

    @property
    def until(self) -> float: ...

    async def viewer(self, database: Database) -> Principal:
        """The viewer with the current grants; raises Unauthenticated if the credential was revoked."""

    def seen(self) -> None:
        """Called for each request with the credential."""


@dataclass(frozen=True, slots=True)
class TokenPrincipal:
    """The subject of a token, with the grants that its claims make; they expire with it."""

    issuer: str
    subject: str
    until: float
    claimed: ClaimedGrants = NOTHING_CLAIMED

    async def viewer(self, database: Database) -> Principal:
        return self.made(await grants_of(database, self.issuer, self.subject, self.claimed))

    def made(self, granted: GrantsAtEpoch) -> Principal:
        """The viewer with these grants."""
        held = [grant_of(row) for row in granted.grants]
        kind = CLIENT if held and all(grant.role is INTEGRATION for grant in held) else PERSON
        key = f"{self.issuer} {self.subject}"
        viewer = make_principal(kind, held, epoch=granted.epoch, key=key, since=granted.since)
        viewer = replace(viewer, proof=granted.proof)
        if kind == CLIENT:
            return viewer
        if granted.person is not None:
            viewer = knowing(viewer, SELF, granted.person)
        own = Identity(self.issuer, self.subject, granted.institution, granted.claimed_person)
        return identified(viewer, own)

    def seen(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class ApiKeyPrincipal:
    """The holder of an API key: the key's id, and the SHA-256 of its secret, compared with the stored one."""

    key: UUID
    secret_hash: bytes
    used: Callable[[UUID], None]
    until: float = inf

    async def viewer(self, database: Database) -> Principal:
        return self.made(await grant_of_key(database, self.key))

    def made(self, granted: ApiKeyGrant | None) -> Principal:
        """The key's client as a viewer; raises Unauthenticated if the key isn't in force."""
        kept = granted.secret_hash if granted else bytes(len(self.secret_hash))
        if not hmac.compare_digest(kept, self.secret_hash) or granted is None:
            raise unauthenticated(RefusalReason.KEY)
        viewer = client_principal(
            granted.client, [grant_of(granted.grant)], epoch=granted.epoch, since=granted.since
        )
        return replace(viewer, proof=granted.proof)

    def seen(self) -> None:
        self.used(self.key)


async def viewers_of(
    database: Database, identities: Sequence[Credentialed]
) -> dict[Credentialed, Principal | Unauthenticated]:
    """The viewers of many principals, by one statement for subjects and one for keys."""
    subjects = [one for one in identities if isinstance(one, TokenPrincipal)]
    holders = [one for one in identities if isinstance(one, ApiKeyPrincipal)]
    found: dict[Credentialed, Principal | Unauthenticated] = {}
    if subjects:
        claimed_subjects = [(one.issuer, one.subject, one.claimed) for one in subjects]
        granted = await grants_of_all(database, claimed_subjects)
        found |= {one: one.made(grants) for one, grants in zip(subjects, granted, strict=True)}
    if holders:
        keys = await grants_of_keys(database, [one.key for one in holders])
        found |= {one: _made(one, granted) for one, granted in zip(holders, keys, strict=True)}
    return found


def _made(holder: ApiKeyPrincipal, granted: ApiKeyGrant | None) -> Principal | Unauthenticated:
    try:
        return holder.made(granted)
    except Unauthenticated as refused:
        return refused
