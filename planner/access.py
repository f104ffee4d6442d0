"""The mechanism of access: a policy is data, entity × role → row predicate and field × role → mask.

What the predicates say is not decided here. Nothing stated means nobody: a role that is not named for an
entity sees no row of it, and a field that is not named is null for everyone but the roles that see all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlalchemy import false, true

from planner.sql import Condition, either

if TYPE_CHECKING:
    from planner.rows import Row

Predicate = Callable[["Row"], Condition]


def every_row(row: Row) -> Condition:
    """All rows: the predicate that costs nothing."""
    return true()


def no_row(row: Row) -> Condition:
    return false()


@dataclass(frozen=True, slots=True)
class Mask:
    """Who sees a field, by role; `reason` is what `hiddenFields` tells the others."""

    roles: Mapping[str, Predicate]
    reason: str = "ROLE"


@dataclass(frozen=True, slots=True)
class EntityPolicy:
    """Which rows each role sees, the fields that whoever sees the row sees too, and masks for the others."""

    rows: Mapping[str, Predicate]
    open: frozenset[str]
    masks: Mapping[str, Mask] = field(default_factory=dict)


NOBODY: Final = EntityPolicy(rows={}, open=frozenset())


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole policy; `unbounded` are the roles that see every row and field, stated or not."""

    entities: Mapping[str, EntityPolicy]
    unbounded: frozenset[str]

    def entity(self, name: str) -> EntityPolicy:
        return self.entities.get(name, NOBODY)

    def rows(self, row: Row, roles: Collection[str]) -> Condition | None:
        """Which rows of its type these roles see together; None when it is all of them."""
        if not self.unbounded.isdisjoint(roles):
            return None
        return _together(self.entity(row.type.name).rows, roles, row)

    def mask(self, row: Row, name: str, roles: Collection[str]) -> Condition | None:
        """Where these roles see the field of a row that they see; None when it is everywhere."""
        policy = self.entity(row.type.name)
        if name in policy.open or not self.unbounded.isdisjoint(roles):
            return None
        mask = policy.masks.get(name)
        return _together(mask.roles, roles, row) if mask else false()

    def reason(self, type_name: str, name: str) -> str:
        mask = self.entity(type_name).masks.get(name)
        return mask.reason if mask else "ROLE"


def _together(predicates: Mapping[str, Predicate], roles: Collection[str], row: Row) -> Condition | None:
    granted = [predicates[role] for role in sorted(roles) if role in predicates]
    if every_row in granted:
        return None
    return either([predicate(row) for predicate in granted])
