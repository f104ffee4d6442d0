"""The shape of the variables: requests of the same shape share a plan.

The shape has the keys of input objects, which values are null or blank, booleans, prefixes of ids, and the
values of structural enums (order, direction, language). All other values are parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLString,
    is_list_type,
)

from planner.document.arguments import nullable

KeyFunction = Callable[[Any], Hashable]


class KeyFunctions:
    """Makes the function of an input type from a coerced value to its shape.

    `structural` names the enums whose values shape a statement; `prefixes` are the known prefixes of ids.
    """

    def __init__(self, structural: Collection[str], prefixes: Collection[str]) -> None:
        self._structural = frozenset(structural)
        self._prefixes = frozenset(prefixes)
        self._made: dict[GraphQLInputType, KeyFunction] = {}

    def for_type(self, type_: GraphQLInputType) -> KeyFunction:
        if type_ not in self._made:
            self._made[type_] = self._make(nullable(type_))
        return self._made[type_]

    def _make(self, type_: GraphQLInputType) -> KeyFunction:
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_)
        if is_list_type(type_):
            return self._list(type_.of_type)
        if type_ is GraphQLBoolean or (isinstance(type_, GraphQLEnumType) and type_.name in self._structural):
            return lambda value: value
        if type_ is GraphQLID:
            return self._prefix
        return _blankness if type_ is GraphQLString else _presence

    def _object(self, type_: GraphQLInputObjectType) -> KeyFunction:
        def shape(value: dict[str, Any] | None) -> Hashable:
            if value is None:
                return None
            return tuple(
                (name, self.for_type(type_.fields[name].type)(member)) for name, member in value.items()
            )

        return shape

    def _list(self, item: GraphQLInputType) -> KeyFunction:
        inner = nullable(item)
        structural = isinstance(inner, GraphQLEnumType) and inner.name in self._structural
        if not (structural or isinstance(inner, GraphQLInputObjectType)):
            return _presence

        def shape(value: Sequence[Any] | None) -> Hashable:
            return None if value is None else tuple(map(self.for_type(item), value))

        return shape

    def _prefix(self, value: str | None) -> Hashable:
        if value is None:
            return None
        prefix = value.partition("_")[0]
        return prefix if prefix in self._prefixes else ""


def _presence(value: Any) -> Hashable:
    return None if value is None else 1


def _blankness(value: str | None) -> Hashable:
    return None if value is None else 1 if value.strip() else 0


__all__ = ["KeyFunction", "KeyFunctions"]
