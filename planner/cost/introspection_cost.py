"""Estimates the cost of introspection, which Python executes field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationType,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
)

from planner.cost.costs import Cost
from planner.document.arguments import Variables
from planner.document.document_limits import Fragments
from planner.document.selection import Fields, collect_fields, sub_selections

INTROSPECTION = ("__schema", "__type")
FIELDS_EACH = 5
"""This many fields count as one object: Python takes 4 µs per field, and the database does nothing."""

USUAL = {"fields": 8, "inputFields": 4, "args": 2, "enumValues": 2, "possibleTypes": 2, "interfaces": 2}
"""The usual lengths of the lists of a type that another refers to, which exceed the average."""

OPERATIONS = {
    "queryType": OperationType.QUERY,
    "mutationType": OperationType.MUTATION,
    "subscriptionType": OperationType.SUBSCRIPTION,
}
LARGE = 5
"""A type requested by name counts as this many usual ones."""


@dataclass(frozen=True, slots=True)
class IntrospectionCost:
    """The cost of an operation's selections on the schema, field by field.

    Lists below `__schema` count by their average length in this schema, which is exact for the sum over all
    types; lists of a root type by their own length, of a type that is reached from another by the usual one.
    """

    schema: GraphQLSchema
    fragments: Fragments
    variables: Variables

    def costs(self, resolved: Fields) -> dict[str, Cost]:
        """The cost of each root field that introspects the schema."""
        query = self.schema.query_type
        assert query is not None
        introspected = {key: nodes for key, nodes in resolved.items() if nodes[0].name.value in INTROSPECTION}
        return {
            key: self._root(nodes[0].name.value, sub_selections(nodes)) for key, nodes in introspected.items()
        }

    def _root(self, name: str, selections: Iterable[SelectionSetNode]) -> Cost:
        lengths = _average_lengths(self.schema) if name == "__schema" else USUAL
        work = self._object(_type_of(self.schema, name), selections, lengths)
        return Cost(1 + int(work * (LARGE if name == "__type" else 1)) // FIELDS_EACH)

    def _object(
        self,
        type_: GraphQLObjectType,
        selections: Iterable[SelectionSetNode],
        lengths: Mapping[str, float],
    ) -> float:
        fields = collect_fields(self.schema, type_, selections, self.fragments, self.variables)
        total: float = len(fields)
        for nodes in fields.values():
            name = nodes[0].name.value
            named = get_named_type(type_.fields[name].type) if name in type_.fields else None
            if isinstance(named, GraphQLObjectType):
                below = self._object(named, sub_selections(nodes), self._lengths_below(name, named, lengths))
                total += _times(name, lengths) * below
        return total

    def _lengths_below(
        self, name: str, type_: GraphQLObjectType, lengths: Mapping[str, float]
    ) -> Mapping[str, float]:
        if name in OPERATIONS:
            return _own_lengths(self.schema.get_root_type(OPERATIONS[name]))
        refers = type_.name == "__Type" and name != "types"
        return USUAL if refers else lengths


def _times(name: str, lengths: Mapping[str, float]) -> float:
    """The number of objects in a field; almost every other type is a wrapper (`ofType`)."""
    return 0.45 if name == "ofType" else lengths.get(name, 1)


def _own_lengths(root: GraphQLObjectType | None) -> Mapping[str, float]:
    if root is None:
        return USUAL
    arguments = sum(len(field.args) for field in root.fields.values())
    return USUAL | {"fields": len(root.fields), "args": arguments / len(root.fields)}


def _average_lengths(schema: GraphQLSchema) -> dict[str, float]:
    types = list(schema.type_map.values())
    composite = [type_ for type_ in types if isinstance(type_, (GraphQLObjectType, GraphQLInterfaceType))]
    abstract = [type_ for type_ in types if is_abstract_type(type_)]
    fields = [field for type_ in composite for field in type_.fields.values()]
    totals = {
        "fields": len(fields),
        "inputFields": sum(len(type_.fields) for type_ in types if isinstance(type_, GraphQLInputObjectType)),
        "enumValues": sum(len(type_.values) for type_ in types if isinstance(type_, GraphQLEnumType)),
        "possibleTypes": sum(len(schema.get_possible_types(type_)) for type_ in abstract),
        "interfaces": sum(len(type_.interfaces) for type_ in composite),
    }
    averages = {name: total / len(types) for name, total in totals.items()}
    arguments = sum(len(field.args) for field in fields) / len(fields)
    return averages | {"args": arguments, "types": len(types), "directives": len(schema.directives)}


def _type_of(schema: GraphQLSchema, name: str) -> GraphQLObjectType:
    type_ = schema.type_map["__Schema" if name == "__schema" else "__Type"]
    assert isinstance(type_, GraphQLObjectType)
    return type_
