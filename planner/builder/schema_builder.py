"""Builds a Strawberry schema and the catalog of bindings from declared classes.

Connections, edges, filters, orders and facets are derived from the declarations.
"""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin

import strawberry
from graphql import GraphQLSchema
from sqlalchemy import FromClause
from sqlmodel import SQLModel
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from planner.builder.declaration import ConnectionTarget, Declaration, TableModel
from planner.builder.implied_fields import add_archival, add_inverses, annotations_of
from planner.builder.input_types import (
    FACET_FILTER,
    FACETS,
    InputField,
    enum_of_names,
    facet_arguments,
    facet_enum,
    facet_operators,
    field_arguments,
    filter_fields,
    operator_fields,
    order_terms,
)
from planner.builder.mutation_types import add_mutations
from planner.builder.validation import declaration_errors
from planner.declaration.access import Policy
from planner.declaration.bindings import (
    Argument,
    Concerns,
    FacetSource,
    Member,
    RootFields,
    Searchable,
    Structural,
    TypeBinding,
    Value,
)
from planner.declaration.catalog import Catalog, DeclarationError
from planner.declaration.fields import FieldDeclaration
from planner.declaration.scalar_types import SCALAR_TYPES, ScalarType, enum_type, global_id_type
from planner.declaration.writes import NO_WRITES, Writes

Target = TypeVar("Target")


class Connection(Generic[Target]):
    """In an annotation: a page of rows of the type. `Connection[Project]` is the type `ProjectConnection`."""


