"""What a field asks for within a scope: its sub-fields by response key, and its located arguments."""

from __future__ import annotations

from collections.abc import Iterable

from graphql import FieldNode, GraphQLObjectType, SelectionSetNode

from planner.document.arguments import Arguments, locate_arguments
from planner.document.selection import Fields, collect
from planner.statement.context import Scope


def fields_of(scope: Scope, type_name: str, selections: Iterable[SelectionSetNode]) -> Fields:
    type_ = scope.schema.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    return collect(scope.schema, type_, selections, scope.fragments, scope.variables)


def arguments_of(scope: Scope, type_name: str, node: FieldNode) -> Arguments:
    type_ = scope.schema.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    return locate_arguments(type_.fields[node.name.value], node, scope.variables)
