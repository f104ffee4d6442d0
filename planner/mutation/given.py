"""Compiles a write's statements to read their values from `$1`, JSON, instead of parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select

from planner.declaration.write_action import WritableField, WriteAction
from planner.plan.query_plan import StatementCompiler, StatementDialect
from planner.sql import identifier

GIVEN_ID = "($1 ->> 'id')::uuid"


class GivenCompiler(StatementCompiler):
    """Reads parameters (the viewer's ids) from the JSON in `$1`."""

    def visit_bindparam(self, bindparam: Any, *args: Any, **options: Any) -> Any:
        if bindparam.unique:
            return super().visit_bindparam(bindparam, *args, **options)
        type_ = self.dialect.type_compiler_instance.process(bindparam.type)
        return f"($1 -> 'viewer' ->> '{bindparam.key}')::{type_}"


class GivenDialect(StatementDialect):
    statement_compiler = GivenCompiler
    supports_statement_cache = True


GIVEN_DIALECT = GivenDialect()  # type: ignore[no-untyped-call]


def given_sql(statement: Select[Any]) -> str:
    """The SQL of a planned statement."""
    return str(statement.compile(dialect=GIVEN_DIALECT))


def is_given(field: WritableField) -> str:
    """Whether the input has a value for a field of one column, as SQL."""
    return f"$1 -> 'set' ->> '{field.column}' is not null"


def setting(name: str) -> str:
    """A setting that declared acts read, a whole number, as SQL."""
    return f"($1 -> 'settings' ->> '{name}')::int"


def columns_of(alias: str, columns: Sequence[str]) -> str:
    """Columns of an alias, separated by commas."""
    return ", ".join(f"{alias}.{identifier(column)}" for column in columns)


def text_array(items: Sequence[str]) -> str:
    """An array as text in PostgreSQL's syntax."""
    return f"{{{','.join(items)}}}"


def set_columns(action: WriteAction) -> list[str]:
    """The columns that a mutation sets, by its input, its step or Python."""
    columns = [column for one in action.fields if one.stored for column in one.columns.values()]
    status = [action.column] if action.step is not None and action.step.target else []
    return [*columns, *status, *action.python.sets]
