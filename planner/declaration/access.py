"""The mechanism of access: a policy is data, entity × role → row predicate and field × role → mask.

The policy itself is in `schema.access`. Access is denied by default: a role that isn't named for an entity
sees no row of it, and a field that isn't named is null for all but the unbounded roles.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from sqlalchemy import and_, false, or_, true

from planner.declaration.row import Row
from planner.sql import Column, Condition, any_of


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition on a row, and the same in words for the documentation, such as `of their institution`.

    `selective`: so few rows meet it that an index lookup is best. `any_of`: the rules of a disjunction.
    `attributes`: names of attributes of the viewer; without them no row meets the condition.
    """

    condition: Callable[[Row], Condition]
    words: str
    selective: bool = False
    any_of: tuple[Rule, ...] = ()
    attributes: frozenset[str] = frozenset()

    def __call__(self, row: Row) -> Condition:
        return self.condition(row)

    def __and__(self, other: Rule) -> Rule:
        words = " and ".join(f"({rule.words})" if rule.any_of else rule.words for rule in (self, other))
        few, attributes = self.selective or other.selective, self.attributes | other.attributes
        return Rule(lambda row: and_(self(row), other(row)), words, few, attributes=attributes)

    def __or__(self, other: Rule) -> Rule:
        parts = (*self.alternatives, *other.alternatives)
        words = ", or ".join(rule.words for rule in parts)
        few, attributes = self.selective and other.selective, self.attributes & other.attributes
        return Rule(
            lambda row: or_(*(rule(row.as_correlated()) for rule in parts)), words, few, parts, attributes
        )

    @property
    def alternatives(self) -> tuple[Rule, ...]:
        return self.any_of or (self,)


every_row: Final = Rule(lambda row: true(), "all")
"""All rows; adds no condition to the statement."""

no_row: Final = Rule(lambda row: false(), "none")


Rules: TypeAlias = "Mapping[str, Rule]"
"""Role → rule; roles add up."""


@dataclass(frozen=True, slots=True)
class Mask:
    """Where each role sees a field; elsewhere it is null, and `hiddenFields` has the `reason`."""

    roles: Rules
    reason: str = "ROLE"


@dataclass(frozen=True, slots=True)
class EntityPolicy:
    """The rows that each role sees, the fields that are open on a visible row, and masks for others.

    Unbounded roles see all rows and masked fields unless the rules name them: then those bound them too.
    `writes`: which rows each role may write; unbounded roles write all unless they are named. `acts` replaces
    it for the mutations that it names, and `field_writes` for fields.
    """

    rows: Rules
    open: frozenset[str]
    masks: Mapping[str, Mask] = field(default_factory=dict)
    writes: Rules = field(default_factory=dict)
    acts: Mapping[str, Rules] = field(default_factory=dict)
    field_writes: Mapping[str, Rules] = field(default_factory=dict)

    def write_rules(self, mutation: str, field: str = "") -> Rules:
        """Who may carry out a mutation of the type, or set a field by it."""
        return self.field_writes.get(field, self.acts.get(mutation, self.writes))


NOBODY: Final = EntityPolicy(rows={}, open=frozenset())


EVERYTHING: Final = frozenset({"*"})
"""The roles for analyses of declarations, which see every row and field; no viewer has them."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole policy; `unbounded` roles see every row and field, except where rules name them.

    `everyone` are the roles of every viewer. `epoch` is the SQL expression of the grants epoch.
    `own_attributes` belong to a single viewer: subscribers who see the same share results, so no type of the
    change feed may depend on them.
    """

    entities: Mapping[str, EntityPolicy]
    unbounded: frozenset[str]
    everyone: frozenset[str] = frozenset()
    epoch: Callable[[], Column] = false
    own_attributes: frozenset[str] = frozenset()

    def entity(self, name: str) -> EntityPolicy:
        return self.entities.get(name, NOBODY)

    def is_unbounded(self, roles: Collection[str]) -> bool:
        return not self.unbounded.isdisjoint(roles)

    def sees_all(self, rules: Rules, roles: Collection[str]) -> bool:
        """Whether these roles see whatever the rules are for: they are unbounded, and no rule names them."""
        return EVERYTHING.issubset(roles) or (self.is_unbounded(roles) and self.unbounded.isdisjoint(rules))

    def rows(self, row: Row, roles: Collection[str]) -> Condition | None:
        """The condition for rows that these roles see together; None if they see all."""
        rules = self.entity(row.type_name).rows
        return None if self.sees_all(rules, roles) else _any_role(rules, roles, row)

    def branches(self, type_name: str, roles: Collection[str]) -> Sequence[Rule]:
        """The rules, one of which must hold, if all of them are selective; otherwise none."""
        rules = self.entity(type_name).rows
        if self.sees_all(rules, roles):
            return ()
        granted = _rules_of(rules, roles)
        found = [part for rule in granted for part in rule.alternatives]
        return found if all(rule.selective for rule in found) else ()

    def granted(self, rules: Rules, roles: Collection[str]) -> tuple[Rule, ...] | None:
        """The rules by which these roles write, one of which must hold; None if they write all rows."""
        if self.sees_all(rules, roles):
            return None
        found = [rule for rule in _rules_of(rules, roles) if rule is not no_row]
        return None if every_row in found else tuple(found)

    def mask(self, row: Row, name: str, roles: Collection[str]) -> Condition | None:
        """The condition for visible rows on which these roles see the field; None if they see it on all."""
        rules = self.mask_rules(row.type_name, name)
        if name in self.entity(row.type_name).open or self.sees_all(rules, roles):
            return None
        return _any_role(rules, roles, row.as_correlated())

    def mask_rules(self, type_name: str, name: str) -> Rules:
        """The rules under which each role sees a field that is not open; empty without a policy."""
        mask = self.entity(type_name).masks.get(name)
        return mask.roles if mask else {}

    def reason(self, type_name: str, name: str) -> str:
        mask = self.entity(type_name).masks.get(name)
        return mask.reason if mask else "ROLE"


def _any_role(rules: Rules, roles: Collection[str], row: Row) -> Condition | None:
    granted = _rules_of(rules, roles)
    if every_row in granted:
        return None
    looked_at = row.as_correlated() if len(granted) > 1 else row
    return any_of([rule(looked_at) for rule in granted])


def _rules_of(rules: Rules, roles: Collection[str]) -> list[Rule]:
    return [rules[role] for role in sorted(roles) if role in rules]
