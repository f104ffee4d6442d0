"""References of an input: to rows that the viewer sees; of a person by one of their profiles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, literal_column, select

from planner.declaration.writes import WritableField
from planner.messages import message
from planner.mutation.checks import REFUSED, Check, path_of
from planner.mutation.given import given_sql
from planner.sql import identifier
from planner.statement.context import PlanningContext


def reference_checks(context: PlanningContext, fields: Sequence[WritableField]) -> Iterator[Check]:
    """Checks that the viewer sees the rows that are newly referred to."""
    refers = message("mutation.refers_to_nothing")
    for one in fields:
        if one.references:
            given = f"$1 -> 'set' ->> '{one.column}'"
            value = f"f.{identifier(one.column)}" if one.stored else f"({given})::uuid"
            holds = f"{given} is null or {found(context, one, value)}"
            yield Check(REFUSED, "REFERS_TO_NOTHING", path_of(one.name), refers, "fresh f", holds)


def version_checks(context: PlanningContext, fields: Sequence[WritableField]) -> Iterator[Check]:
    """Checks that the rows which the input names have the versions that it says."""
    named = {one.name: one for one in fields}
    for one in fields:
        if one.of:
            read = _visible_row(
                context, named[one.of], f"($1 -> 'set' ->> '{named[one.of].column}')::uuid", "version"
            )
            same = f"coalesce(({given_sql(read)}) = ($1 -> 'set' ->> '{one.column}')::int, true)"
            yield Check(
                REFUSED, "CONFLICT", path_of(one.name), message("mutation.conflict"), "(select) o", same
            )


def found(context: PlanningContext, one: WritableField, value: str) -> str:
    """Whether there is the row; `value` is SQL, resolved if the reference is to one of several types."""
    if len(one.references) > 1:
        return f"{value} is not null"
    return f"exists ({given_sql(_visible_row(context, one, value))})"


def resolved_fields(context: PlanningContext, fields: Sequence[WritableField]) -> str:
    """`resolved` of the fields of the row itself."""
    return "".join(resolved(context, one, "$1 -> 'set'") for one in fields)


def resolved(context: PlanningContext, one: WritableField, values: str) -> str:
    """Adds to the JSON `values` the stored key of a reference to one of several types.

    It is null if the viewer sees no such row.
    """
    if len(one.references) < 2:
        return ""
    value = f"({values} ->> '{one.column}')::uuid"
    each = [
        f"({given_sql(_visible_row(context, _narrowed(one, prefix), value))})" for prefix in one.references
    ]
    stored = f"jsonb_build_object('{one.column}', coalesce({', '.join(each)}))"
    return f" || case when {values} ? '{one.column}' then {stored} else '{{}}' end"


def _visible_row(context: PlanningContext, one: WritableField, value: str, column: str = "") -> Select[Any]:
    """A column of the row that a reference points to, if the viewer sees it; `value` is SQL."""
    ((prefix, key),) = one.references.items()
    other = context.row(context.catalog.prefixes[prefix])
    found: Select[Any] = select(other[column or key]).select_from(other.from_clause)
    return found.where(other["id"] == literal_column(value), *other.visibility_conditions())


def _narrowed(one: WritableField, prefix: str) -> WritableField:
    return replace(one, references={prefix: one.references[prefix]})
