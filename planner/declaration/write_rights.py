"""Who may carry out a mutation, and set which of its fields: the rules of the policy for a viewer's roles."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import true

from planner.declaration.access import Policy, Rule, Rules
from planner.declaration.row import Row
from planner.declaration.writes import WriteAction
from planner.sql import Condition, any_of

Granted = tuple[Rule, ...] | None
"""Rules of which one must hold; None where every row may be written."""

BoundedFields = Mapping[tuple[Rule, ...], list[str]]
"""Names of fields, by the rules of which one must hold for each of them."""


def stated_rules(policy: Policy, action: WriteAction) -> Sequence[Rules]:
    """What the policy states for a mutation: of an update, for its fields, each statement once."""
    stated = policy.entity(action.type_name)
    names = action.names if action.is_update else [""]
    found = [stated.write_rules(action.mutation, name) for name in names]
    return list({id(rules): rules for rules in found}.values())


def granted(policy: Policy, action: WriteAction, roles: Collection[str]) -> Granted:
    """By which rules these roles carry out the mutation: an update, if they may set any of its fields."""
    found: dict[Rule, None] = {}
    for rules in stated_rules(policy, action):
        held = policy.granted(rules, roles)
        if held is None:
            return None
        found |= dict.fromkeys(held)
    return tuple(found)


def bounded_fields(policy: Policy, action: WriteAction, roles: Collection[str]) -> BoundedFields:
    """The fields that need more than that these roles may carry out the mutation, by their rules."""
    enough = granted(policy, action, roles)
    stated = policy.entity(action.type_name)
    found: dict[tuple[Rule, ...], list[str]] = {}
    for name in action.names if action.step is None else ():
        held = policy.granted(stated.write_rules(action.mutation, name), roles)
        implied = held is None or (enough is not None and set(enough) <= set(held))
        if held is not None and not implied:
            found.setdefault(held, []).append(name)
    return found


def holds(rules: Granted, row: Row) -> Condition:
    """That one of the rules holds for the row."""
    return true() if rules is None else any_of([rule(row.as_correlated()) for rule in rules])
