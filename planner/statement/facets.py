"""Facets: counts of a connection's rows by the values of a field, and filters on those values.

A facet counts the rows that match the filter without its own conditions on the facet. So a client that has
chosen some values gets the true counts of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graphql import FieldNode
from sqlalchemy import (
    FromClause,
    Integer,
    Text,
    Uuid,
    any_,
    cast,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from planner.declaration.bindings import FacetSource, TypeBinding
from planner.declaration.scalar_types import IntAtMost, strict_text
from planner.document.arguments import Arguments, ArgumentValue, non_null
from planner.document.selection import collect_subfields, sub_selections
from planner.sql import Column, Condition, JsonObject, json_list, literal_text, scalar_subquery
from planner.statement.context import PlanningContext, RowSource

DEFAULT_LIMIT = 20


@dataclass(frozen=True, slots=True)
class FacetRows:
    """The rows that a facet counts, by its name; and its values that the filter chooses, as text arrays."""

    matching: Callable[[str], Callable[[RowSource], list[Condition]]]
    chosen: Callable[[RowSource, str], list[Column]]


@dataclass(frozen=True, slots=True)
class _FacetQuery:
    """The rows that facets count, and how many values each returns at most."""

    context: PlanningContext
    type: TypeBinding
    rows: FacetRows
    limit: Column


@dataclass(frozen=True, slots=True)
class _FacetKey:
    """A facet's value without the prefix of its global id; None if it is no such id."""

    prefix: str | None

    def __call__(self, value: str) -> str | None:
        text = strict_text(value)
        if self.prefix is None:
            return text
        prefix, _, key = text.partition("_")
        return key if prefix == self.prefix and _is_uuid(key) else None


def _is_uuid(text: str) -> bool:
    """Whether the text is a UUID as PostgreSQL writes it."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class _FacetKeys:
    """`_FacetKey` for a list; values that lack the prefix are left out."""

    each: _FacetKey

    def __call__(self, values: Sequence[str]) -> list[str]:
        return [found for found in map(self.each, values) if found is not None]


def facet_conditions(
    row: RowSource, source: FacetSource, operator: str, leaf: ArgumentValue
) -> list[Condition]:
    """Conditions for rows that the facet counts for a value, or for one of several."""
    value = cast(source.value(row), ARRAY(Text()) if source.many else Text())
    masks = row.mask_conditions(source.fields)
    given = facet_operand(row, source, operator, leaf)
    if operator == "in":
        found = value.op("&&", is_comparison=True)(given) if source.many else value == any_(given)
    else:
        found = given == any_(value) if source.many else value == given
    return [*masks, found]


def facet_operand(row: RowSource, source: FacetSource, operator: str, leaf: ArgumentValue) -> Column:
    """A value of the facet as text, or for `in` an array of some, as the facet's expression returns them."""
    stored = _FacetKey(source.prefix)
    if operator == "in":
        return row.context.bind(leaf, ARRAY(Text()), _FacetKeys(stored))
    return row.context.bind(leaf, Text(), stored)


def requested_facets(type_: TypeBinding, arguments: Arguments) -> list[str]:
    """The facets that `names` chooses, in the type's order; all without it."""
    names = non_null(arguments, "names")
    return [name for name in type_.facets if names is None or name in names.value]


def render_facets(
    context: PlanningContext,
    type_: TypeBinding,
    rows: FacetRows,
    arguments: Arguments,
    nodes: Sequence[FieldNode],
) -> Column:
    """The requested facets of the type as a JSON list, with the number of rows for each value."""
    query = _FacetQuery(context, type_, rows, _limit(context, arguments))
    fields = collect_subfields(context, "Facet", sub_selections(nodes))
    return func.json_build_array(
        *(
            JsonObject((key, _facet(query, name, field_nodes)) for key, field_nodes in fields.items())
            for name in requested_facets(type_, arguments)
        )
    )


def _limit(context: PlanningContext, arguments: Arguments) -> Column:
    leaf = non_null(arguments, "limit") or ArgumentValue(DEFAULT_LIMIT)
    return context.bind(leaf, Integer(), IntAtMost("limit", context.limits.max_page_size))


def _facet(query: _FacetQuery, name: str, nodes: Sequence[FieldNode]) -> Column:
    match nodes[0].name.value:
        case "name":
            return literal_text(name)
        case "values":
            return _values(query, name, nodes)
    return literal_text("Facet")


def _values(query: _FacetQuery, name: str, nodes: Sequence[FieldNode]) -> Column:
    """The values, most frequent first, then by value."""
    row, source = query.context.row(query.type.name), query.type.facets[name]
    counted = _counted(query, name, row)
    fields = collect_subfields(query.context, "FacetValue", sub_selections(nodes))
    text = cast(counted.c.value, Text)
    label = source.label(row, _key(source, counted.c.value)) if source.label else text
    given = literal_text(f"{source.prefix}_").concat(text) if source.prefix else text
    columns = {"value": given, "label": label, "count": counted.c["count"]}
    item = JsonObject(
        (key, columns.get(field_nodes[0].name.value, literal_text("FacetValue")))
        for key, field_nodes in fields.items()
    )
    order = (counted.c["count"].desc(), text.collate("C"))
    return scalar_subquery(select(json_list(item, *order)).select_from(counted), counted)


def _key(source: FacetSource, value: Column) -> Column:
    """The value as a key, if its global id has a prefix; chosen values are text."""
    return cast(value, Uuid) if source.prefix else value


def _counted(query: _FacetQuery, name: str, row: RowSource) -> FromClause:
    """The values with their counts up to the limit: first those that are chosen, then the most frequent."""
    chosen = query.rows.chosen(row, name)
    found = _found(query, name, row, chosen)
    count = func.count().filter(found.c.counted) if chosen else func.count()
    most = [func.bool_and(found.c.counted)] if chosen else []  # false, which comes first, for chosen values
    text = cast(found.c.value, Text)
    return (
        select(found.c.value, count.label("count"))
        .where(found.c.value.is_not(None))
        .group_by(found.c.value)
        .order_by(*most, literal_column("2").desc(), text.collate("C"))
        .limit(query.limit)
        .correlate_except(found)
        .subquery()
    )


def _found(query: _FacetQuery, name: str, row: RowSource, chosen: Sequence[Column]) -> FromClause:
    """The value of each row, nulls too; and each chosen one once more, which isn't counted."""
    source = query.type.facets[name]
    value = source.value(row)
    wanted = [*query.rows.matching(name)(row), *row.mask_conditions(source.fields)]
    if source.many:
        value = func.unnest(value)
    value = cast(value, Text) if chosen else value
    each: Any = select(value.label("value"), literal_column("true").label("counted"))
    of_rows = each.select_from(row.from_clause).where(*wanted).correlate_except(*row.from_clauses)
    more = [select(func.unnest(one), literal_column("false")) for one in chosen]
    return union_all(of_rows, *more).subquery() if chosen else of_rows.subquery()