@dataclass(slots=True)
class SchemaBuilder:
    """The declarations so far; `build` makes the schema from them."""

    names: dict[str, Any] = field(default_factory=dict)
    scalar_types: dict[Any, ScalarType] = field(default_factory=lambda: dict(SCALAR_TYPES))
    declared: list[Declaration] = field(default_factory=list)
    catalog: Catalog = field(default_factory=Catalog)

    def add_names(self, **names: Any) -> None:
        """Add names that annotations may use."""
        self.names.update(names)

    def enums(self, *enums: type[enum.Enum]) -> None:
        """Declare Python enums as GraphQL enums; their members have descriptions."""
        for cls in enums:
            strawberry.enum(cls, description=inspect.getdoc(cls))
            for value, member in zip(cls.__strawberry_definition__.values, cls, strict=True):  # type: ignore[attr-defined]
                value.description = member.description  # type: ignore[attr-defined]
            self.names[cls.__name__] = cls
            self.scalar_types[cls] = enum_type(cls)

    def node(
        self,
        model: type[SQLModel],
        prefix: str,
        *,
        changes: str,
        concerns: Concerns | None = None,
        roots: RootFields | None = None,
        search: tuple[Searchable, ...] = (),
        searched: str = "",
        facets: Mapping[str, FacetSource] | None = None,
        writes: Writes = NO_WRITES,
    ) -> Callable[[type], type]:
        """An entity: a type with a global id, a table and a policy.

        `changes` and `searched` describe it in the enums EntityType and SearchType; `concerns` says which of
        its rows concern an institution (default: none).
        """
        if bool(search) != bool(searched):
            raise DeclarationError(f"{model.__name__}: `search` and `searched` need each other")
        more = {"roots": roots, "changes": changes, "concerns": concerns, "searched": searched}
        return self._declare(model, prefix, True, search=search, facets=facets or {}, writes=writes, **more)

    def looked_up(
        self, model: type[SQLModel], prefix: str, *, listed: bool = False, writes: Writes = NO_WRITES
    ) -> Callable[[type], type]:
        """A type with a global id, a table and a policy that `node` finds; `listed`: with a connection.

        It isn't in the change feed, so live queries can't read it.
        """
        return self._declare(model, prefix, True, followed=False, listed=listed, writes=writes)

    def log(self, table: FromClause, *, listed: bool = True) -> Callable[[type], type]:
        """A type outside the feed: `listed` by a root field (`Log`), or a part of such a type."""
        return self._declare(TableModel(table), None, True, followed=False, listed=listed)

    def link(self, model: type[SQLModel]) -> Callable[[type], type]:
        """A link between entities, with a table and a policy but no global id."""
        return self._declare(model, None, True)

    def value(self, name: str | None = None) -> Callable[[type], type]:
        """A value object, made from another row's columns or from a derived row; `name`: in the schema."""
        return self._declare(None, None, False, name=name)

    def _declare(self, model: Any, prefix: str | None, governed: bool, **more: Any) -> Callable[[type], type]:
        name = more.pop("name", None)

        def decorate(cls: type) -> type:
            self.names[cls.__name__] = cls
            cls.__name__ = name or cls.__name__
            self.declared.append(Declaration(cls, model, prefix, governed, **more))
            self.names[cls.__name__] = cls
            return cls

        return decorate

    def build(
        self,
        query: type,
        subscription: type,
        policy: Policy,
        scalars: Mapping[object, Any],
        mutation: type | None = None,
    ) -> tuple[strawberry.Schema, Catalog]:
        """The schema and its catalog; raises DeclarationError for what doesn't match tables or policy."""
        self.names["Connection"] = ConnectionTarget(self.names)
        add_inverses(self.declared)
        add_archival(self.declared)
        for declaration in self.declared[:]:
            if declaration.has_pages:
                self._connection(declaration)
        for declaration in self.declared:
            self.catalog.add(self._binding(declaration))
        for root in (query, subscription):
            self.catalog.add(self._binding(Declaration(root, None, None, governed=False)))
        self._inputs()
        if mutation is not None:
            add_mutations(self, mutation)
        for declaration in self.declared:
            self._publish(declaration.cls)
        self._publish(query)
        self._publish(subscription)
        schema = strawberry.Schema(
            query=query,
            mutation=mutation,
            subscription=subscription,
            types=[d.cls for d in self.nodes],
            config=StrawberryConfig(scalar_map=scalars),
        )
        if found := declaration_errors(core_schema(schema), self.catalog, policy):
            raise DeclarationError("; ".join(found))
        return schema, self.catalog

    def _binding(self, declaration: Declaration) -> TypeBinding:
        cls = declaration.cls
        members = {}
        for name in list(annotations_of(cls)):
            declared = inspect.getattr_static(cls, name, None)
            if isinstance(declared, FieldDeclaration):
                member = self._member(declaration, name, declared)
                members[member.name] = member
        return TypeBinding(
            cls.__name__,
            getattr(declaration.model, "__table__", None),
            declaration.prefix,
            members,
            declaration.governed,
            declaration.search,
            declaration.facets,
            followed=declaration.followed,
            writes=declaration.writes,
            concerns=declaration.concerns,
        )

    def _member(self, declaration: Declaration, name: str, declared: FieldDeclaration) -> Member:
        base, listed, nullable = self._read(annotations_of(declaration.cls)[name])
        binding = declared.bind(name)
        kind = None
        if isinstance(binding, Value):
            kind = binding.scalar_type or self._scalar_type(base, declaration.prefix)
            kind = kind.list_type() if listed else kind
            if binding.order and nullable and kind.null_sort_value is None:
                raise DeclarationError(f"{declaration.cls.__name__}.{name}: nullable, so it can't be ordered")
        target = base if isinstance(base, str) else getattr(base, "__name__", str(base))
        return Member(to_camel_case(name), binding, target, listed, nullable, kind)

    def _scalar_type(self, base: Any, prefix: str | None) -> ScalarType:
        if base is strawberry.ID:
            return global_id_type(prefix or "", self.prefixes)
        if base not in self.scalar_types:
            raise DeclarationError(f"{base!r} is not a scalar that the planner knows")
        return self.scalar_types[base]

    @property
    def nodes(self) -> list[Declaration]:
        return [d for d in self.declared if d.prefix is not None]

    @property
    def entities(self) -> list[Declaration]:
        return [d for d in self.declared if d.is_entity]

    @property
    def prefixes(self) -> frozenset[str]:
        return frozenset(d.prefix for d in self.declared if d.prefix is not None)

    def _read(self, annotation: str) -> tuple[Any, bool, bool]:
        """The named type of an annotation, whether it is a list, whether it is nullable."""
        type_ = eval(annotation, self.names)  # noqa: S307 — our own source
        arguments = get_args(type_)
        nullable = get_origin(type_) in (Union, UnionType) and NoneType in arguments
        if nullable:
            (type_,) = (argument for argument in arguments if argument is not NoneType)
        listed = get_origin(type_) is list
        return (get_args(type_)[0] if listed else type_), listed, nullable

    def _connection(self, declaration: Declaration) -> None:
        name = declaration.cls.__name__
        edge = self._structure(
            f"{name}Edge",
            f"A row of {name}, and its cursor.",
            cursor=("str", "The edge's position: pass it as `after` or `before`."),
            node=(name, "The row."),
        )
        members: dict[str, tuple[str, str]] = {
            "edges": (f"list[{edge}]", "The rows of the page with their cursors."),
            "nodes": (f"list[{name}]", "The rows of the page."),
            "page_info": ("PageInfo", "Whether there is more, and the cursors to continue."),
            "total_count": ("int", "The number of rows that match, on all pages; counted only if selected."),
        }
        if declaration.facets:
            members["facets"] = ("list[Facet]", FACETS.format(", ".join(declaration.facets)))
            self.names[f"{name}Facet"] = facet_enum(name, list(declaration.facets))
        self._structure(
            f"{name}Connection", f"A page of {name} rows, and the number of all that match.", **members
        )

    def _structure(self, name: str, description: str, **members: tuple[str, str]) -> str:
        cls = type(name, (), {"__doc__": description, "__module__": __name__})
        cls.__annotations__ = {attribute: annotation for attribute, (annotation, _) in members.items()}
        for attribute, (_, text) in members.items():
            counts = attribute == "facets"
            part = Structural(facet_arguments(name.removesuffix("Connection")) if counts else ())
            setattr(cls, attribute, FieldDeclaration(text, partial(_same, part)))
        self.declared.append(Declaration(cls, None, None, governed=False))
        self.names[name] = cls
        return name

    def _inputs(self) -> None:
        """A filter per type, an order per node, and a filter per scalar type."""
        kinds = {
            m.scalar_type.filter: m.scalar_type
            for t in self.catalog.types.values()
            for m in t.members.values()
            if m.scalar_type
        }
        bases = {
            m.scalar_type.filter: m.target
            for t in self.catalog.types.values()
            for m in t.members.values()
            if m.scalar_type
        }
        for name, kind in kinds.items():
            self.input_type(
                name,
                "Conditions on a field; all given ones must match.",
                operator_fields(kind, bases[name]),
            )
        self.input_type(
            FACET_FILTER,
            "Conditions on the values of a facet, as text; all given ones must match.",
            facet_operators(),
        )
        for type_ in self.catalog.types.values():
            if type_.table is None or not type_.followed:
                continue
            fields = filter_fields(type_)
            self.input_type(
                f"{type_.name}Filter", f"Conditions on {type_.name} rows; all given ones must match.", fields
            )
            self._relations(type_)
            self._order(type_)

    def _relations(self, type_: TypeBinding) -> None:
        one = {
            "is": InputField(f"{type_.name}Filter | None", "The related row matches."),
            "isNull": InputField(
                "bool | None", "There is no related row that you see; with `false`, there is one."
            ),
        }
        self.input_type(f"{type_.name}RelationFilter", f"Conditions on the related {type_.name}.", one)
        some = {
            "some": InputField(f"{type_.name}Filter | None", "At least one related row matches."),
            "none": InputField(f"{type_.name}Filter | None", "No related row matches."),
            "every": InputField(f"{type_.name}Filter | None", "All related rows match, or there are none."),
        }
        self.input_type(
            f"{type_.name}ListRelationFilter", f"Conditions on the related {type_.name} rows.", some
        )

    def _order(self, type_: TypeBinding) -> None:
        if type_.prefix is None:
            return
        described = f"Fields by which {type_.name} rows can be ordered."
        cls = enum_of_names(f"{type_.name}OrderField", described, order_terms(type_))
        self.names[cls.__name__] = cls
        fields = {
            "field": InputField(cls.__name__, "The field to order by."),
            "direction": InputField(
                "OrderDirection", "The direction, by default ascending.", self.names["OrderDirection"].ASC
            ),
        }
        self.input_type(
            f"{type_.name}Order", f"A term of an order of {type_.name} rows, most significant first.", fields
        )

    def input_type(self, name: str, description: str, fields: Mapping[str, InputField]) -> None:
        """Add an input type to the schema."""
        cls = type(name, (), {"__doc__": description, "__module__": __name__})
        cls.__annotations__ = {}
        for graphql_name, input_field in fields.items():
            attribute = f"{graphql_name}_"
            cls.__annotations__[attribute] = StrawberryAnnotation(
                input_field.annotation, namespace=self.names
            )
            published = StrawberryField(
                python_name=attribute,
                graphql_name=graphql_name,
                default=input_field.default,
                description=input_field.description,
            )
            setattr(cls, attribute, published)
        self.names[name] = strawberry.input(cls, name=name, description=description)

    def _publish(self, cls: type) -> None:
        """Make the class a Strawberry type, and its declared fields Strawberry fields."""
        type_ = self.catalog.types[cls.__name__]
        for name, annotation in list(annotations_of(cls).items()):
            declared = inspect.getattr_static(cls, name, None)
            if isinstance(declared, FieldDeclaration):
                cls.__annotations__[name] = StrawberryAnnotation(annotation, namespace=self.names)
                published = StrawberryField(python_name=name, description=declared.description)
                given = field_arguments(type_.members[to_camel_case(name)], self.catalog.types)
                published.arguments = [self.argument(one) for one in given]
                setattr(cls, name, published)
        strawberry.type(cls, name=cls.__name__, description=inspect.getdoc(cls))

    def argument(self, argument: Argument) -> StrawberryArgument:
        """A declared argument as a Strawberry argument."""
        return StrawberryArgument(
            python_name=argument.name,
            graphql_name=argument.name,
            type_annotation=StrawberryAnnotation(argument.annotation, namespace=self.names),
            description=argument.description,
        )


def _same(part: Structural, _: str) -> Structural:
    return part


def core_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """graphql-core's schema beneath Strawberry's."""
    core: GraphQLSchema = schema._schema
    return core
