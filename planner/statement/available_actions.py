"""The mutations that the viewer may carry out on a row, as one JSON expression with reasons.

Parts that don't depend on the row are constants. The rules that let the viewer write are evaluated first;
status and guards only if one of them holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, SelectionSetNode
from sqlalchemy import case, false, func, literal_column, or_, select, true

from planner.declaration.row import Row
from planner.declaration.write_action import WriteAction
from planner.declaration.write_rights import Granted, granted, holds
from planner.document.selection import Fields, collect_subfields, sub_selections
from planner.message_catalog import LocalizedMessage
from planner.messages import message
from planner.sql import Column, Condition, is_constant_json, json_of, scalar_subquery
from planner.statement.context import PlanningContext, RowSource

ACTION, REASON = "AvailableAction", "ActionReason"
MOST_DECIDED = 2
"""Reasons of an action whose combinations are written out: each more doubles their number."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an action is not allowed: code, message, path into the input, and the condition when it applies."""

    code: str
    path: tuple[str, ...]
    message: LocalizedMessage
    applies: Condition


FORBIDDEN = Reason("FORBIDDEN", ("input", "id"), message("mutation.forbidden"), true())


def available_actions(row: Row, selections: Sequence[SelectionSetNode]) -> Column:
    """The JSON list of the mutations that the viewer's roles may carry out on some rows, sorted by name."""
    assert isinstance(row, RowSource)
    actions = possible_actions(row.context, row.type.name)
    outcomes = _Outcomes(row, collect_subfields(row.context, ACTION, selections))
    if len({None if rules is None else frozenset(rules) for _, rules in actions}) > 1:
        return _rule_by_rule(outcomes, actions)
    within = [outcomes.where_writable(action) for action, _ in actions]
    if not actions or actions[0][1] is None:
        return json_of(within)
    forbidden = [outcomes.forbidden(action) for action, _ in actions]
    return json_of(_either(holds(actions[0][1], row), within, forbidden))


def possible_actions(context: PlanningContext, type_name: str) -> list[tuple[WriteAction, Granted]]:
    """The mutations that the viewer's roles may carry out on some rows, sorted by name, with their rules."""
    actions = sorted(context.catalog.actions_of(type_name), key=lambda action: action.mutation)
    found = [(action, granted(context.policy, action, context.roles)) for action in actions]
    return [(action, rules) for action, rules in found if rules != ()]


def _rule_by_rule(outcomes: _Outcomes, actions: Sequence[tuple[WriteAction, Granted]]) -> Column:
    """The list for mutations with different writers: each rule is evaluated once for the row."""
    row = outcomes.row
    rules = list(dict.fromkeys(rule for _, held in actions for rule in held or ()))
    columns = [
        func.coalesce(rule(row.as_correlated()), false()).label(f"rule_{number}")
        for number, rule in enumerate(rules)
    ]
    facts = select(*columns).offset(literal_column("0")).correlate_except().lateral()
    each = [
        outcomes.where_writable(action)
        if held is None
        else _either(
            or_(*(facts.c[f"rule_{rules.index(rule)}"] for rule in held)),
            outcomes.where_writable(action),
            outcomes.forbidden(action),
        )
        for action, held in actions
    ]
    return scalar_subquery(select(json_of(each)).select_from(facts), facts)


@dataclass(frozen=True, slots=True)
class _Outcomes:
    """The selected fields of actions on a row, as JSON; parts that depend on the row are SQL."""

    row: RowSource
    fields: Fields

    def forbidden(self, action: WriteAction) -> Any:
        return self._action(action, allowed=False, reasons=[FORBIDDEN], certain=True)

    def where_writable(self, action: WriteAction) -> Any:
        """The outcome for a viewer who may write the row."""
        reasons = list(_state_reasons(self.row, action))
        if len(reasons) <= MOST_DECIDED:
            return self._decided(action, reasons)
        allowed = self._action(action, allowed=True, reasons=[])
        refused = self._action(action, allowed=False, reasons=reasons)
        return _either(or_(*(one.applies for one in reasons)), refused, allowed)

    def _decided(
        self, action: WriteAction, reasons: Sequence[Reason], applying: Sequence[Reason] = ()
    ) -> Any:
        """A constant per combination of reasons: PostgreSQL evaluates each once, and builds no JSON."""
        if not reasons:
            return self._action(action, allowed=not applying, reasons=applying, certain=True)
        first, *others = reasons
        with_it = self._decided(action, others, [*applying, first])
        return _either(first.applies, with_it, self._decided(action, others, applying))

    def _action(
        self, action: WriteAction, *, allowed: bool, reasons: Sequence[Reason], certain: bool = False
    ) -> Any:
        values = {"__typename": ACTION, "name": action.mutation, "allowed": allowed}
        found: dict[str, Any] = {}
        for key, nodes in self.fields.items():
            name = nodes[0].name.value
            found[key] = self._reasons(nodes, reasons, certain) if name == "reasons" else values[name]
        return found

    def _reasons(self, nodes: Sequence[FieldNode], reasons: Sequence[Reason], certain: bool) -> Any:
        """All reasons if it is `certain` that they apply, otherwise those that do."""
        fields = collect_subfields(self.row.context, REASON, sub_selections(nodes))
        each = [_reason(fields, one, self.row.language) for one in reasons]
        if certain:
            return each
        return [case((one.applies, json_of(found))) for one, found in zip(reasons, each, strict=True)]


def _reason(fields: Fields, reason: Reason, language: str) -> Any:
    values = {
        "__typename": REASON,
        "code": reason.code,
        "path": list(reason.path),
        "message": reason.message.read(language),
    }
    return {key: values[nodes[0].name.value] for key, nodes in fields.items()}


def _either(condition: Condition, then: Any, otherwise: Any) -> Any:
    """One JSON value or the other; without the condition if both are the same constant."""
    if is_constant_json(then) and then == otherwise:
        return then
    return case((condition, json_of(then)), else_=json_of(otherwise))


def _state_reasons(row: RowSource, action: WriteAction) -> Iterator[Reason]:
    """Why a viewer who may write the row may not take the step now."""
    if action.step is not None and action.step.sources:
        elsewhere = row[action.column].not_in(list(action.step.sources))
        yield Reason("WRONG_STATE", ("input", action.names_row), wrong_state(action), elsewhere)
    for guard in action.guards:
        if guard.is_of_input:  # it doesn't apply to the minimal input
            continue
        met = func.coalesce(guard.rule(row.as_correlated()), false())
        yield Reason(guard.code, ("input", *guard.path), guard.message, ~met)


def wrong_state(action: WriteAction) -> LocalizedMessage:
    """The message for a step that doesn't start from the row's status."""
    assert action.step is not None
    return message("mutation.wrong_state", statuses=", ".join(action.step.sources))
