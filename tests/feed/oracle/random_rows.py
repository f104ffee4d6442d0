"""What writers draw from: the ids that they know, and chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

import asyncpg

from models.loading.natural_keys import id_of

Statement = tuple[str, tuple[Any, ...]]
KNOWN = ("person", "participant", "mentor", "project", "event", "agreement", "award", "venue")
PURPOSES = ("PUBLIC_PROFILE", "ATTRIBUTION", "PARTNER_ACCESS", "SYSTEM_TRANSFER")
OFTEN = ("mentor-02", "mentor-03", "student-22", "student-01")
"""The people that viewers are."""


@dataclass
class Pools:
    """The ids that writers know: those that were there, and those that they made."""

    ids: dict[str, list[UUID]] = field(default_factory=dict)
    institutions: list[UUID] = field(default_factory=list)
    often: list[UUID] = field(default_factory=list)
    bulk: list[str] = field(default_factory=list)
    bulk_rows: int = 60
    """How many rows are changed in bulk at once."""

    @classmethod
    async def load(cls, connection: asyncpg.Connection) -> Pools:
        pools = cls()
        for table in (*KNOWN, "mentorship", "mobility", "participation", "institution", "activity"):
            rows = await connection.fetch(f"select id from {table} order by created_at, id")
            pools.ids[table] = [row["id"] for row in rows]
        slugs = ("uc-merced", "uc-davis", "universidad-panamericana", "uc-san-diego")
        pools.institutions = [id_of("institution", slug) for slug in slugs]
        pools.often = [id_of("person", name) for name in OFTEN]
        return pools


@dataclass
class Draw:
    """What one writer draws from; `share` of `shares` is its part of what is changed in bulk."""

    pools: Pools
    random: Random
    share: int
    shares: int

    def id(self, table: str) -> UUID:
        return self.random.choice(self.pools.ids[table])

    def ids(self, table: str, most: int) -> list[UUID]:
        known = self.pools.ids[table]
        return sorted(self.random.sample(known, min(len(known), self.random.randint(1, most))))

    def mine(self, table: str) -> list[UUID]:
        known = self.pools.ids[table][self.share :: self.shares]
        return sorted(self.random.sample(known, min(len(known), self.pools.bulk_rows)))

    def people(self, most: int) -> list[UUID]:
        found = set(self.ids("person", most))
        if self.random.random() < 0.5:
            found.add(self.random.choice(self.pools.often))
        return sorted(found)

    def institution(self) -> UUID:
        return self.random.choice(self.pools.institutions)

    def made(self, table: str) -> UUID:
        new = UUID(int=self.random.getrandbits(128), version=4)
        self.pools.ids[table].append(new)
        return new

    def one_of(self, *values: Any) -> Any:
        return self.random.choice(values)

    def word(self) -> str:
        return f"{self.random.getrandbits(40):x}"

    def phone(self) -> str:
        return f"+52{self.random.randrange(10**9, 10**10)}"
