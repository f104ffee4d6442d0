"""The root fields of a query: single rows, lookups by id, connections, lists and the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graphql import FieldNode
from sqlalchemy import Text, Uuid, case, func, null, select
from sqlalchemy.dialects.postgresql import ARRAY

from planner.changes.change_objects import change_connection, feed_cursor
from planner.declaration.bindings import (
    ByGlobalId,
    ByKey,
    ByLink,
    ChangeCursor,
    Changes,
    Derived,
    DerivedObject,
    Explanation,
    Log,
    Member,
    Search,
    ToConnection,
    ToMany,
)
from planner.declaration.scalar_types import SCALAR_TYPES, parse_global_id
from planner.document.arguments import Arguments, ArgumentValue, non_null
from planner.document.selection import argument_values, sub_selections
from planner.errors import BadUserInput, bad_input
from planner.errors.translation.graphql_value import print_value
from planner.messages import message
from planner.sql import Column, Condition, json_list, literal_text, scalar_subquery
from planner.statement.connections import plan_connection
from planner.statement.context import PlanningContext, RowSource, SelectedField
from planner.statement.explanation import plan_explanation
from planner.statement.log import plan_log
from planner.statement.render import (
    object_by_key,
    object_where,
    render_derived,
    render_derived_object,
    render_list,
    render_object,
)
from planner.statement.search import plan_search

QUERY_TYPE = "Query"


def plan_root_field(context: PlanningContext, nodes: Sequence[FieldNode]) -> Column:
    """The JSON of a root field, as a scalar subquery."""
    member = context.catalog.types[QUERY_TYPE].members[nodes[0].name.value]
    arguments = argument_values(context, QUERY_TYPE, nodes[0])
    match member.binding:
        case ByKey():
            return _single(context, member, member.binding, arguments, nodes)
        case ByLink():
            return _linked(context, member, member.binding, arguments["link"], nodes)
        case ByGlobalId(many=True):
            return _lookup_all(context, arguments["ids"], nodes)
        case ByGlobalId():
            return _lookup(context, arguments["id"], nodes)
        case ToConnection():
            return plan_connection(context, SelectedField(member, arguments, nodes), None, render_object)
        case ToMany():
            return render_list(context, SelectedField(member, arguments, nodes), None)
        case Derived():
            return render_derived(context, SelectedField(member, arguments, nodes), None)
        case DerivedObject():
            return render_derived_object(context, SelectedField(member, arguments, nodes))
        case Search():
            return plan_search(context, member.binding, arguments, nodes)
        case Changes():
            return change_connection(context, member.binding, arguments, nodes)
        case ChangeCursor():
            return feed_cursor(context, member.binding)
        case Log():
            return plan_log(context, member, member.binding, arguments, nodes)
        case Explanation():
            return plan_explanation(context, member, member.binding, arguments, nodes)
    raise TypeError(f"{member.name} is not a root field")


def _single(
    context: PlanningContext, member: Member, binding: ByKey, arguments: Arguments, nodes: Sequence[FieldNode]
) -> Column:
    row = context.row(member.target)
    keys_given = [(column, non_null(arguments, name)) for name, column in binding.keys.items()]
    keys = [_key(row, column, leaf) for column, leaf in keys_given if leaf is not None]
    if not keys:
        names = ", ".join(f"`{name}`" for name in binding.keys)
        raise bad_input(message("argument.no_key", names=names))
    return object_where(row, keys, sub_selections(nodes))


def _key(row: RowSource, column: str, leaf: ArgumentValue) -> Condition:
    """Whether the column equals the value, converted by the scalar type of the column's field."""
    member = next((m for m in row.type.members.values() if m.name == _field_of(column)), None)
    kind = member.scalar_type if member and member.scalar_type else SCALAR_TYPES[str]
    return row[column] == row.context.bind(leaf, kind.sql, kind.convert)


def _field_of(column: str) -> str:
    head, *rest = column.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _linked(
    context: PlanningContext, member: Member, binding: ByLink, leaf: Any, nodes: Sequence[FieldNode]
) -> Column:
    holder = context.holding(binding.role, binding.row(context, leaf))
    key = holder.single_attribute(binding.role)
    return object_by_key(holder, member.target, key, sub_selections(nodes))


def _lookup(context: PlanningContext, leaf: Any, nodes: Sequence[FieldNode]) -> Column:
    """The row of the id's type; the plan is only for ids of this type, since the shape has their prefix."""
    prefixes = frozenset(context.catalog.prefixes)
    prefix, _ = parse_global_id(leaf.value, prefixes)
    if prefix not in _prefixes_read(context):
        raise bad_input(message("argument.not_followed", id=print_value(leaf.value)))
    key = context.bind(leaf, Uuid(), _KeyOfPrefix(prefix, prefixes))
    return object_by_key(context, context.catalog.prefixes[prefix], key, sub_selections(nodes))


def _prefixes_read(context: PlanningContext) -> Mapping[str, str]:
    """The prefixes of types that `node` finds, with the types: first those in the change feed, which live
    queries find alone."""
    types, prefixes = context.catalog.types, context.catalog.prefixes
    followed = {prefix: name for prefix, name in prefixes.items() if types[name].followed}
    return followed if context.tracks_tables else {**followed, **prefixes}


@dataclass(frozen=True, slots=True)
class _KeyOfPrefix:
    """The key in a global id with this prefix; None for another prefix."""

    prefix: str
    prefixes: frozenset[str]

    def __call__(self, value: str) -> UUID | None:
        prefix, key = parse_global_id(value, self.prefixes)
        return key if prefix == self.prefix else None


@dataclass(frozen=True, slots=True)
class _GlobalIdComponents:
    """The prefixes (side 0) or keys (side 1) of a list of global ids; None for malformed ones."""

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
        return [self._component(value) for value in values]

    def _component(self, value: str) -> Any:
        try:
            return parse_global_id(value, self.prefixes)[self.side]
        except BadUserInput:
            return None


def _lookup_all(context: PlanningContext, leaf: Any, nodes: Sequence[FieldNode]) -> Column:
    """The rows of a list of ids, in its order; null for ids that are unknown, hidden or malformed."""
    prefixes, most = frozenset(context.catalog.prefixes), context.limits.max_page_size
    requested = (
        func.unnest(
            context.bind(leaf, ARRAY(Text()), _GlobalIdComponents(prefixes, 0, most)),
            context.bind(leaf, ARRAY(Uuid()), _GlobalIdComponents(prefixes, 1, most)),
        )
        .table_valued("prefix", "key", with_ordinality="position")
        .render_derived()
    )
    cases = [
        (
            requested.c.prefix == literal_text(prefix),
            object_by_key(context, type_name, requested.c.key, sub_selections(nodes)),
        )
        for prefix, type_name in _prefixes_read(context).items()
    ]
    items = json_list(case(*cases, else_=null()), requested.c.position)
    return scalar_subquery(select(items).select_from(requested), requested)
