"""Facets: the rows of a connection counted by the values of a field."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphql import FieldNode
from sqlalchemy import Integer, Text, cast, func, literal_column, select

from planner.declaration.bindings import FacetSource, TypeBinding
from planner.declaration.scalar_types import Within
from planner.document.arguments import Arguments, Leaf, given
from planner.document.selection import below
from planner.document.subfields import fields_of
from planner.sql import Column, Condition, JsonObject, json_list, one_value, quoted
from planner.statement.context import Row, Scope

DEFAULT_LIMIT = 20


def facets(
    scope: Scope,
    type_: TypeBinding,
    matching: Callable[[Row], list[Condition]],
    arguments: Arguments,
    nodes: Sequence[FieldNode],
) -> Column:
    """All facets of the type as a JSON list; each value with the number of matching rows that have it."""
    limit = _limit(scope, arguments)
    fields = fields_of(scope, "Facet", below(nodes))
    objects = []
    for name, source in type_.facets.items():
        parts = [
            (key, _part(scope, type_, matching, name, source, limit, asked)) for key, asked in fields.items()
        ]
        objects.append(JsonObject(parts))
    return func.json_build_array(*objects)


def _limit(scope: Scope, arguments: Arguments) -> Column:
    leaf = given(arguments, "limit") or Leaf(DEFAULT_LIMIT)
    return scope.bind(leaf, Integer(), Within("limit", scope.limits.max_page_size))


def _part(
    scope: Scope,
    type_: TypeBinding,
    matching: Callable[[Row], list[Condition]],
    name: str,
    source: FacetSource,
    limit: Column,
    nodes: Sequence[FieldNode],
) -> Column:
    match nodes[0].name.value:
        case "name":
            return quoted(name)
        case "values":
            return _values(scope, type_, matching, source, limit, nodes)
    return quoted("Facet")


def _values(
    scope: Scope,
    type_: TypeBinding,
    matching: Callable[[Row], list[Condition]],
    source: FacetSource,
    limit: Column,
    nodes: Sequence[FieldNode],
) -> Column:
    """The most frequent values first, ties by value; null is no value."""
    row = scope.row(type_.name)
    value = source.value(row)
    wanted = [*matching(row), *row.masks(source.fields)]
    if source.many:
        value = func.unnest(value)
    each = select(value.label("value")).select_from(row.clause).where(*wanted)
    single = each.correlate_except(*row.own).subquery()
    counted = (
        select(single.c.value, func.count().label("count"))
        .where(single.c.value.is_not(None))
        .group_by(single.c.value)
        .order_by(literal_column("2").desc(), cast(single.c.value, Text).collate("C"))
        .limit(limit)
        .correlate_except(single)
        .subquery()
    )
    fields = fields_of(scope, "FacetValue", below(nodes))
    text = cast(counted.c.value, Text)
    label = source.label(row, counted.c.value) if source.label else text
    given = quoted(f"{source.prefix}_").concat(text) if source.prefix else text
    columns = {"value": given, "label": label, "count": counted.c["count"]}
    item = JsonObject(
        (key, columns.get(asked[0].name.value, quoted("FacetValue"))) for key, asked in fields.items()
    )
    order = (counted.c["count"].desc(), cast(counted.c.value, Text).collate("C"))
    return one_value(select(json_list(item, *order)).select_from(counted), counted)
