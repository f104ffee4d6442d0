"""The selected fields of a type by response key, merged as GraphQL's CollectFields says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    is_abstract_type,
)

from planner.document.arguments import Arguments, Variables, argument_trees

Fields = dict[str, list[FieldNode]]


class DocumentContext(Protocol):
    """What selections and arguments are read by."""

    @property
    def schema(self) -> GraphQLSchema: ...

    @property
    def fragments(self) -> Mapping[str, FragmentDefinitionNode]: ...

    @property
    def variables(self) -> Variables: ...


def collect_subfields(
    context: DocumentContext, type_name: str, selections: Iterable[SelectionSetNode]
) -> Fields:
    """The fields that the selection sets ask of an object type, by name, as `collect_fields` has them."""
    type_ = _object_type(context, type_name)
    return collect_fields(context.schema, type_, selections, context.fragments, context.variables)


def argument_values(context: DocumentContext, type_name: str, node: FieldNode) -> Arguments:
    """The arguments of a field of an object type."""
    return argument_trees(_object_type(context, type_name).fields[node.name.value], node, context.variables)


def _object_type(context: DocumentContext, name: str) -> GraphQLObjectType:
    type_ = context.schema.type_map[name]
    assert isinstance(type_, GraphQLObjectType)
    return type_


def collect_fields(
    schema: GraphQLSchema,
    type_: GraphQLObjectType,
    selections: Iterable[SelectionSetNode],
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Variables,
) -> Fields:
    """The fields that the selection sets ask of an object of this type, in the order they are first met."""
    fields: Fields = {}
    spread: set[str] = set()

    def visit(selection_set: SelectionSetNode) -> None:
        for selection in selection_set.selections:
            if not should_include_node(selection, variables):
                continue
            if isinstance(selection, FieldNode):
                fields.setdefault(response_key(selection), []).append(selection)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                if condition is None or _type_condition_applies(schema, condition.name.value, type_):
                    visit(selection.selection_set)
            elif (name := selection.name.value) not in spread:  # type: ignore[attr-defined]
                spread.add(name)
                fragment = fragments[name]
                if _type_condition_applies(schema, fragment.type_condition.name.value, type_):
                    visit(fragment.selection_set)

    for selection_set in selections:
        visit(selection_set)
    return fields


def sub_selections(nodes: Sequence[FieldNode]) -> list[SelectionSetNode]:
    """The selection sets under fields that share a response key."""
    return [node.selection_set for node in nodes if node.selection_set is not None]


def response_key(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def should_include_node(selection: SelectionNode, variables: Variables) -> bool:
    """Whether `@skip` and `@include` leave the selection in; `@skip` wins."""
    for directive in selection.directives or ():
        name = directive.name.value
        if name == GraphQLSkipDirective.name and _condition(directive, variables):
            return False
        if name == GraphQLIncludeDirective.name and not _condition(directive, variables):
            return False
    return True


def _condition(directive: DirectiveNode, variables: Variables) -> bool:
    (argument,) = directive.arguments or ()
    value: Any = argument.value
    if isinstance(value, VariableNode):
        return bool(variables[value.name.value])
    return bool(value.value)


def _type_condition_applies(schema: GraphQLSchema, condition: str, type_: GraphQLObjectType) -> bool:
    if condition == type_.name:
        return True
    conditional = schema.type_map[condition]
    return is_abstract_type(conditional) and schema.is_sub_type(conditional, type_)
