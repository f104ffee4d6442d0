"""A plan: an operation's one statement, and how its parameters are read for each request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode
from sqlalchemy import Select, Text, cast, select
from sqlalchemy.dialects.postgresql import asyncpg as dialects

from planner.changes.feed_position import cursor_expired
from planner.document.arguments import Variables
from planner.document.selection import Fields
from planner.plan.root_fields import plan_root_field
from planner.sql import Column
from planner.statement.context import PlanningContext
from planner.statement.parameters import ParameterReader
from planner.viewer import Viewer


class StatementCompiler(dialects.PGCompiler_asyncpg):
    """Writes constants of declarations into the statement's text, so that PostgreSQL can plan with them.

    Clients' values are always parameters: those have names (`Parameters.bind`), constants are anonymous.
    It also collects the statement's tables, including those within our own elements.
    """

    def visit_table(self, table: Any, *args: Any, **options: Any) -> Any:
        self.__dict__.setdefault("tables", set()).add(str(table.name))
        return super().visit_table(table, *args, **options)  # type: ignore[no-untyped-call]

    def visit_bindparam(self, bindparam: Any, *args: Any, **options: Any) -> Any:
        if bindparam.unique:
            options["literal_binds"] = True
        return super().visit_bindparam(bindparam, *args, **options)  # type: ignore[no-untyped-call]


class StatementDialect(dialects.dialect):
    statement_compiler = StatementCompiler
    supports_statement_cache = True


DIALECT = StatementDialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Plan:
    """An SQL statement that returns one row, with a JSON text for each response key in order.

    For an authenticated viewer, the row's last column is the grants epoch. `needs_custom_plan`: PostgreSQL
    should plan the statement for each request's values. `cursor_columns`: columns whose value is the reason,
    as text, if a cursor has expired. `tables` are those that it reads, if tracked.
    """

    sql: str
    keys: tuple[str, ...]
    parameter_readers: tuple[ParameterReader, ...]
    unused_parameter_readers: tuple[ParameterReader, ...]
    needs_custom_plan: bool
    cursor_columns: tuple[int, ...] = ()
    tables: frozenset[str] = frozenset()

    def require_cursors_kept(self, row: Sequence[str | None]) -> None:
        """Raise CursorExpired if the row says that a cursor has expired."""
        for column in self.cursor_columns:
            value = row[column]
            if value is not None and value.startswith('"'):
                raise cursor_expired(value.strip('"'))

    def parameters(self, variables: Variables, viewer: Viewer) -> list[Any]:
        """The statement's parameters for a request; raises BadUserInput for invalid values.

        `unused_parameter_readers` check values that the statement doesn't need, such as the page size if only
        the count is selected.
        """
        for check in self.unused_parameter_readers:
            check(variables, viewer)
        return [read(variables, viewer) for read in self.parameter_readers]


def make_plan(
    context: PlanningContext,
    fields: Fields,
    plan_field: Callable[[PlanningContext, Sequence[FieldNode]], Column] = plan_root_field,
) -> Plan:
    """The plan for root fields, or for other fields with another `plan_field`."""
    columns: list[Any] = []
    following = []
    for index, nodes in enumerate(fields.values()):
        context.parameters.reads_feed_cursor = False
        columns.append(cast(plan_field(context, nodes), Text).label(f"r{index}"))
        if context.parameters.reads_feed_cursor:
            following.append(index)
    if context.reads_grants_epoch:
        columns.append(context.policy.epoch().label("epoch"))
    statement = select(*columns)
    sql, names = compile_statement(statement)
    bound = context.parameters.readers
    return Plan(
        sql,
        tuple(fields),
        parameter_readers=tuple(bound[name] for name in names),
        unused_parameter_readers=tuple(read for name, read in bound.items() if name not in names),
        needs_custom_plan=context.parameters.needs_custom_plan,
        cursor_columns=tuple(following),
        tables=tables_read(statement) if context.tracks_tables else frozenset(),
    )


def compile_statement(statement: Select[Any]) -> tuple[str, Sequence[str]]:
    """The text of a statement, and the names of its parameters in order."""
    made = statement.compile(dialect=DIALECT)
    return made.string, getattr(made, "positiontup", None) or ()


def tables_read(statement: Select[Any]) -> frozenset[str]:
    """The names of all tables that a statement reads."""
    return frozenset(getattr(statement.compile(dialect=DIALECT), "tables", ()))
