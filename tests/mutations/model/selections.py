"""What is selected of objects and lists, so that both can be compared."""

from __future__ import annotations

from functools import cache
from typing import Any

from graphql import (
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_union_type,
)

import schema
from tests.reference.executor import reference_schema
from tests.reference.field_sources import NODES

NOT_COMPARED = {"createdAt", "updatedAt", "collaborations", "computed"}
"""Moments that only the database knows; what is of all projects of an institution; what servers count."""
ACTIONS_LISTED = "availableActions { name allowed reasons { code path message } }"


@cache
def selection(type_: str) -> str:
    """What an object shows by itself, and what it refers to, by id."""
    object_type = reference_schema(schema.sdl()).type_map[type_]
    assert isinstance(object_type, GraphQLObjectType)
    parts = [one for name, f in object_type.fields.items() if (one := _selected(name, f))]
    return " ".join(parts)


def _selected(name: str, field_: Any) -> str | None:
    target = get_named_type(field_.type)
    if name in NOT_COMPARED | {"availableActions", "id", "version"}:
        return None
    if is_leaf_type(target):
        return name
    if (referred := _by_id(target)) is not None:
        return None if is_list_type(get_nullable_type(field_.type)) else f"{name} {referred}"
    if target.name.endswith("Connection") or not isinstance(target, GraphQLObjectType):
        return None
    inner = [one for n, f in target.fields.items() if (one := _selected_within(n, get_named_type(f.type)))]
    return f"{name} {{ {' '.join(inner)} }}"


def _selected_within(name: str, target: GraphQLNamedType) -> str | None:
    if is_leaf_type(target):
        return name
    referred = _by_id(target)
    return None if referred is None else f"{name} {referred}"


def _by_id(target: GraphQLNamedType) -> str | None:
    """What is selected of another object, if it is one: of one of several, too."""
    if target.name in NODES:
        return "{ id }"
    return "{ ... on Node { id } }" if is_union_type(target) else None


@cache
def listed(type_: str) -> str:
    """The list of all of the type, if there is one."""
    query = reference_schema(schema.sdl()).query_type
    assert query is not None
    names = [n for n, f in query.fields.items() if get_named_type(f.type).name == f"{type_}Connection"]
    return "".join(f" {name}(first: 4) {{ totalCount nodes {{ id version }} }}" for name in names)


@cache
def seen_as(type_: str) -> str:
    object_type = reference_schema(schema.sdl()).type_map[type_]
    assert isinstance(object_type, GraphQLObjectType)
    actions = ACTIONS_LISTED if "availableActions" in object_type.fields else ""
    fields = f"id version {selection(type_)} {actions}"
    return f"query ($id: ID!) {{ object: node(id: $id) {{ ... on {type_} {{ {fields} }} }} }}"
