"""Who asks: what was granted to them, as plain facts, and in which language they read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class HeldGrant:
    """One grant: a role, and the institution or person that bounds it; scopes and `client` for a system."""

    role: str
    institution: UUID | None = None
    person: UUID | None = None
    scopes: frozenset[str] = frozenset()
    client: UUID | None = None


@dataclass(frozen=True)
class Viewer:
    """Somebody with grants, which add up; without any, the public."""

    name: str
    language: str
    held: tuple[HeldGrant, ...] = ()
    account: tuple[str, str] | None = None
    """The issuer and the subject of their token."""

    @property
    def is_admin(self) -> bool:
        return any(held.role == "ADMIN" for held in self.held)

    def institutions(self, scope: str | None = None) -> Collection[UUID]:
        """The institutions they coordinate, or that gave their system this scope."""
        role = "INTEGRATION" if scope else "COORDINATOR"
        wanted = [held for held in self.held if held.role == role and (not scope or scope in held.scopes)]
        return {held.institution for held in wanted if held.institution is not None}

    def clients(self) -> Collection[UUID]:
        """Whose API key they sent."""
        return {held.client for held in self.held if held.client is not None}

    @property
    def self_(self) -> UUID | None:
        """Who they are: the person that the first of their grants names that names any."""
        return next((held.person for held in self.held if held.person is not None), None)

    def persons(self, role: str) -> Collection[UUID]:
        """Who they are in a role."""
        return {held.person for held in self.held if held.role == role and held.person is not None}
