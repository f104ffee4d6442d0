"""Facets: counts of a connection's rows by the values of a field, and filters on those values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graphql import FieldNode
from sqlalchemy import Integer, Text, any_, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from planner.declaration.bindings import FacetSource, TypeBinding
from planner.declaration.scalar_types import IntAtMost, strict_text
from planner.document.arguments import Arguments, ArgumentValue, non_null
from planner.document.selection import collect_subfields, sub_selections
from planner.sql import Column, Condition, JsonObject, json_list, literal_text, scalar_subquery
from planner.statement.context import PlanningContext, RowSource

DEFAULT_LIMIT = 20


@dataclass(frozen=True, slots=True)
class _FacetQuery:
    """The rows that facets count, and how many values each returns at most."""

    context: PlanningContext
    type: TypeBinding
    matching: Callable[[RowSource], list[Condition]]
    limit: Column


@dataclass(frozen=True, slots=True)
class _FacetKey:
    """A facet's value without the prefix of its global id; None if it lacks the prefix."""

    prefix: str | None

    def __call__(self, value: str) -> str | None:
        text = strict_text(value)
        if self.prefix is None:
            return text
        prefix, _, key = text.partition("_")
        return key if prefix == self.prefix else None


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
    stored = _FacetKey(source.prefix)
    value = cast(source.value(row), ARRAY(Text()) if source.many else Text())
    masks = row.mask_conditions(source.fields)
    if operator == "in":
        given = row.context.bind(leaf, ARRAY(Text()), _FacetKeys(stored))
        found = value.op("&&", is_comparison=True)(given) if source.many else value == any_(given)
    else:
        single = row.context.bind(leaf, Text(), stored)
        found = single == any_(value) if source.many else value == single
    return [*masks, found]


def render_facets(
    context: PlanningContext,
    type_: TypeBinding,
    matching: Callable[[RowSource], list[Condition]],
    arguments: Arguments,
    nodes: Sequence[FieldNode],
) -> Column:
    """All facets of the type as a JSON list, with the number of matching rows for each value."""
    query = _FacetQuery(context, type_, matching, _limit(context, arguments))
    fields = collect_subfields(context, "Facet", sub_selections(nodes))
    objects = []
    for name, source in type_.facets.items():
        parts = [(key, _facet(query, name, source, field_nodes)) for key, field_nodes in fields.items()]
        objects.append(JsonObject(parts))
    return func.json_build_array(*objects)


def _limit(context: PlanningContext, arguments: Arguments) -> Column:
    leaf = non_null(arguments, "limit") or ArgumentValue(DEFAULT_LIMIT)
    return context.bind(leaf, Integer(), IntAtMost("limit", context.limits.max_page_size))


def _facet(query: _FacetQuery, name: str, source: FacetSource, nodes: Sequence[FieldNode]) -> Column:
    match nodes[0].name.value:
        case "name":
            return literal_text(name)
        case "values":
            return _values(query, source, nodes)
    return literal_text("Facet")


def _values(query: _FacetQuery, source: FacetSource, nodes: Sequence[FieldNode]) -> Column:
    """The values, most frequent first, then by value; nulls aren't counted."""
    row = query.context.row(query.type.name)
    value = source.value(row)
    wanted = [*query.matching(row), *row.mask_conditions(source.fields)]
    if source.many:
        value = func.unnest(value)
    each = select(value.label("value")).select_from(row.from_clause).where(*wanted)
    single = each.correlate_except(*row.from_clauses).subquery()
    counted = (
        select(single.c.value, func.count().label("count"))
        .where(single.c.value.is_not(None))
        .group_by(single.c.value)
        .order_by(literal_column("2").desc(), cast(single.c.value, Text).collate("C"))
        .limit(query.limit)
        .correlate_except(single)
        .subquery()
    )
    fields = collect_subfields(query.context, "FacetValue", sub_selections(nodes))
    text = cast(counted.c.value, Text)
    label = source.label(row, counted.c.value) if source.label else text
    given = literal_text(f"{source.prefix}_").concat(text) if source.prefix else text
    columns = {"value": given, "label": label, "count": counted.c["count"]}
    item = JsonObject(
        (key, columns.get(field_nodes[0].name.value, literal_text("FacetValue")))
        for key, field_nodes in fields.items()
    )
    order = (counted.c["count"].desc(), cast(counted.c.value, Text).collate("C"))
    return scalar_subquery(select(json_list(item, *order)).select_from(counted), counted)
