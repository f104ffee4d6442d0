"""The statement that carries out a mutation of one row, composed of its declaration and of the policy.

Rights, version, guards and the table's own constraints are looked at in the statement that writes, once the
row is locked; where any of them fails, it writes nothing and says which, all at once. It reads what was given
as `$1`, JSON: `id`, `version`, `fields` (the names of those given), `set` (values by column), `errors` (of
the input), `viewer` (ids by attribute).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Select, Table, and_, literal_column, select, true

from models.base import metadata
from planner.declaration.write_rights import BoundedFields, bounded_fields, granted, holds
from planner.declaration.writes import WritableField, WriteAction
from planner.message_catalog import LocalizedMessage
from planner.messages import message
from planner.plan.query_plan import StatementCompiler, StatementDialect
from planner.sql import identifier
from planner.statement.available_actions import wrong_state
from planner.statement.context import PlanningContext, RowSource
from planner.statement.parameters import ParameterReader
from planner.viewer import Viewer

GIVEN_ID = "($1 ->> 'id')::uuid"
STALE, NOT_FOUND, FORBIDDEN, REFUSED = range(4)
"""The ranks of what may be wrong: of a lower one, nothing of a higher one is said."""


class GivenCompiler(StatementCompiler):
    """Reads parameters, ids of the viewer, from the JSON that the statement is given."""

    def visit_bindparam(self, bindparam: Any, *args: Any, **options: Any) -> Any:
        if bindparam.unique:
            return super().visit_bindparam(bindparam, *args, **options)
        type_ = self.dialect.type_compiler_instance.process(bindparam.type)
        return f"($1 -> 'viewer' ->> '{bindparam.key}')::{type_}"


class GivenDialect(StatementDialect):
    statement_compiler = GivenCompiler
    supports_statement_cache = True


GIVEN_DIALECT = GivenDialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class WriteStatement:
    """`lock` and `act` are run one after the other, in one transaction; both read what was given as `$1`.

    `messages` are what errors say, by their number in the outcome.
    """

    lock: str
    act: str
    messages: tuple[LocalizedMessage, ...]
    readers: Mapping[str, ParameterReader]

    def viewer(self, viewer: Viewer) -> dict[str, str]:
        """The viewer's ids as the statement reads them."""
        return {name: _as_text(read({}, viewer)) for name, read in self.readers.items()}


def _as_text(value: UUID | Sequence[UUID]) -> str:
    return str(value) if isinstance(value, UUID) else f"{{{','.join(map(str, value))}}}"


@dataclass(frozen=True, slots=True)
class _Check:
    """What must hold of `source`, a row; else it is wrong by `code`."""

    rank: int
    code: str
    path: tuple[str, ...]
    message: LocalizedMessage
    source: str
    holds: str
    fields: Sequence[WritableField] = ()
    """Where several fields may be wrong together: the first that was given is named."""


def write_statement(context: PlanningContext, action: WriteAction) -> WriteStatement:
    """The statement of a mutation, for what is known of the viewer in the context."""
    type_ = context.catalog.types[action.type_name]
    table = metadata.tables[str(type_.table.name)]  # type: ignore[union-attr]
    row = context.row(action.type_name)
    bounded = bounded_fields(context.policy, action, context.roles)
    checks = [
        *_row_checks(action),
        *_field_checks(bounded),
        *_reference_checks(context, action),
        *_constraint_checks(action, table),
    ]
    epoch = _sql(select(context.policy.epoch())) if context.reads_grants_epoch else "null"
    act = ACT.format(
        judged=_sql(_judged(context, row, action, bounded)),
        table=identifier(table.name),
        problems="".join(_problem(number, one) for number, one in enumerate(checks)),
        columns=", ".join(map(identifier, _columns(action))),
        old=", ".join(f"e.{identifier(column)}" for column in _columns(action)),
        new=", ".join(f"f.{identifier(column)}" for column in _columns(action)),
        changed=", ".join(map(_changed, _changeable(action))),
        epoch=epoch,
    )
    lock = f"select from {identifier(table.name)} where id = {GIVEN_ID} for no key update"
    return WriteStatement(lock, act, tuple(one.message for one in checks), dict(context.parameters.readers))


