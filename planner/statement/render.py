"""From a selection on a row to the JSON that PostgreSQL writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from graphql import FieldNode, SelectionSetNode
from sqlalchemy import FromClause, Uuid, and_, case, null, select

from planner.declaration.bindings import Derived, Embedded, Many, Member, One, OneOf, Page, Value
from planner.declaration.scalar_types import id_kind
from planner.document.arguments import Arguments, Leaf
from planner.document.selection import below
from planner.document.subfields import arguments_of, fields_of
from planner.sql import Column, Condition, JsonObject, json_list, one_value, quoted
from planner.statement.connections import page
from planner.statement.context import Row, Scope, shown


def render(row: Row, selections: Iterable[SelectionSetNode]) -> Column:
    """The row as a JSON object with the fields asked for."""
    fields = fields_of(row.scope, row.type.name, selections)
    return JsonObject((key, _field(row, nodes)) for key, nodes in fields.items())


def _field(row: Row, nodes: Sequence[FieldNode]) -> Column:
    name = nodes[0].name.value
    if name == "__typename":
        return quoted(row.type.name)
    member = row.type.members[name]
    arguments = arguments_of(row.scope, row.type.name, nodes[0])
    match member.binding:
        case Value():
            return _scalar(row, member, arguments)
        case One():
            return _one(row, member, member.binding, nodes)
        case OneOf():
            return _one_of(row, member, member.binding, nodes)
        case Many():
            return many(row.scope, member, member.binding, arguments, nodes, row)
        case Page():
            return page(row.scope, member, nodes, arguments, row, render)
        case Derived():
            return derived(row.scope, member, member.binding, arguments, nodes, row)
        case Embedded():
            return _embedded(row, member, member.binding, nodes)
    raise TypeError(f"{row.type.name}.{name} is no field of a row")


def _scalar(row: Row, member: Member, arguments: Arguments) -> Column:
    assert member.kind is not None
    return member.kind.json(shown(row, member, arguments))


def _one(row: Row, member: Member, binding: One, nodes: Sequence[FieldNode]) -> Column:
    also = row.masks([member.name])
    return by_key(row.scope, member.target, row[binding.key], below(nodes), also)


def by_key(
    scope: Scope,
    type_name: str,
    key: Column,
    selections: Sequence[SelectionSetNode],
    also: Sequence[Condition] = (),
) -> Column:
    """The visible row of the type with this key, as an object; null if there is none."""
    row = scope.row(type_name)
    return found(row, [row["id"] == key, *also], selections)


def found(row: Row, conditions: Sequence[Condition], selections: Sequence[SelectionSetNode]) -> Column:
    """The one visible row that fulfils the conditions, as an object; null if there is none."""
    wanted = [*conditions, *row.visible()]
    value = render(row, selections)
    return one_value(select(value).select_from(row.clause).where(*wanted), *row.own)


def _one_of(row: Row, member: Member, binding: OneOf, nodes: Sequence[FieldNode]) -> Column:
    also = row.masks([member.name])
    cases = []
    for target, expression in binding.keys.items():
        key = expression(row, {})
        cases.append((key.is_not(None), by_key(row.scope, target, key, below(nodes), also)))
    return case(*cases, else_=null())


def many(
    scope: Scope,
    member: Member,
    binding: Many,
    arguments: Arguments,
    nodes: Sequence[FieldNode],
    parent: Row | None,
) -> Column:
    """All rows tied to the parent, or all there are, as a JSON list."""
    target = scope.row(member.target)
    tie = [binding.join(parent, target)] if binding.join and parent else []
    wanted = [*tie, *target.visible(), *(parent.masks([member.name]) if parent else [])]
    given = [(name, leaf) for name, leaf in arguments.items() if isinstance(leaf, Leaf)]
    wanted += [_equal(target, binding.equal[name], leaf) for name, leaf in given if leaf.value is not None]
    value = render(target, below(nodes))
    items = json_list(value, *_ordered(target.source, binding.order), target["id"])
    return one_value(select(items).select_from(target.clause).where(*wanted), *target.own)


def _equal(row: Row, column: str, leaf: Leaf) -> Condition:
    """The column equals the argument; a key is given as the global id of the row it refers to."""
    if isinstance(row[column].type, Uuid):
        return row[column] == row.scope.bind(leaf, Uuid(), _key_of(row, column))
    return row[column] == row.scope.bind(leaf, row[column].type)


def _key_of(row: Row, column: str) -> Any:
    (foreign,) = row.type.table.c[column].foreign_keys  # type: ignore[union-attr]
    prefix = foreign.column.table.name
    return id_kind(prefix, frozenset(row.scope.catalog.prefixes)).convert


def derived(
    scope: Scope,
    member: Member,
    binding: Derived,
    arguments: Arguments,
    nodes: Sequence[FieldNode],
    parent: Row | None,
) -> Column:
    """A list of value objects, a row of the derived table each."""
    source = binding.source(parent, arguments, scope)
    language = parent.language if parent else scope.language
    if binding.limit is not None:
        source = _limited(source, binding, arguments, scope)
    row = Row(scope.catalog.types[member.target], source, scope, language)
    items = json_list(render(row, below(nodes)), *_ordered(source, binding.order))
    conditions = parent.masks([member.name]) if parent else []
    return one_value(select(items).select_from(row.clause).where(*conditions), *row.own)


def _limited(source: FromClause, binding: Derived, arguments: Arguments, scope: Scope) -> FromClause:
    assert binding.limit is not None
    statement = select(*source.c).order_by(*_ordered(source, binding.order))
    return statement.limit(binding.limit(arguments, scope)).correlate_except(source).subquery()


def _ordered(source: FromClause, order: Sequence[str]) -> list[Any]:
    """Columns to order by; a leading `-` means descending."""
    return [source.c[name[1:]].desc() if name.startswith("-") else source.c[name] for name in order]


def _embedded(row: Row, member: Member, binding: Embedded, nodes: Sequence[FieldNode]) -> Column:
    inner = Row(row.scope.catalog.types[member.target], row.source, row.scope, row.language, row.joins)
    value = render(inner, below(nodes))
    present = [binding.present(row), *row.masks([member.name])]
    return case((and_(*present), value), else_=null())
