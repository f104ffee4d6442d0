"""Renders selections on rows as JSON expressions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from graphql import FieldNode, SelectionSetNode
from sqlalchemy import FromClause, Uuid, and_, case, null, select

from planner.declaration.bindings import (
    WITH_ARCHIVED,
    Composed,
    Derived,
    DerivedObject,
    Embedded,
    Member,
    ToConnection,
    ToMany,
    ToOne,
    ToOneOf,
    Value,
)
from planner.declaration.scalar_types import global_id_type
from planner.document.arguments import Arguments, ArgumentValue, non_null
from planner.document.selection import argument_values, collect_subfields, sub_selections
from planner.sql import Column, Condition, JsonObject, json_list, json_of, literal_text, scalar_subquery
from planner.statement.connections import plan_connection
from planner.statement.context import PlanningContext, RowSource, SelectedField, masked_expression
from planner.statement.filters import offered_conditions


def render_object(row: RowSource, selections: Iterable[SelectionSetNode]) -> Column:
    """The row as a JSON object with the selected fields."""
    fields = collect_subfields(row.context, row.type.name, selections)
    return JsonObject((key, _field(row, nodes)) for key, nodes in fields.items())


def _field(row: RowSource, nodes: Sequence[FieldNode]) -> Column:
    name = nodes[0].name.value
    if name == "__typename":
        return literal_text(row.type.name)
    member = row.type.members[name]
    arguments = argument_values(row.context, row.type.name, nodes[0])
    match member.binding:
        case Value():
            return _scalar(row, member, arguments)
        case ToOne():
            return _render_to_one(row, member, member.binding, nodes)
        case ToOneOf():
            return _render_to_one_of(row, member, member.binding, nodes)
        case ToMany():
            return render_list(row.context, SelectedField(member, arguments, nodes), row)
        case ToConnection():
            field = SelectedField(member, arguments, nodes)
            return plan_connection(row.context, field, row, render_object)
        case Derived():
            return render_derived(row.context, SelectedField(member, arguments, nodes), row)
        case Composed(json=json) if json is not None:
            return _composed(row, member, json(row, sub_selections(nodes)))
        case Embedded():
            return _embedded(row, member, member.binding, nodes)
    raise TypeError(f"{row.type.name}.{name} is not a field of a row")


def _scalar(row: RowSource, member: Member, arguments: Arguments) -> Column:
    assert member.scalar_type is not None
    return member.scalar_type.json(masked_expression(row, member, arguments))


def _render_to_one(row: RowSource, member: Member, binding: ToOne, nodes: Sequence[FieldNode]) -> Column:
    also = row.mask_conditions([member.name])
    return object_by_key(row.context, member.target, row[binding.key], sub_selections(nodes), also)


def object_by_key(
    context: PlanningContext,
    type_name: str,
    key: Column,
    selections: Sequence[SelectionSetNode],
    also: Sequence[Condition] = (),
) -> Column:
    """The visible row of the type with this key as a JSON object; null if there is none."""
    row = context.row(type_name)
    return object_where(row, [row["id"] == key, *also], selections)


def object_where(
    row: RowSource, conditions: Sequence[Condition], selections: Sequence[SelectionSetNode]
) -> Column:
    """The visible row that meets the conditions (at most one may) as a JSON object; null if there is none."""
    wanted = [*conditions, *row.visibility_conditions()]
    value = render_object(row, selections)
    return scalar_subquery(select(value).select_from(row.from_clause).where(*wanted), *row.from_clauses)


def _render_to_one_of(row: RowSource, member: Member, binding: ToOneOf, nodes: Sequence[FieldNode]) -> Column:
    also = row.mask_conditions([member.name])
    cases = []
    for target, expression in binding.keys.items():
        key = expression(row, {})
        cases.append((key.is_not(None), object_by_key(row.context, target, key, sub_selections(nodes), also)))
    return case(*cases, else_=null())


def render_list(context: PlanningContext, field: SelectedField, parent: RowSource | None) -> Column:
    """All rows related to the parent, or all rows without one, as a JSON list."""
    member, binding = field.member, field.member.binding
    assert isinstance(binding, ToMany)
    target = context.row(member.target)
    join = [binding.join(parent, target)] if binding.join and parent else []
    wanted = [
        *join,
        *target.visibility_conditions(),
        *_offered(target, field.arguments),
        *(parent.mask_conditions([member.name]) if parent else []),
    ]
    given = [(name, non_null(field.arguments, name)) for name in binding.equal]
    wanted += [_equal(target, binding.equal[name], leaf) for name, leaf in given if leaf is not None]
    value = render_object(target, sub_selections(field.nodes))
    items = json_list(value, *_ordered(target.source, binding.order), target["id"])
    return scalar_subquery(select(items).select_from(target.from_clause).where(*wanted), *target.from_clauses)


def _offered(row: RowSource, arguments: Arguments) -> list[Condition]:
    archived = non_null(arguments, WITH_ARCHIVED.name)
    return [] if archived is not None and archived.value else offered_conditions(row)


def _equal(row: RowSource, column: str, leaf: ArgumentValue) -> Condition:
    """Whether the column equals the argument; for a foreign key, the argument is a global id."""
    if isinstance(row[column].type, Uuid):
        return row[column] == row.context.bind(leaf, Uuid(), _key_of(row, column))
    return row[column] == row.context.bind(leaf, row[column].type)


def _key_of(row: RowSource, column: str) -> Any:
    (foreign,) = row.type.table.c[column].foreign_keys  # type: ignore[union-attr]
    prefix = foreign.column.table.name
    return global_id_type(prefix, frozenset(row.context.catalog.prefixes)).convert


def render_derived(context: PlanningContext, field: SelectedField, parent: RowSource | None) -> Column:
    """A JSON list of value objects, one for each row of the derived table."""
    member, binding = field.member, field.member.binding
    assert isinstance(binding, Derived)
    source = binding.source(parent, field.arguments, context)
    language = parent.language if parent else context.language
    if binding.limit is not None:
        source = _limited(source, binding, field.arguments, context)
    row = RowSource(context.catalog.types[member.target], source, context, language)
    items = json_list(render_object(row, sub_selections(field.nodes)), *_ordered(source, binding.order))
    conditions = parent.mask_conditions([member.name]) if parent else []
    return scalar_subquery(select(items).select_from(row.from_clause).where(*conditions), *row.from_clauses)


def render_derived_object(context: PlanningContext, field: SelectedField) -> Column:
    """A value object: the one row of the derived table."""
    member, binding = field.member, field.member.binding
    assert isinstance(binding, DerivedObject)
    source = binding.source(None, field.arguments, context)
    row = RowSource(context.catalog.types[member.target], source, context, context.language)
    return object_where(row, [], sub_selections(field.nodes))


def _composed(row: RowSource, member: Member, value: Column) -> Column:
    conditions = row.mask_conditions([member.name])
    return case((and_(*conditions), value), else_=json_of([])) if conditions else value


def _limited(
    source: FromClause, binding: Derived, arguments: Arguments, context: PlanningContext
) -> FromClause:
    assert binding.limit is not None
    statement = select(*source.c).order_by(*_ordered(source, binding.order))
    return statement.limit(binding.limit(arguments, context)).correlate_except(source).subquery()


def _ordered(source: FromClause, order: Sequence[str]) -> list[Any]:
    """The columns of ORDER BY; a leading `-` means descending."""
    return [source.c[name[1:]].desc() if name.startswith("-") else source.c[name] for name in order]


def _embedded(row: RowSource, member: Member, binding: Embedded, nodes: Sequence[FieldNode]) -> Column:
    inner = RowSource(
        row.context.catalog.types[member.target], row.source, row.context, row.language, row.joins
    )
    value = render_object(inner, sub_selections(nodes))
    present = [binding.present(row), *row.mask_conditions([member.name])]
    return case((and_(*present), value), else_=null())
