"""References that nobody gives who would not see them: whether there is such a row would be told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, Table, select
from sqlalchemy.sql.expression import ColumnClause, TableClause

from planner.declaration.write_action import WritableField, WriteAction
from planner.message_catalog import LocalizedMessage
from planner.messages import message
from planner.mutation.checks import REFUSED, Check, path_of
from planner.mutation.given import given_sql
from planner.sql import Condition, identifier
from planner.statement.context import PlanningContext, RowSource

MASKED = {
    "CONSENT": ("CONSENT_MISSING", message("mutation.hidden_by_consent")),
    "ROLE": ("FORBIDDEN", message("mutation.hidden_by_role")),
}
"""What is said of a key that its sender would not see, by the reason of the mask."""


def masked(context: PlanningContext, type_name: str, one: WritableField) -> tuple[str, LocalizedMessage]:
    """The code and message for a reference that the sender would not see."""
    return MASKED[context.policy.reason(type_name, one.name)]


def sees_sql(row: RowSource, one: WritableField, *conditions: Condition) -> str | None:
    """Whether the viewer would see the field of the row, as SQL; None if no mask hides it from them."""
    if (mask := row.mask(one.name)) is None:
        return None
    sees: Select[Any] = select(mask).select_from(row.from_clause).where(*conditions)
    return given_sql(sees)


def seen_checks(context: PlanningContext, action: WriteAction, table: Table) -> Iterator[Check]:
    """The checks of references that the maker of a row must see in it."""
    fresh = TableClause("fresh", *(ColumnClause(one.name, one.type) for one in table.c))
    type_ = context.catalog.types[action.type_name]
    row = RowSource(type_, fresh.alias("m"), context, context.language, correlated=True)
    for one in action.fields:
        if action.creation is None or one.name not in action.creation.seen:
            continue
        if (sees := sees_sql(row, one)) is not None:
            code, words = masked(context, action.type_name, one)
            holds = f"f.{identifier(one.column)} is null or ({sees})"
            yield Check(REFUSED, code, path_of(one.name), words, "fresh f", holds)
