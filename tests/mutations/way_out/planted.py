"""Bugs to plant in `availableActions` and in the guards of actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import false

import planner.statement.available_actions
import schema
from planner.declaration.access import Rule
from planner.declaration.write_action import WriteAction
from planner.declaration.writes import Guard
from planner.sql import Condition
from tests.mutations.model.planted import InDatabase, no_guards

Plant = Callable[[pytest.MonkeyPatch], None]
LISTED = planner.statement.available_actions


def a_guard_is_not_listed(patch: pytest.MonkeyPatch) -> None:
    reasons = LISTED._state_reasons

    def some(*given: Any) -> Iterator[Any]:
        return (one for one in reasons(*given) if one.code != "INCOMPLETE")

    patch.setattr(LISTED, "_state_reasons", some)


def guards(changed: Callable[[Guard], Guard]) -> Plant:
    """All guards as they are declared, but for something."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        declared = WriteAction.guards.fget  # type: ignore[attr-defined]

        def found(action: WriteAction) -> tuple[Guard, ...]:
            return tuple(changed(one) for one in declared(action))

        patch.setattr(WriteAction, "guards", property(found))

    return plant


def coded(code: str, another: str) -> Plant:
    return guards(lambda one: replace(one, code=another) if one.code == code else one)


def _never(row: Any) -> Condition:
    return false()


def sender_confirms(patch: pytest.MonkeyPatch) -> None:
    """The receiving side may not say that somebody came."""
    stated = replace(schema.POLICY.entity("Mobility"), acts={})
    entities = {**schema.POLICY.entities, "Mobility": stated}
    patch.setattr(schema, "POLICY", replace(schema.POLICY, entities=entities))


IN_PYTHON: Mapping[str, Plant] = {
    "a guard that is not listed": a_guard_is_not_listed,
    "a guard lost": no_guards,
    "a code that nobody knows": coded("CONSENT_MISSING", "NOT_ELIGIBLE"),
    "a guard with another's code": coded("CAPACITY_REACHED", "CONSENT_MISSING"),
    "a reason that nothing undoes": guards(
        lambda one: replace(one, rule=Rule(_never, "never")) if one.code == "INCOMPLETE" else one
    ),
    "a right that its grant does not give": sender_confirms,
}
DRY = "if given ? 'dry_run' or outcome -> 'errors' <> '[]' then"
IN_DATABASE: Mapping[str, InDatabase] = {
    "a dry run that skips a guard": InDatabase(
        "puente_write",
        DRY,
        f"""if given ? 'dry_run' then
            outcome := outcome || jsonb_build_object('errors', (
                select coalesce(jsonb_agg(e), '[]') from jsonb_array_elements(outcome -> 'errors') e
                where e ->> 'code' <> 'INCOMPLETE'));
        end if;
        {DRY}""",
    ),
}
