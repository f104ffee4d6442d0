"""Whom a credential names, and the viewer that their grants make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from models.database import Database
from models.granting import grants_of
from schema.grants import Grant, Grantee, grant_of, grantee
from schema.roles import INTEGRATION

PERSON, CLIENT = "PERSON", "CLIENT"


class Identity(Protocol):
    """Somebody whose credential is valid until a time (seconds since the epoch)."""

    @property
    def until(self) -> float: ...

    async def viewer(self, database: Database) -> Grantee:
        """The viewer that the grants of this moment make; raises Unauthenticated if it is none now."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an issuer of tokens knows by a subject; `claimed` are the grants that the token itself gives."""

    issuer: str
    subject: str
    until: float
    claimed: Sequence[Grant] = ()

    async def viewer(self, database: Database) -> Grantee:
        granted = await grants_of(database, self.issuer, self.subject)
        held = [*self.claimed, *map(grant_of, granted.grants)]
        kind = CLIENT if held and all(grant.role is INTEGRATION for grant in held) else PERSON
        return grantee(kind, held, epoch=granted.epoch, key=f"{self.issuer} {self.subject}")
