"""Checks of a write: each is a part of the statement that yields an error if it fails.

A check reads rows of a `source` within the statement: `judged`, the current row with the viewer's rights;
`fresh`, the row as it would become; and the given links of each list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Select, Table, and_, literal_column, select, true

from planner.declaration.write_action import WritableField, WriteAction
from planner.declaration.write_rights import bounded_fields, granted, holds
from planner.declaration.writes import Guard
from planner.message_catalog import LocalizedMessage
from planner.messages import message
from planner.mutation.constraint_errors import CheckPart, checks_of, columns_in, parts_of
from planner.mutation.given import GIVEN_ID, is_given, text_array
from planner.sql import Column
from planner.statement.available_actions import wrong_state
from planner.statement.context import PlanningContext, RowSource

Lookups: TypeAlias = "Sequence[tuple[WritableField, WritableField]]"
"""References, each with the field that finds it by a key."""
STALE, NOT_FOUND, FORBIDDEN, REFUSED = range(4)
"""The ranks of errors: only those of the lowest rank found are reported."""


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that each row of `source` must meet, with the error if it doesn't. `path` is SQL.

    `fields` are wrong together where it is not met, if it isn't the path's field alone.
    """

    rank: int
    code: str
    path: str
    message: LocalizedMessage
    source: str
    holds: str
    fields: tuple[str, ...] = ()

    def sql(self, number: int) -> str:
        return (
            f"\n    union all select {self.rank}, '{self.code}', {self.path}, {number}"  # noqa: S608
            f" from {self.source} where not coalesce(({self.holds}), false)"
        )


def path_of(*parts: str) -> str:
    """A path into the input, as SQL."""
    return f"'{text_array(['input', *parts])}'::text[]"


def problems_sql(checks: Sequence[Check], first: int = 0) -> str:
    """The checks as branches of a union of problems (rank, code, path, words)."""
    return "".join(one.sql(number) for number, one in enumerate(checks, first))


def judged_select(context: PlanningContext, row: RowSource, action: WriteAction) -> Select[Any]:
    """The current row: its version and status, the viewer's rights, and whether each guard holds."""
    columns: list[Column] = [
        row["id"].label("id"),
        row["version"].label("version"),
        and_(true(), *row.visibility_conditions()).label("visible"),
        *right_columns(context, row, action),
    ]
    if action.step is not None and action.step.sources:
        columns.append(row[action.column].label("status"))
    columns += [
        guard.rule(row.as_correlated()).label(f"guard_{number}") for number, guard in enumerate(action.guards)
    ]
    if action.step is not None:
        columns += [value(row).label(f"set_{column}") for column, value in action.step.sets.items()]
    return select(*columns).select_from(row.from_clause).where(row["id"] == literal_column(GIVEN_ID))


def right_columns(context: PlanningContext, row: RowSource, action: WriteAction) -> list[Column]:
    """Whether the viewer may carry out the mutation on the row, and set fields with rules of their own."""
    rules = granted(context.policy, action, context.roles)
    bounded = bounded_fields(context.policy, action, context.roles)
    fields = [holds(one, row).label(f"fields_{number}") for number, one in enumerate(bounded)]
    return [holds(rules, row).label("writable"), *fields]


def field_checks(context: PlanningContext, action: WriteAction) -> Iterator[Check]:
    """Checks of given fields that have writers of their own."""
    for number, names in enumerate(bounded_fields(context.policy, action, context.roles).values()):
        for name in names:
            words = message("mutation.field_forbidden", name=name)
            may = f"j.fields_{number} or not $1 -> 'fields' ? '{name}'"
            yield Check(REFUSED, "FORBIDDEN", path_of(name), words, "judged j", may)


def row_checks(action: WriteAction) -> Iterator[Check]:
    """Checks of the row: that it exists, that the viewer may write it, its version, status and guards."""
    one, judged = "(select) o", "judged j"  # `o` is a row without columns
    at_id, found = path_of(action.names_row), "exists (select from judged j where j.visible)"
    if action.link:
        yield Check(NOT_FOUND, "LINK_EXPIRED", at_id, message("mutation.link_expired"), one, found)
    else:
        yield Check(NOT_FOUND, "NOT_FOUND", at_id, message("mutation.not_found"), one, found)
    writable = "j.writable or not j.visible"
    yield Check(FORBIDDEN, "FORBIDDEN", at_id, message("mutation.forbidden"), judged, writable)
    if not action.link:
        version, at_version = "j.version = ($1 ->> 'version')::int", path_of("expectedVersion")
        version += " or $1 ->> 'version' is null" if action.is_blind else ""
        yield Check(REFUSED, "CONFLICT", at_version, message("mutation.conflict"), judged, version)
    if action.step is not None and action.step.sources:
        status = f"j.status = any('{text_array(action.step.sources)}')"
        yield Check(REFUSED, "WRONG_STATE", at_id, wrong_state(action), judged, status)
    yield from guard_checks(action.guards)


def guard_checks(guards: Sequence[Guard], lookups: Lookups = ()) -> Iterator[Check]:
    """Checks of guards, whose results are the columns `guard_n` of `judged`.

    Those of rights also hold for a row that was there before; nothing else is asked of it.
    """
    for number, guard in enumerate(guards):
        path, holds = _path_by(guard.path, lookups), _holds(guard, number)
        if guard.code == "FORBIDDEN":
            yield Check(FORBIDDEN, guard.code, path, guard.message, "judged j", holds)
        else:
            holds = f"{holds} or $1 -> 'replayed' = 'true'"
            yield Check(REFUSED, guard.code, path, guard.message, "judged j", holds)


def _path_by(path: Sequence[str], lookups: Lookups) -> str:
    """The path of a reference, or that of the field that found it."""
    for reference, key in lookups:
        if list(path) == [reference.name]:
            return f"case when {is_given(key)} then {path_of(key.name)} else {path_of(*path)} end"
    return path_of(*path)


def _holds(guard: Guard, number: int) -> str:
    holds = f"j.guard_{number}"
    if guard.if_set:
        return f"{holds} or not $1 -> 'fields' ? '{guard.if_set}'"
    if guard.if_given:
        return f"{holds} or not $1 -> 'given' ? '{guard.if_given}'"
    return f"{holds} or $1 -> 'given' ? '{guard.unless_given}'" if guard.unless_given else holds


def constraint_checks(action: WriteAction, table: Table) -> Iterator[Check]:
    """Checks of the table's own constraints that columns of the input may break."""
    for constraint in checks_of(table):
        for part in parts_of(constraint, action.fields):
            holds = f"({part.expression}) is not false{_unless_incomplete(part)}"
            path, names = _path_of_first(part.fields), tuple(one.name for one in part.fields)
            yield Check(REFUSED, part.code, path, part.message, "fresh", holds, names)


def _unless_incomplete(part: CheckPart) -> str:
    """What is said of several parts of a value, isn't said of those that are left if one has an error."""
    several = [one for one in part.fields if one.parts and len(columns_in(one, part.expression)) > 1]
    return "".join(f" or $1 -> 'incomplete' ? '{one.name}'" for one in several)


def _path_of_first(fields: Sequence[WritableField]) -> str:
    """The path of the first given field, if several may be wrong together."""
    last = path_of(fields[0].name)
    if len(fields) < 2:
        return last
    cases = " ".join(
        f"when $1 -> 'set' ?| '{text_array(list(one.columns.values()))}' then {path_of(one.name)}"
        for one in fields
    )
    return f"case {cases} else {last} end"
