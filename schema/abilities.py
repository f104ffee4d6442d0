"""What roles may read and write, type by type, derived from the policy."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from models.base import Described
from planner.declaration.access import EntityPolicy, Rules, every_row, no_row
from planner.declaration.fields import column
from planner.declaration.write_rights import stated_rules
from schema.access import POLICY
from schema.declarations import declarations, value


class Extent(Described):
    """How many of a type's rows a viewer may read or write."""

    ALL = "ALL", "All rows."
    SOME = "SOME", "Some rows: those that a grant or a consent allows."
    NONE = "NONE", "No rows."


declarations.enums(Extent)

WRITTEN_BY_PYTHON = frozenset({"Notification"})
"""Types whose mutations are not declared, but resolvers."""


@value()
class Ability:
    """What the viewer may do with the objects of a type."""

    type: str = column("The type's name, such as `Project`.")
    read: Extent = column("How many of them the viewer may see.")
    write: Extent = column("How many of them the viewer may write.")
    creates: list[str] = column("The mutations with which the viewer may create one, if the input is valid.")
    hidden: list[str] = column(
        "Fields that are hidden from the viewer on all of them, so a portal can omit the columns."
    )


@dataclass(frozen=True, slots=True)
class TypeAbility:
    """The values of an `Ability`."""

    type: str
    read: Extent
    write: Extent
    creates: list[str]
    hidden: list[str]


@cache
def abilities_of(roles: frozenset[str], attributes: frozenset[str]) -> list[TypeAbility]:
    """One ability per type of the policy, sorted by name; `attributes` are the names of the viewer's."""
    unbounded = POLICY.is_unbounded(roles)
    return [
        TypeAbility(
            type=name,
            read=Extent.ALL
            if POLICY.sees_all(stated.rows, roles)
            else extent(stated.rows, roles, attributes),
            write=_writes(name, roles, attributes, unbounded=unbounded),
            creates=_creates(name, roles, attributes, unbounded=unbounded),
            hidden=sorted(never_seen(stated, roles, attributes)),
        )
        for name, stated in sorted(POLICY.entities.items())
    ]


def extent(rules: Rules, roles: Collection[str], attributes: Collection[str] | None = None) -> Extent:
    """How many rows these roles' rules admit together, given the viewer's `attributes` (None: all)."""
    held = [rule for role, rule in rules.items() if role in roles and rule is not no_row]
    if attributes is not None:
        held = [rule for rule in held if rule.attributes.issubset(attributes)]
    if every_row in held:
        return Extent.ALL
    return Extent.SOME if held else Extent.NONE


def _writes(name: str, roles: Collection[str], attributes: Collection[str], *, unbounded: bool) -> Extent:
    """How many rows of a type these roles may write; NONE for a type without mutations."""
    actions = declarations.catalog.all_actions_of(name)
    stated = [rules for action in actions for rules in stated_rules(POLICY, action)]
    if name in WRITTEN_BY_PYTHON:
        stated.append(POLICY.entity(name).writes)
    return _written(stated, roles, attributes, unbounded=unbounded)


def _written(
    stated: Iterable[Rules], roles: Collection[str], attributes: Collection[str], *, unbounded: bool
) -> Extent:
    """The least that any of several sets of rules lets these roles write."""
    found = [
        Extent.ALL if unbounded and POLICY.unbounded.isdisjoint(rules) else extent(rules, roles, attributes)
        for rules in stated
    ]
    return min(found, key=list(Extent).index, default=Extent.NONE)


def _creates(name: str, roles: Collection[str], attributes: Collection[str], *, unbounded: bool) -> list[str]:
    """The mutations with which these roles may create a row of a type."""
    makers = {"", *attributes}
    return [
        one.mutation
        for one in declarations.catalog.creations_of(name)
        if one.creation is not None
        and (one.creation.maker in makers or one.creation.maker_unless)
        and _written(stated_rules(POLICY, one), roles, attributes, unbounded=unbounded) is not Extent.NONE
    ]


def never_seen(stated: EntityPolicy, roles: Collection[str], attributes: Collection[str]) -> list[str]:
    """The masked fields that no rule of these roles reveals."""
    return [
        name
        for name, mask in stated.masks.items()
        if not POLICY.sees_all(mask.roles, roles) and extent(mask.roles, roles, attributes) is Extent.NONE
    ]
