"""Argument values that know which variables they came from, so that a plan can be reused with other values.

An argument tree is an `ArgumentValue` (a scalar, an enum, a list of them, or null), a dict (an input object
with the keys that were present) or a list of dicts. Planning uses values that are part of the variables'
shape; all others become parameters, which `ArgumentValue.read` reads for each request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    is_input_object_type,
    is_list_type,
    value_from_ast,
)

Variables: TypeAlias = Mapping[str, Any]
ReadValue: TypeAlias = Callable[[Variables], Any]


@dataclass(frozen=True, slots=True)
class ArgumentValue:
    """A coerced value; `read` finds it in another request's variables, and is None for a constant."""

    value: Any
    read: ReadValue | None = None


ArgumentTree: TypeAlias = "ArgumentValue | dict[str, ArgumentTree] | list[ArgumentTree]"
Arguments: TypeAlias = dict[str, ArgumentTree]


def argument_trees(definition: GraphQLField, node: FieldNode, variables: Variables) -> Arguments:
    """The arguments that are given or have a default; one whose variable is absent counts as not given."""
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    return _members(definition.args, given, variables)


def _members(
    definitions: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField],
    given: Mapping[str, ValueNode],
    variables: Variables,
) -> Arguments:
    located: Arguments = {}
    for name, definition in definitions.items():
        node = given.get(name)
        if node is None or (isinstance(node, VariableNode) and node.name.value not in variables):
            if definition.default_value is not Undefined:
                located[name] = _from_coerced(definition.default_value, definition.type, None)
        else:
            located[name] = _tree(node, definition.type, variables)
    return located


def _tree(node: ValueNode, type_: GraphQLInputType, variables: Variables) -> ArgumentTree:
    if isinstance(node, VariableNode):
        name = node.name.value
        return _from_coerced(variables[name], type_, lambda values: values[name])
    type_ = nullable(type_)
    if isinstance(type_, GraphQLInputObjectType) and isinstance(node, ObjectValueNode):
        return _members(type_.fields, {f.name.value: f.value for f in node.fields}, variables)
    if is_list_type(type_) and is_input_object_type(get_named_type(type_)):
        return _list_tree(node, type_, variables)
    constant = not _mentions_variable(node)
    value = to_driver_value(value_from_ast(node, type_, dict(variables)))
    return ArgumentValue(
        value, None if constant else lambda values: to_driver_value(value_from_ast(node, type_, dict(values)))
    )


def _list_tree(node: ValueNode, type_: GraphQLList[Any], variables: Variables) -> ArgumentTree:
    if isinstance(node, ListValueNode):
        return [_tree(item, type_.of_type, variables) for item in node.values]
    single = _tree(node, type_.of_type, variables)
    return single if isinstance(single, ArgumentValue) and single.value is None else [single]


def _from_coerced(value: Any, type_: GraphQLInputType, read: ReadValue | None) -> ArgumentTree:
    """The tree of a value that is already coerced."""
    type_ = nullable(type_)
    if value is not None and isinstance(type_, GraphQLInputObjectType):
        return {
            name: _from_coerced(member, type_.fields[name].type, _inside(read, name))
            for name, member in value.items()
        }
    if value is not None and is_list_type(type_) and is_input_object_type(get_named_type(type_)):
        return [_from_coerced(item, type_.of_type, _inside(read, index)) for index, item in enumerate(value)]
    if read is None:
        return ArgumentValue(to_driver_value(value))
    return ArgumentValue(to_driver_value(value), lambda values: to_driver_value(read(values)))


def _inside(read: ReadValue | None, key: str | int) -> ReadValue | None:
    return None if read is None else lambda values: read(values)[key]


def _mentions_variable(node: ValueNode) -> bool:
    if isinstance(node, ListValueNode):
        return any(map(_mentions_variable, node.values))
    if isinstance(node, ObjectValueNode):
        return any(_mentions_variable(field.value) for field in node.fields)
    return isinstance(node, VariableNode)


def non_null(arguments: Arguments, name: str) -> ArgumentValue | None:
    """An argument's value; None if it is absent or null."""
    leaf = arguments.get(name)
    return leaf if isinstance(leaf, ArgumentValue) and leaf.value is not None else None


def nullable(type_: GraphQLInputType) -> GraphQLInputType:
    """The type without its `!`."""
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def to_driver_value(value: Any) -> Any:
    """The value for the driver: an enum member as its value, also within lists."""
    if isinstance(value, Enum):
        return value.value
    return [to_driver_value(item) for item in value] if isinstance(value, list) else value
