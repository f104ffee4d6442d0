"""The columns that a field depends on: it can change only if one of them does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Alias, FromClause
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnClause, ColumnElement

from planner.declaration.bindings import Derived, Embedded, Member, ToMany, ToOne, ToOneOf, Value
from planner.statement.context import PlanningContext, RowSource


def field_columns(context: PlanningContext, type_name: str, member: Member) -> frozenset[str]:
    """The names of the row's columns that a field's value is made from, or that other rows are found by."""
    row = context.row(type_name)
    columns = columns_read(row, field_expressions(row, member))
    return columns | frozenset(row.joins)


def field_expressions(row: RowSource, member: Member) -> Iterator[ColumnElement[Any] | FromClause]:
    """The expressions that a field is made from: its value, or the columns that other rows are found by."""
    match member.binding:
        case Value():
            yield member.binding.expression(row, {})
        case ToOne():
            yield row[member.binding.key]
        case ToOneOf():
            for expression in member.binding.keys.values():
                yield expression(row, {})
        case Embedded():
            yield member.binding.present(row)
            target = row.context.catalog.types[member.target]
            inner = RowSource(target, row.source, row.context, row.language, row.joins)
            for one in inner.type.members.values():
                yield from field_expressions(inner, one)
        case Derived():
            yield member.binding.source(row, {}, row.context)
        case ToMany() if member.binding.join is not None:
            yield member.binding.join(row, row.context.row(member.target))


def columns_read(row: RowSource, parts: Iterable[ColumnElement[Any] | FromClause]) -> frozenset[str]:
    """The names of the row's own columns that expressions read."""
    return frozenset(
        element.name
        for part in parts
        for element in visitors.iterate(part)
        if isinstance(element, ColumnClause) and element.table is row.source
    )


def reads_others_of_its_table(row: RowSource, parts: Iterable[ColumnElement[Any]]) -> bool:
    """Whether expressions read other rows of the row's own table."""
    own: Any = row.type.table
    return any(
        isinstance(element, Alias)
        and element is not row.source
        and getattr(element.element, "name", None) == own.name
        for part in parts
        for element in visitors.iterate(part)
    )
