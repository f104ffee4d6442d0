"""What the viewer may do to a row, in the statement that reads it: each mutation, or why it is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    FromClause,
    Text,
    case,
    false,
    func,
    literal,
    literal_column,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB, array

from planner.declaration.row import Row
from planner.declaration.write_rights import Granted, granted, holds
from planner.declaration.writes import WriteAction
from planner.document.arguments import Arguments
from planner.message_catalog import LocalizedMessage
from planner.messages import message
from planner.sql import Column, Condition
from planner.statement.context import PlanningContext, RowSource


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an action is not allowed: its code and words, the path into the input, and where it holds."""

    code: str
    path: tuple[str, ...]
    message: LocalizedMessage
    applies: Condition

    def json(self, language: str) -> Column:
        text = literal(self.message.read(language), Text())
        path = func.jsonb_build_array(*(literal(part, Text()) for part in self.path))
        reason = func.jsonb_build_object(
            literal("code", Text()), literal(self.code, Text()), literal("path", Text()), path,
            literal("message", Text()), text,
        )  # fmt: skip
        return case((self.applies, reason), else_=null())


def available_actions(row: Row | None, arguments: Arguments, scope: Any) -> FromClause:
    """A row (name, allowed, reasons) for each mutation that the viewer's roles may ever carry out."""
    assert isinstance(row, RowSource)
    actions = possible_actions(row.context, row.type.name)
    if not actions:
        nothing = literal_column("''", Text())
        empty = select(nothing.label("name"), false().label("allowed"), _list_of([], "").label("reasons"))
        return empty.where(false()).subquery()
    facts = _facts(row, actions)
    each = [_action(row, action, facts) for action, _ in actions]
    listed = union_all(*(one.correlate_except() for one in each)).subquery().lateral()
    found = select(listed.c.name, listed.c.allowed, listed.c.reasons)
    return found.select_from(facts.join(listed, true())).correlate_except(facts, listed).subquery()


def possible_actions(context: PlanningContext, type_name: str) -> list[tuple[WriteAction, Granted]]:
    """The mutations of a type that the viewer's roles carry out on some rows, by name: by which rules."""
    actions = sorted(context.catalog.actions_of(type_name), key=lambda action: action.mutation)
    found = [(action, granted(context.policy, action, context.roles)) for action in actions]
    return [(action, rules) for action, rules in found if rules != ()]


def _facts(row: RowSource, actions: Sequence[tuple[WriteAction, Granted]]) -> Any:
    """What the actions look at, each fact once."""
    columns: dict[str, Column] = {}
    for action, rules in actions:
        columns[f"{action.mutation}_right"] = func.coalesce(holds(rules, row), false())
        if action.step is not None:
            columns["status"] = row[action.column]
        for number, guard in enumerate(action.guards):
            columns[f"{action.mutation}_{number}"] = func.coalesce(guard.rule(row.as_correlated()), false())
    facts = select(*(value.label(name) for name, value in columns.items())).offset(literal_column("0"))
    return facts.correlate(row.source).lateral()


def _action(row: RowSource, action: WriteAction, facts: Any) -> Any:
    writable = facts.c[f"{action.mutation}_right"]
    reasons = [
        Reason("FORBIDDEN", ("input", "id"), message("mutation.forbidden"), ~writable),
        *_state_reasons(action, facts),
    ]
    found = _list_of(reasons, row.language)
    allowed = ~func.coalesce(_any(reasons), false())
    return select(
        literal(action.mutation, Text()).label("name"),
        allowed.label("allowed"),
        found.label("reasons"),
    )


def _state_reasons(action: WriteAction, facts: Any) -> Iterator[Reason]:
    """Why somebody who may write the row may not take the step now."""
    writable = facts.c[f"{action.mutation}_right"]
    if action.step is not None:
        elsewhere = writable & facts.c.status.not_in(list(action.step.sources))
        yield Reason("WRONG_STATE", ("input", "id"), wrong_state(action), elsewhere)
    for number, guard in enumerate(action.guards):
        missing = writable & ~facts.c[f"{action.mutation}_{number}"]
        yield Reason(guard.code, ("input", *guard.path), guard.message, missing)


def wrong_state(action: WriteAction) -> LocalizedMessage:
    """The words for a step that does not start from the row's status."""
    assert action.step is not None
    return message("mutation.wrong_state", statuses=", ".join(action.step.sources))


def _any(reasons: list[Reason]) -> Condition:
    first, *others = [reason.applies for reason in reasons]
    for other in others:
        first = first | other
    return first


def _list_of(reasons: list[Reason], language: str) -> Column:
    if not reasons:
        return literal_column("'[]'::jsonb", JSONB())
    listed = func.array_remove(array([reason.json(language) for reason in reasons]), null())
    return func.to_jsonb(listed)