def _problem(number: int, check: _Check) -> str:
    return (
        f"\n    union all select {check.rank}, '{check.code}', {_path(check)}, {number}"  # noqa: S608
        f" from {check.source} where not coalesce(({check.holds}), false)"
    )


def _path(check: _Check) -> str:
    """The path as SQL: where several fields may be wrong together, the first that was given."""
    last = f"'{_array(check.path)}'::text[]"
    if len(check.fields) < 2:
        return last
    cases = " ".join(
        f"when $1 -> 'set' ?| '{_array(list(one.columns.values()))}' then '{{input,{one.name}}}'"
        for one in check.fields
    )
    return f"case {cases} else {last} end"


ACT = """
with judged as materialized (
    {judged}
), fresh as materialized (
    select n.* from {table} e cross join lateral jsonb_populate_record(e, $1 -> 'set') n
    where e.id = ($1 ->> 'id')::uuid
), problems (rank, code, path, words) as (
    select 0, 'STALE', '{{}}'::text[], -1 where ($1 ->> 'epoch')::int <> ({epoch})
    union all select 3, x.code, x.path, x.words
        from jsonb_to_recordset($1 -> 'errors') x (code text, path text[], words int) {problems}
), verdict as (
    select * from problems where rank = (select min(rank) from problems)
), written as (
    update {table} e set ({columns}) = row({new}) from fresh f
    where e.id = f.id and not exists (select from problems) and ({old}) is distinct from ({new})
)
select jsonb_build_object(
    'id', (select j.id from judged j where j.visible),
    'changed', case when exists (select from problems) then '[]' else coalesce((
        select to_jsonb(array_remove(array[{changed}], null)) from {table} e join fresh f on f.id = e.id),
        '[]') end,
    'stale', exists (select from verdict where rank = 0),
    'errors', (select coalesce(
        jsonb_agg(jsonb_build_object('code', code, 'path', path, 'words', words) order by words),
        '[]') from verdict))
"""


def _judged(
    context: PlanningContext, row: RowSource, action: WriteAction, bounded: BoundedFields
) -> Select[Any]:
    """What the viewer may do to the row as it is: its version and status, and whether each guard holds."""
    columns = [
        row["id"].label("id"),
        row["version"].label("version"),
        and_(true(), *row.visibility_conditions()).label("visible"),
        holds(granted(context.policy, action, context.roles), row).label("writable"),
        *(holds(rules, row).label(f"fields_{number}") for number, rules in enumerate(bounded)),
    ]
    if action.step is not None:
        columns.append(row[action.column].label("status"))
    columns += [
        guard.rule(row.as_correlated()).label(f"guard_{number}") for number, guard in enumerate(action.guards)
    ]
    return select(*columns).select_from(row.from_clause).where(row["id"] == literal_column(GIVEN_ID))


def _row_checks(action: WriteAction) -> Iterator[_Check]:
    one = "(select) o"  # a row without columns
    judged = "judged j"
    yield _Check(
        NOT_FOUND,
        "NOT_FOUND",
        ("input", "id"),
        message("mutation.not_found"),
        one,
        "exists (select from judged j where j.visible)",
    )
    yield _Check(
        FORBIDDEN,
        "FORBIDDEN",
        ("input", "id"),
        message("mutation.forbidden"),
        judged,
        "j.writable or not j.visible",
    )
    yield _Check(
        REFUSED,
        "CONFLICT",
        ("input", "expectedVersion"),
        message("mutation.conflict"),
        judged,
        "j.version = ($1 ->> 'version')::int",
    )
    if action.step is not None:
        yield _Check(
            REFUSED,
            "WRONG_STATE",
            ("input", "id"),
            wrong_state(action),
            judged,
            f"j.status = any('{_array(action.step.sources)}')",
        )
    for number, guard in enumerate(action.guards):
        path = ("input", *guard.path)
        yield _Check(REFUSED, guard.code, path, guard.message, judged, f"j.guard_{number}")


