"""The cost of introspection, which Python executes: estimated field by field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    SelectionSetNode,
    get_named_type,
)

from planner.cost.operation_cost import Cost
from planner.document.arguments import Variables
from planner.document.document_limits import Fragments
from planner.document.selection import Fields, collect_fields, sub_selections

INTROSPECTION = ("__schema", "__type")
FIELDS_EACH = 10
"""So many fields are as much as one object of the database, about."""

LENGTHS = {"fields": 8, "inputFields": 4, "args": 2, "enumValues": 2, "possibleTypes": 2, "interfaces": 2}
"""The usual length of a type's lists; a type requested by name counts `LARGE` times as much."""

LARGE = 4


@dataclass(frozen=True, slots=True)
class IntrospectionCost:
    """An operation's selections on the schema; lists count by how long they usually are."""

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
        work = self._object(_type_of(self.schema, name), selections)
        return Cost(1 + work * (LARGE if name == "__type" else 1) // FIELDS_EACH)

    def _object(self, type_: GraphQLObjectType, selections: Iterable[SelectionSetNode]) -> int:
        fields = collect_fields(self.schema, type_, selections, self.fragments, self.variables)
        total = len(fields)
        for nodes in fields.values():
            name = nodes[0].name.value
            named = get_named_type(type_.fields[name].type) if name in type_.fields else None
            if isinstance(named, GraphQLObjectType):
                total += self._work(name, self._object(named, sub_selections(nodes)))
        return total

    def _work(self, name: str, below_it: int) -> int:
        """The work of a field, times the length of its list; every other type is a wrapped one."""
        if name == "types":
            return len(self.schema.type_map) * below_it
        return below_it // 2 if name == "ofType" else LENGTHS.get(name, 1) * below_it


def _type_of(schema: GraphQLSchema, name: str) -> GraphQLObjectType:
    type_ = schema.type_map["__Schema" if name == "__schema" else "__Type"]
    assert isinstance(type_, GraphQLObjectType)
    return type_
