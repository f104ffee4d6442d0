"""A field's subfields by response key, and its arguments as trees."""

from __future__ import annotations

from collections.abc import Iterable

from graphql import FieldNode, GraphQLObjectType, SelectionSetNode

from planner.document.arguments import Arguments, argument_trees
from planner.document.selection import Fields, collect_fields
from planner.statement.context import PlanningContext


def collect_subfields(
    context: PlanningContext, type_name: str, selections: Iterable[SelectionSetNode]
) -> Fields:
    type_ = context.schema.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    return collect_fields(context.schema, type_, selections, context.fragments, context.variables)


def argument_values(context: PlanningContext, type_name: str, node: FieldNode) -> Arguments:
    type_ = context.schema.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    return argument_trees(type_.fields[node.name.value], node, context.variables)
