"""The catalog: every declared type with its bindings."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphql import GraphQLObjectType, GraphQLSchema

from planner.declaration.bindings import Member, TypeBinding
from planner.declaration.write_action import WriteAction


class DeclarationError(Exception):
    """The schema can't be built: declarations, tables and policy are inconsistent."""


@dataclass(slots=True, repr=False)
class Catalog:
    """Type name → binding, and prefix of a global id → type name."""

    types: dict[str, TypeBinding] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    actions: dict[str, WriteAction] = field(default_factory=dict)
    """Name of a mutation of rows → its action."""
    bulk_actions: dict[str, WriteAction] = field(default_factory=dict)
    """Name of a mutation of a list → the action that is carried out for each item."""

    def add(self, type_: TypeBinding) -> None:
        if type_.name in self.types or (type_.prefix in self.prefixes):
            raise DeclarationError(f"{type_.name} (prefix {type_.prefix}) is declared twice")
        self.types[type_.name] = type_
        if type_.prefix is not None:
            self.prefixes[type_.prefix] = type_.name

    def action(self, mutation: str) -> WriteAction | None:
        """The action of a mutation, or of each item of a bulk mutation; None if it is neither."""
        return self.actions.get(mutation) or self.bulk_actions.get(mutation)

    def actions_of(self, type_name: str) -> list[WriteAction]:
        """The mutations of an existing row."""
        return [one for one in self.all_actions_of(type_name) if one.creation is None]

    def creations_of(self, type_name: str) -> list[WriteAction]:
        """The mutations that create a row of the type."""
        return [one for one in self.all_actions_of(type_name) if one.creation is not None]

    def all_actions_of(self, type_name: str) -> list[WriteAction]:
        """The mutations of a type's rows."""
        return [action for action in self.actions.values() if action.type_name == type_name]

    def member(self, type_name: str, name: str) -> Member | None:
        type_ = self.types.get(type_name)
        return type_.members.get(name) if type_ else None


def unbound(catalog: Catalog, schema: GraphQLSchema) -> list[str]:
    """The fields of the schema that have neither a binding nor a resolver."""
    missing = []
    for type_ in schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType) or type_.name.startswith("__"):
            continue
        for name, field_ in type_.fields.items():
            definition = field_.extensions.get("strawberry-definition")
            resolved = definition is not None and definition.base_resolver is not None
            plain = type_.name not in catalog.types
            if catalog.member(type_.name, name) is None and not resolved and not plain:
                missing.append(f"{type_.name}.{name}")
    return missing
