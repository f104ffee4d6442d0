"""The root fields of a query: single rows, lookups by id, connections, lists and the search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graphql import FieldNode
from sqlalchemy import Text, Uuid, case, func, null, select
from sqlalchemy.dialects.postgresql import ARRAY

from planner.changes.change_objects import change_cursor, changes_page
from planner.declaration.bindings import (
    ChangeCursor,
    Changes,
    Derived,
    Lookup,
    Many,
    Member,
    Page,
    Search,
    Single,
)
from planner.declaration.scalar_types import KINDS, parse_global_id
from planner.document.arguments import Arguments, Leaf, given
from planner.document.selection import below
from planner.document.subfields import arguments_of
from planner.errors import bad_input
from planner.messages import message
from planner.sql import Column, Condition, json_list, one_value, quoted
from planner.statement.connections import page
from planner.statement.context import Row, Scope
from planner.statement.render import by_key, derived, found, many, render
from planner.statement.search import search

QUERY = "Query"


def root(scope: Scope, nodes: Sequence[FieldNode]) -> Column:
    """The JSON of one root field, as a subquery of its own."""
    member = scope.catalog.types[QUERY].members[nodes[0].name.value]
    arguments = arguments_of(scope, QUERY, nodes[0])
    match member.binding:
        case Single():
            return _single(scope, member, member.binding, arguments, nodes)
        case Lookup(many=True):
            return _lookup_all(scope, arguments["ids"], nodes)
        case Lookup():
            return _lookup(scope, arguments["id"], nodes)
        case Page():
            return page(scope, member, nodes, arguments, None, render)
        case Many():
            return many(scope, member, member.binding, arguments, nodes, None)
        case Derived():
            return derived(scope, member, member.binding, arguments, nodes, None)
        case Search():
            return search(scope, member.binding, arguments, nodes)
        case Changes():
            return changes_page(scope, member.binding, arguments, nodes)
        case ChangeCursor():
            return change_cursor(scope, member.binding)
    raise TypeError(f"{member.name} is no root field")


def _single(
    scope: Scope, member: Member, binding: Single, arguments: Arguments, nodes: Sequence[FieldNode]
) -> Column:
    row = scope.row(member.target)
    asked = [(column, given(arguments, name)) for name, column in binding.keys.items()]
    keys = [_key(row, column, leaf) for column, leaf in asked if leaf is not None]
    if not keys:
        names = ", ".join(f"`{name}`" for name in binding.keys)
        raise bad_input(message("argument.no_key", names=names))
    return found(row, keys, below(nodes))


def _key(row: Row, column: str, leaf: Leaf) -> Condition:
    """The field that stands on this column equals the value: by its kind, so that scalars are converted."""
    member = next((m for m in row.type.members.values() if m.name == _field_of(column)), None)
    kind = member.kind if member and member.kind else KINDS[str]
    return row[column] == row.scope.bind(leaf, kind.sql, kind.convert)


def _field_of(column: str) -> str:
    head, *rest = column.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _lookup(scope: Scope, leaf: Any, nodes: Sequence[FieldNode]) -> Column:
    """The row of the id's type; the plan is for ids of this type only: prefixes are part of its shape."""
    prefixes = frozenset(scope.catalog.prefixes)
    prefix, _ = parse_global_id(leaf.value, prefixes)
    key = scope.bind(leaf, Uuid(), _Key(prefix, prefixes))
    return by_key(scope, scope.catalog.prefixes[prefix], key, below(nodes))


@dataclass(frozen=True, slots=True)
class _Key:
    """The key within a global id of the type with this prefix."""

    prefix: str
    prefixes: frozenset[str]

    def __call__(self, value: str) -> UUID | None:
        prefix, key = parse_global_id(value, self.prefixes)
        return key if prefix == self.prefix else None


@dataclass(frozen=True, slots=True)
class _Split:
    """One side of a list of global ids: their prefixes, or their keys."""

    prefixes: frozenset[str]
    side: int
    most: int

    def __call__(self, values: list[str]) -> list[Any]:
        if len(values) > self.most:
            raise bad_input(
                message("argument.too_many_ids", limit=self.most, asked=len(values)),
                limit=self.most,
                asked=len(values),
            )
        return [parse_global_id(value, self.prefixes)[self.side] for value in values]


def _lookup_all(scope: Scope, leaf: Any, nodes: Sequence[FieldNode]) -> Column:
    """The rows of a list of ids, in its order; null for what does not exist or is hidden."""
    prefixes, most = frozenset(scope.catalog.prefixes), scope.limits.max_page_size
    asked = (
        func.unnest(
            scope.bind(leaf, ARRAY(Text()), _Split(prefixes, 0, most)),
            scope.bind(leaf, ARRAY(Uuid()), _Split(prefixes, 1, most)),
        )
        .table_valued("prefix", "key", with_ordinality="place")
        .render_derived()
    )
    cases = [
        (asked.c.prefix == quoted(prefix), by_key(scope, type_name, asked.c.key, below(nodes)))
        for prefix, type_name in scope.catalog.prefixes.items()
    ]
    items = json_list(case(*cases, else_=null()), asked.c.place)
    return one_value(select(items).select_from(asked), asked)
