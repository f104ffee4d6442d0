"""Whom a credential names, and the viewer that their grants make of them."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Protocol
from uuid import UUID

from api.identity.reasons import Reason, unauthenticated
from models.database import Database
from models.granting import NOTHING_CLAIMED, Claimed, Granted, grant_of_key, grants_of, grants_of_all
from schema.grants import Grantee, grant_of, grantee
from schema.roles import INTEGRATION

PERSON, CLIENT = "PERSON", "CLIENT"


class Identity(Protocol):
    """Somebody whose credential is valid until a time (seconds since the epoch)."""

    @property
    def until(self) -> float: ...

    async def viewer(self, database: Database) -> Grantee:
        """The viewer that the grants of this moment make; raises Unauthenticated if it is none now."""

    def seen(self) -> None:
        """A request of theirs is answered."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an issuer of tokens knows by a subject; what the token itself claims ends with it."""

    issuer: str
    subject: str
    until: float
    claimed: Claimed = NOTHING_CLAIMED

    async def viewer(self, database: Database) -> Grantee:
        return self.made(await grants_of(database, self.issuer, self.subject, self.claimed))

    def made(self, granted: Granted) -> Grantee:
        """The viewer that these grants make."""
        held = [grant_of(row) for row in granted.grants]
        kind = CLIENT if held and all(grant.role is INTEGRATION for grant in held) else PERSON
        return grantee(kind, held, epoch=granted.epoch, key=f"{self.issuer} {self.subject}")

    def seen(self) -> None:
        pass


async def viewers_of(database: Database, subjects: Sequence[Subject]) -> list[Grantee]:
    """Those of whom nothing is claimed, by one statement, in their order."""
    granted = await grants_of_all(database, [(one.issuer, one.subject) for one in subjects])
    return [one.made(grants) for one, grants in zip(subjects, granted, strict=True)]


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Who sent an API key: its id, and the SHA-256 of its secret, which the key's row is held to."""

    key: UUID
    secret_hash: bytes
    used: Callable[[UUID], None]
    until: float = inf

    async def viewer(self, database: Database) -> Grantee:
        granted = await grant_of_key(database, self.key)
        kept = granted.secret_hash if granted else bytes(len(self.secret_hash))
        if not hmac.compare_digest(kept, self.secret_hash) or granted is None:
            raise unauthenticated(Reason.KEY)
        return grantee(CLIENT, [grant_of(granted.grant)], epoch=granted.epoch, key=f"client {granted.client}")

    def seen(self) -> None:
        self.used(self.key)
