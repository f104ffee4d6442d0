"""Argument values that remember where they came from, so that a plan can be used again with others.

A located value is a `Leaf` (a scalar, an enum, a list of them, or null), a dict (an input object, with only
the keys that were given) or a list of dicts. What shapes the statement is read while planning; a leaf's
value becomes a parameter and is read again, through `Leaf.read`, for every request that uses the plan.
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
Read: TypeAlias = Callable[[Variables], Any]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A coerced value; `read` finds the value of another request's variables, and is None for a constant."""

    value: Any
    read: Read | None = None


Located: TypeAlias = "Leaf | dict[str, Located] | list[Located]"
Arguments: TypeAlias = dict[str, Located]


def locate_arguments(definition: GraphQLField, node: FieldNode, variables: Variables) -> Arguments:
    """The arguments that were given or have a default; an absent variable is as if nothing was given."""
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    return _locate_members(definition.args, given, variables)


def _locate_members(
    definitions: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField],
    given: Mapping[str, ValueNode],
    variables: Variables,
) -> Arguments:
    located: Arguments = {}
    for name, definition in definitions.items():
        node = given.get(name)
        if node is None or (isinstance(node, VariableNode) and node.name.value not in variables):
            if definition.default_value is not Undefined:
                located[name] = _lift(definition.default_value, definition.type, None)
        else:
            located[name] = _locate(node, definition.type, variables)
    return located


def _locate(node: ValueNode, type_: GraphQLInputType, variables: Variables) -> Located:
    if isinstance(node, VariableNode):
        name = node.name.value
        return _lift(variables[name], type_, lambda values: values[name])
    type_ = nullable(type_)
    if isinstance(type_, GraphQLInputObjectType) and isinstance(node, ObjectValueNode):
        return _locate_members(type_.fields, {f.name.value: f.value for f in node.fields}, variables)
    if is_list_type(type_) and is_input_object_type(get_named_type(type_)):
        return _locate_list(node, type_, variables)
    constant = not _mentions_variable(node)
    value = plain(value_from_ast(node, type_, dict(variables)))
    return Leaf(value, None if constant else lambda values: plain(value_from_ast(node, type_, dict(values))))


def _locate_list(node: ValueNode, type_: GraphQLList[Any], variables: Variables) -> Located:
    if isinstance(node, ListValueNode):
        return [_locate(item, type_.of_type, variables) for item in node.values]
    single = _locate(node, type_.of_type, variables)
    return single if isinstance(single, Leaf) and single.value is None else [single]


def _lift(value: Any, type_: GraphQLInputType, read: Read | None) -> Located:
    """A value that is already coerced, taken apart as far as its input objects reach."""
    type_ = nullable(type_)
    if value is not None and isinstance(type_, GraphQLInputObjectType):
        return {
            name: _lift(member, type_.fields[name].type, _inside(read, name))
            for name, member in value.items()
        }
    if value is not None and is_list_type(type_) and is_input_object_type(get_named_type(type_)):
        return [_lift(item, type_.of_type, _inside(read, index)) for index, item in enumerate(value)]
    if read is None:
        return Leaf(plain(value))
    return Leaf(plain(value), lambda values: plain(read(values)))


def _inside(read: Read | None, key: str | int) -> Read | None:
    return None if read is None else lambda values: read(values)[key]


def _mentions_variable(node: ValueNode) -> bool:
    if isinstance(node, ListValueNode):
        return any(map(_mentions_variable, node.values))
    if isinstance(node, ObjectValueNode):
        return any(_mentions_variable(field.value) for field in node.fields)
    return isinstance(node, VariableNode)


def given(arguments: Arguments, name: str) -> Leaf | None:
    """The leaf that was given for an argument; None if there is none, or null."""
    leaf = arguments.get(name)
    return leaf if isinstance(leaf, Leaf) and leaf.value is not None else None


def nullable(type_: GraphQLInputType) -> GraphQLInputType:
    """The type without its `!`."""
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def plain(value: Any) -> Any:
    """The value as PostgreSQL gets it: an enum's member as its name, also within lists."""
    if isinstance(value, Enum):
        return value.value
    return [plain(item) for item in value] if isinstance(value, list) else value
