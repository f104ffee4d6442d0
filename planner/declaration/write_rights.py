"""The policy's rules for mutations: which roles may carry one out, and which of its fields they may set."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import true

from planner.declaration.access import Policy, Rule, Rules
from planner.declaration.row import Row
from planner.declaration.write_action import WriteAction
from planner.sql import Condition, any_of

Granted = tuple[Rule, ...] | None
"""Rules, one of which must hold; None if every row may be written."""

BoundedFields = Mapping[tuple[Rule, ...], list[str]]
"""Rules, one of which must hold → the names of the fields that need it."""


def stated_rules(policy: Policy, action: WriteAction) -> Sequence[Rules]:
    """The policy's rules for a mutation, without duplicates; for an update, those of its fields."""
    stated = policy.entity(action.type_name)
    names = action.names if action.is_update else [""]
    found = [stated.write_rules(action.mutation, name) for name in names]
    return list({id(rules): rules for rules in found}.values())


def granted(policy: Policy, action: WriteAction, roles: Collection[str]) -> Granted:
    """The rules that let these roles carry out the mutation; for an update, set any of its fields."""
    found: dict[Rule, None] = {}
    for rules in stated_rules(policy, action):
        held = policy.granted(rules, roles)
        if held is None:
            return None
        found |= dict.fromkeys(held)
    return tuple(found)


def bounded_fields(policy: Policy, action: WriteAction, roles: Collection[str]) -> BoundedFields:
    """The fields that need other rules than the mutation itself, by their rules."""
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
    """The condition that one of the rules holds for the row."""
    return true() if rules is None else any_of([rule(row.as_correlated()) for rule in rules])
