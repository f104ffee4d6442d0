"""Which columns of its row a field shows: what must change for the field to change with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import FromClause
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnClause, ColumnElement

from planner.declaration.bindings import Derived, Embedded, Many, Member, One, OneOf, Value
from planner.statement.context import Row, Scope


def columns_of(scope: Scope, type_name: str, member: Member) -> frozenset[str]:
    """The names of the columns: those that are shown, and those by which other rows are found."""
    row = scope.row(type_name)
    shown = columns_within(row, _read(row, member))
    return shown | frozenset(row.joins)


def _read(row: Row, member: Member) -> Iterator[ColumnElement[Any] | FromClause]:
    match member.binding:
        case Value():
            yield member.binding.expression(row, {})
        case One():
            yield row[member.binding.key]
        case OneOf():
            for expression in member.binding.keys.values():
                yield expression(row, {})
        case Embedded():
            yield member.binding.present(row)
            target = row.scope.catalog.types[member.target]
            inner = Row(target, row.source, row.scope, row.language, row.joins)
            for one in inner.type.members.values():
                yield from _read(inner, one)
        case Derived():
            yield member.binding.source(row, {}, row.scope)
        case Many() if member.binding.join is not None:
            yield member.binding.join(row, row.scope.row(member.target))


def columns_within(row: Row, parts: Iterable[ColumnElement[Any] | FromClause]) -> frozenset[str]:
    """The columns of the row that expressions read."""
    return frozenset(
        element.name
        for part in parts
        for element in visitors.iterate(part)
        if isinstance(element, ColumnClause) and element.table is row.source
    )
