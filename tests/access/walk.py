"""Documents that walk every path of the schema, made by introspection alone: no field is named here.

A path is a chain of fields from the root that each lead to objects; connections, edges and pages count as
steps of their own. Where a path leads, all leaf fields are selected. Paths share their beginnings, and what
lies ahead of a type is one fragment, so that a document holds hundreds of paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from tests.random_queries.aims import ELSEWHERE
from tests.random_queries.comparison import RandomQuery
from tests.reference.field_sources import IDENTIFIED, TABLE
from tests.reference.ids import global_id
from tests.reference.tables import ReferenceContext, ReferenceWorld
from tests.reference.viewers import Viewer

DEPTH = 4
PAGE = 2
"""Rows of a page: enough to differ in their order, few enough to end; the count tells of the others."""
REQUESTED_IDS = re.compile(r"query \(\$(ids?)_(\w+):")
WORD = "clima"


@dataclass(frozen=True)
class Stretch:
    """A document that walks what lies ahead of one root field, and how many paths it holds."""

    field: str
    text: str
    root: str
    paths: int


@dataclass
class Fragments:
    """The fragments of a document: what is reachable from a type in this many steps."""

    schema: GraphQLSchema
    texts: dict[str, str] = field(default_factory=dict)
    paths: dict[str, int] = field(default_factory=dict)

    def fragment_of(self, type_: GraphQLObjectType, depth: int) -> str:
        """The name of the fragment, written on first use."""
        name = f"{type_.name}_{depth}"
        if name not in self.paths:
            parts, paths = ["__typename"], 0
            for field_name, definition in type_.fields.items():
                if is_leaf_type(get_named_type(definition.type)):
                    parts.append(f"{type_.name}_{field_name}: {field_name}")
                elif depth > 0:
                    text, below = self.step(type_.name, field_name, definition, depth)
                    parts.append(text)
                    paths += below
            self.texts[name] = f"fragment {name} on {type_.name} {{ {' '.join(parts)} }}"
            self.paths[name] = paths
        return name

    def step(self, parent: str, name: str, definition: GraphQLField, depth: int) -> tuple[str, int]:
        """A field that leads to objects, with all that lies ahead; and how many paths that is."""
        target = get_named_type(definition.type)
        ahead = [self.fragment_of(type_, depth - 1) for type_ in objects_of(self.schema, target)]
        selections = " ".join(f"...{fragment}" for fragment in ahead)
        given = _arguments(definition, target)
        text = f"{parent}_{name}: {name}{given} {{ __typename {selections} }}"
        return text, 1 + sum(self.paths[fragment] for fragment in ahead)


def objects_of(schema: GraphQLSchema, type_: GraphQLNamedType) -> list[GraphQLObjectType]:
    """The object types that there are of a type."""
    if is_abstract_type(type_):
        return list(schema.get_possible_types(type_))
    assert isinstance(type_, GraphQLObjectType)
    return [type_]


def _arguments(definition: GraphQLField, target: GraphQLNamedType) -> str:
    """What the field needs to answer with something; ids are variables, so that viewers share a plan."""
    given = {argument: f"${variable}" for argument, variable in _variables(definition, target).items()}
    if "after" in definition.args:
        given["first"] = str(PAGE)
    if "enums" in definition.args:
        given["enums"] = '["ProjectStatus", "SearchType", "EventOrderField", "EventFacet"]'
    if "text" in definition.args:
        given["text"] = f'"{WORD}"'
    return f"({', '.join(f'{name}: {value}' for name, value in given.items())})" if given else ""


def _variables(definition: GraphQLField, target: GraphQLNamedType) -> Mapping[str, str]:
    """The argument that takes an id or several, if there is one, and the variable for it."""
    known = {"ids": f"ids_{target.name}", "id": f"id_{target.name}", "participation": "id_Participation"}
    return {name: variable for name, variable in known.items() if name in definition.args}


@cache
def stretches(schema: GraphQLSchema, depth: int = DEPTH) -> tuple[Stretch, ...]:
    """All paths to this depth, a document for each root field that is requested here."""
    query = schema.query_type
    assert query is not None
    return tuple(
        _stretch(schema, name, definition, depth)
        for name, definition in query.fields.items()
        if name not in ELSEWHERE
    )


def _stretch(schema: GraphQLSchema, name: str, definition: GraphQLField, depth: int) -> Stretch:
    fragments = Fragments(schema)
    text, paths = fragments.step("Query", name, definition, depth)
    target = get_named_type(definition.type)
    head = "".join(
        f"query (${variable}: {'[ID!]!' if argument == 'ids' else 'ID!'}) "
        for argument, variable in _variables(definition, target).items()
    )
    return Stretch(name, "\n".join([f"{head}{{ {text} }}", *fragments.texts.values()]), target.name, paths)


def questions(world: ReferenceWorld, viewer: Viewer, stretch: Stretch) -> Iterator[RandomQuery]:
    """The document for a viewer; where it wants an id, one of a row that they see for each type."""
    requested = REQUESTED_IDS.match(stretch.text)
    if requested is None:
        yield RandomQuery(stretch.text, {}, viewer)
    elif requested[1] == "ids":
        yield RandomQuery(
            stretch.text, {f"ids_{requested[2]}": [_seen(world, viewer, t) for t in IDENTIFIED]}, viewer
        )
    else:
        for type_ in [requested[2]] if requested[2] in IDENTIFIED else IDENTIFIED:
            yield RandomQuery(stretch.text, {f"id_{requested[2]}": _seen(world, viewer, type_)}, viewer)


def _seen(world: ReferenceWorld, viewer: Viewer, type_: str) -> str:
    """A row that they see, if there is one: neither the first nor the last."""
    rows = [visible.row for visible in ReferenceContext(world, viewer).all(type_)] or world.rows.all(
        TABLE[type_]
    )
    return global_id(type_, rows[len(rows) // 2]["id"])


def every_id(world: ReferenceWorld) -> Mapping[str, list[str]]:
    """The id of every row, by type."""
    return {
        type_: [global_id(type_, row["id"]) for row in world.rows.all(TABLE[type_])] for type_ in IDENTIFIED
    }