def _field_checks(bounded: BoundedFields) -> Iterator[_Check]:
    """Fields that were given, and that not everyone may set who may carry out the mutation."""
    for number, names in enumerate(bounded.values()):
        for name in names:
            words = message("mutation.field_forbidden", name=name)
            given = f"$1 -> 'fields' ? '{name}'"
            met = f"j.fields_{number} or not ({given})"
            yield _Check(REFUSED, "FORBIDDEN", ("input", name), words, "judged j", met)


def _reference_checks(context: PlanningContext, action: WriteAction) -> Iterator[_Check]:
    """A row that is newly referred to must be one that the viewer sees."""
    for one in action.fields:
        if one.prefix is None:
            continue
        (column,) = one.columns.values()
        other = context.row(context.catalog.prefixes[one.prefix])
        found: Select[Any] = select(literal_column("1")).select_from(other.from_clause)
        found = found.where(
            other["id"] == literal_column(f"f.{identifier(column)}"), *other.visibility_conditions()
        )
        holds = f"f.{identifier(column)} is null or not $1 -> 'set' ? '{column}' or exists ({_sql(found)})"
        refers = message("mutation.refers_to_nothing")
        yield _Check(REFUSED, "REFERS_TO_NOTHING", ("input", one.name), refers, "fresh f", holds)


def _constraint_checks(action: WriteAction, table: Table) -> Iterator[_Check]:
    """The table's own constraints that columns of the input may break."""
    for constraint in constraints_of(table):
        code, said = constraint_error(str(constraint.name))
        for expression in _parts(constraint):
            if fields := _fields_of(action, expression):
                holds = f"({expression}) is not false"
                yield _Check(REFUSED, code, ("input", fields[0].name), said, "fresh", holds, fields)


def constraints_of(table: Table) -> list[CheckConstraint]:
    """A table's own checks, those of its columns too."""
    found = [*table.constraints, *(check for column in table.c for check in column.constraints)]
    return list({str(one.name): one for one in found if isinstance(one, CheckConstraint)}.values())


def _parts(constraint: CheckConstraint) -> list[str]:
    """A bound of several texts is looked at text by text, so that the one is found that is too long."""
    expression = str(constraint.sqltext)
    return expression.split(" and ") if "_bounded" in str(constraint.name) else [expression]


def _fields_of(action: WriteAction, expression: str) -> list[WritableField]:
    """The fields of the input that a constraint speaks of, in its order."""
    words = re.findall(r"\w+", expression)
    found = [one for word in words for one in action.fields if word in one.columns.values()]
    return list({one.name: one for one in found}.values())


def constraint_error(name: str) -> tuple[str, LocalizedMessage]:
    """The code and the words for a broken constraint, by its name."""
    found = [(code, said) for part, code, said in CONSTRAINTS if part in name]
    return found[0] if found else ("INVALID", message("constraint.invalid"))


CONSTRAINTS = (
    ("_present", "REQUIRED", message("constraint.present")),
    ("_bounded", "TOO_LONG", message("constraint.bounded")),
    ("_after_", "OUT_OF_RANGE", message("constraint.in_order")),
    ("_in_calendar", "OUT_OF_RANGE", message("constraint.in_calendar")),
    ("_range", "OUT_OF_RANGE", message("constraint.in_range")),
    ("_positive", "OUT_OF_RANGE", message("constraint.in_range")),
)
"""What a part of a constraint's name says: the code of the error, and its words."""


def _columns(action: WriteAction) -> list[str]:
    columns = [column for one in action.fields for column in one.columns.values()]
    return columns if action.step is None else [*columns, action.column]


def _changeable(action: WriteAction) -> Iterator[tuple[str, Sequence[str]]]:
    for one in action.fields:
        yield one.name, list(one.columns.values())
    if action.step is not None:
        yield action.column, [action.column]


def _changed(field: tuple[str, Sequence[str]]) -> str:
    name, columns = field
    old, new = (", ".join(f"{row}.{identifier(c)}" for c in columns) for row in ("e", "f"))
    return f"case when ({old}) is distinct from ({new}) then '{name}' end"


def _array(items: Sequence[str]) -> str:
    return f"{{{','.join(items)}}}"


def _sql(statement: Select[Any]) -> str:
    return str(statement.compile(dialect=GIVEN_DIALECT))
