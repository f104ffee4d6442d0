"""The selected fields of a type by response key, merged as in CollectFields of the GraphQL specification."""

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
    """What collecting fields and reading arguments need."""

    @property
    def schema(self) -> GraphQLSchema: ...

    @property
    def fragments(self) -> Mapping[str, FragmentDefinitionNode]: ...

    @property
    def variables(self) -> Variables: ...


def collect_subfields(
    context: DocumentContext, type_name: str, selections: Iterable[SelectionSetNode]
) -> Fields:
    """`collect_fields` for an object type by its name."""
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
    """Response key → nodes of the fields that are selected on an object type, in order of appearance."""
    collector = _FieldCollector(schema, type_, fragments, variables)
    for selection_set in selections:
        collector.visit(selection_set)
    return collector.fields


class _FieldCollector:
    """Collects fields of an object type. A class, since a nested function would keep variables in a cycle."""

    __slots__ = ("_fragments", "_schema", "_spread", "_type", "_variables", "fields")

    def __init__(
        self,
        schema: GraphQLSchema,
        type_: GraphQLObjectType,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Variables,
    ) -> None:
        self._schema = schema
        self._type = type_
        self._fragments = fragments
        self._variables = variables
        self._spread: set[str] = set()
        self.fields: Fields = {}

    def visit(self, selection_set: SelectionSetNode) -> None:
        for selection in selection_set.selections:
            if not should_include_node(selection, self._variables):
                continue
            if isinstance(selection, FieldNode):
                self.fields.setdefault(response_key(selection), []).append(selection)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                if condition is None or self._applies(condition.name.value):
                    self.visit(selection.selection_set)
            elif (name := selection.name.value) not in self._spread:  # type: ignore[attr-defined]
                self._spread.add(name)
                fragment = self._fragments[name]
                if self._applies(fragment.type_condition.name.value):
                    self.visit(fragment.selection_set)

    def _applies(self, condition: str) -> bool:
        """Whether a type condition holds for the object type."""
        if condition == self._type.name:
            return True
        conditional = self._schema.type_map[condition]
        return is_abstract_type(conditional) and self._schema.is_sub_type(conditional, self._type)


def sub_selections(nodes: Sequence[FieldNode]) -> list[SelectionSetNode]:
    """The selection sets of fields that share a response key."""
    return [node.selection_set for node in nodes if node.selection_set is not None]


def response_key(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def should_include_node(selection: SelectionNode, variables: Variables) -> bool:
    """Whether `@skip` and `@include` keep the selection; `@skip` takes precedence."""
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
