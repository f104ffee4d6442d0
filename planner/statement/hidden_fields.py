"""The fields of a row that are hidden from the viewer, with reasons."""

from __future__ import annotations

from typing import Any

from sqlalchemy import FromClause, Text, literal_column, select, union_all
from sqlalchemy.sql import Select

from planner.declaration.row import Row
from planner.document.arguments import Arguments
from planner.sql import is_true, literal_text
from planner.statement.context import RowSource


def hidden_fields(row: Row | None, arguments: Arguments, scope: Any) -> FromClause:
    """A FROM clause with a row (field, reason) for each field of the row that is masked for the viewer."""
    assert isinstance(row, RowSource)
    hidden: list[Select[Any]] = []
    for name in row.type.members:
        mask = row.mask(name)
        if mask is None:
            continue
        reason = row.context.policy.reason(row.type.name, name)
        one = select(literal_text(name).label("field"), literal_text(reason).label("reason"))
        hidden.append(one.where(~is_true(mask)).correlate_except())
    if not hidden:
        nothing = select(
            literal_column("''", Text()).label("field"), literal_column("''", Text()).label("reason")
        )
        return nothing.where(literal_column("false")).subquery()
    return union_all(*hidden).subquery()
