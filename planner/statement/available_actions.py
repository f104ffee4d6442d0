"""What the viewer may do to a row, as one JSON expression: each mutation, or why it is refused.

What depends on no row is written as a whole text. Of a row the rules by which the viewer writes are looked at
first; its status and guards only where one of them holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, SelectionSetNode
from sqlalchemy import case, false, func, literal_column, or_, select, true

from planner.declaration.row import Row
from planner.declaration.write_rights import Granted, granted, holds
from planner.declaration.writes import WriteAction
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
    """Why an action is not allowed: its code and words, the path into the input, and where it is so."""

    code: str
    path: tuple[str, ...]
    message: LocalizedMessage
    applies: Condition


FORBIDDEN = Reason("FORBIDDEN", ("input", "id"), message("mutation.forbidden"), true())


def available_actions(row: Row, selections: Sequence[SelectionSetNode]) -> Column:
    """The mutations that the viewer's roles may ever carry out, by name: (name, allowed, reasons)."""
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
    """The mutations of a type that the viewer's roles carry out on some rows, by name: by which rules."""
    actions = sorted(context.catalog.actions_of(type_name), key=lambda action: action.mutation)
    found = [(action, granted(context.policy, action, context.roles)) for action in actions]
    return [(action, rules) for action, rules in found if rules != ()]


def _rule_by_rule(outcomes: _Outcomes, actions: Sequence[tuple[WriteAction, Granted]]) -> Column:
    """Where mutations have different writers: what each rule says of the row, and with that each mutation."""
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
    """What is selected of actions on a row: JSON, whose parts are SQL where they depend on the row."""

    row: RowSource
    fields: Fields

    def forbidden(self, action: WriteAction) -> Any:
        return self._action(action, allowed=False, reasons=[FORBIDDEN], certain=True)

    def where_writable(self, action: WriteAction) -> Any:
        """For somebody who may write the row."""
        reasons = list(_state_reasons(self.row, action))
        if len(reasons) <= MOST_DECIDED:
            return self._decided(action, reasons)
        allowed = self._action(action, allowed=True, reasons=[])
        refused = self._action(action, allowed=False, reasons=reasons)
        return _either(or_(*(one.applies for one in reasons)), refused, allowed)

    def _decided(
        self, action: WriteAction, reasons: Sequence[Reason], applying: Sequence[Reason] = ()
    ) -> Any:
        """A constant for each combination: PostgreSQL looks at each reason once, and builds no JSON."""
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
        """All of them where it is certain that they apply, else those that do."""
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
    """One JSON or the other; without looking at the condition if they are alike."""
    if is_constant_json(then) and then == otherwise:
        return then
    return case((condition, json_of(then)), else_=json_of(otherwise))


def _state_reasons(row: RowSource, action: WriteAction) -> Iterator[Reason]:
    """Why somebody who may write the row may not take the step now."""
    if action.step is not None and action.step.sources:
        elsewhere = row[action.column].not_in(list(action.step.sources))
        yield Reason("WRONG_STATE", ("input", "id"), wrong_state(action), elsewhere)
    for guard in action.guards:
        if guard.if_given:  # whoever gives no more than the mutation needs is not held by it
            continue
        met = func.coalesce(guard.rule(row.as_correlated()), false())
        yield Reason(guard.code, ("input", *guard.path), guard.message, ~met)


def wrong_state(action: WriteAction) -> LocalizedMessage:
    """The words for a step that does not start from the row's status."""
    assert action.step is not None
    return message("mutation.wrong_state", statuses=", ".join(action.step.sources))
