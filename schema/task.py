"""The viewer's tasks, computed from the states of rows; none is stored.

A step can declare a task. It is a task of each viewer for whom the policy has a rule of that step, for each
visible row in one of the step's statuses, until its deadline. Unbounded roles make no tasks, since their
viewers would have all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, FromClause, Select, Uuid, cast, literal_column, null, select

from models.base import snake_case
from planner.declaration.fields import column, one_of
from planner.declaration.row import Row
from planner.declaration.write_action import WriteAction
from planner.declaration.write_rights import granted, holds
from planner.declaration.writes import StepTask
from planner.document.arguments import Arguments, non_null
from planner.sql import Column, literal_text
from planner.statement.filters import offered_conditions
from schema.declarations import declarations, value
from schema.entities import vocabulary

DECLARED = [
    (declaration.cls.__name__, step.task)
    for declaration in declarations.declared
    if declaration.writes.workflow is not None
    for step in declaration.writes.workflow.steps
    if step.task is not None
]
TYPES = sorted({type_name for type_name, _ in DECLARED})

if TYPE_CHECKING:
    from models.base import Described as TaskKind
    from schema.common import Node
else:
    TaskKind = vocabulary(
        "TaskKind", "What is to be done.", {one.kind: one.description for _, one in DECLARED}
    )
    declarations.enums(TaskKind)


def key_of(type_name: str) -> str:
    return f"{snake_case(type_name)}_id"


@value()
class Task:
    """Something that waits for you to do."""

    kind: TaskKind = column("What is to be done.")
    mutation: str = column("The mutation that does it, by name.")
    due_on: date | None = column("The due date; null if there is none.")
    entity: Node | None = one_of("The object.", {name: key_of(name) for name in TYPES})


def tasks_of(row: Row | None, arguments: Arguments, context: Any) -> FromClause:
    """The viewer's tasks; with `dueBefore` those that are due before that day."""
    actions = [one for one in context.catalog.actions.values() if one.step is not None]
    found: list[Select[Any]] = [
        _rows(context, action, action.step.task, rules)
        for action in actions
        if action.step.task is not None and (rules := _rules(context, action))
    ]
    tasks: FromClause = _all(found)
    if (before := non_null(arguments, "dueBefore")) is None:
        return tasks
    wanted: Any = select(*tasks.c).where(tasks.c.due_on < context.bind(before, Date()))
    due: FromClause = wanted.correlate_except(tasks).subquery()
    return due


def _all(found: Sequence[Any]) -> Any:
    first, *others = found or [_nothing()]
    return first.union_all(*others).subquery()


def _rules(context: Any, action: WriteAction) -> Any:
    """The rules that name the viewer, not those that let staff do everything."""
    return granted(context.policy, action, context.roles - context.policy.unbounded)


def _rows(context: Any, action: WriteAction, task: StepTask, rules: Any) -> Select[Any]:
    row = context.row(action.type_name)
    assert action.step is not None
    in_time = [guard.rule(row.as_correlated()) for guard in action.guards if guard.code == "DEADLINE_PASSED"]
    columns = [
        literal_text(task.kind).label("kind"),
        literal_text(action.mutation).label("mutation"),
        task.due(row).label("due_on"),
        row["id"].label("entity_id"),
        *(_key(row["id"] if name == action.type_name else None, name) for name in TYPES),
    ]
    wanted = [
        row[action.column].in_(list(action.step.sources)),
        holds(rules, row),
        *in_time,
        *offered_conditions(row),
    ]
    statement: Select[Any] = (
        select(*columns).select_from(row.from_clause).where(*row.visibility_conditions(), *wanted)
    )
    return statement.correlate_except(*row.from_clauses)


def _key(key: Column | None, type_name: str) -> Column:
    return (cast(null(), Uuid()) if key is None else key).label(key_of(type_name))


def _nothing() -> Select[Any]:
    none = [cast(null(), Date()).label("due_on"), *(_key(None, name) for name in TYPES)]
    texts = [literal_text(name).label(name) for name in ("kind", "mutation")]
    no_entity = cast(null(), Uuid()).label("entity_id")
    found: Select[Any] = select(*texts, *none, no_entity)
    return found.where(literal_column("false"))
