"""Random valid documents, made from the schema alone: no field is named here.

A response key stands for one field with one set of arguments in the whole document, so that selections merge
as the specification demands: a field has its plain name only where it is given no arguments and its parent
is a single object type.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from tests.random_queries.aims import ANYTHING, ELSEWHERE, Aim
from tests.random_queries.comparison import RandomQuery
from tests.random_queries.pools import Pools
from tests.random_queries.values import Draw, FieldUse, Variable, Writing, is_masked, literal, write_arguments
from tests.random_queries.viewers import VIEWERS
from tests.reference.open_fields import OPEN
from tests.reference.tables import ReferenceContext, ReferenceWorld

DEEPEST = 8
Heads = list[tuple[str, GraphQLField]]
"""The fields selected already in a scope, each with its response key and arguments as they are written."""


@dataclass
class Document:
    """A document in the making."""

    writing: Writing
    world: ReferenceWorld
    budget: int
    argument: str = ""
    """The argument of the last field of the way."""
    way: list[str] = field(default_factory=list)
    """The fields that must still be selected, one below another."""
    aliases: int = 0
    arguments: set[str] = field(default_factory=set)
    fragments: dict[str, tuple[str, str]] = field(default_factory=dict)

    def chance(self, percent: int) -> bool:
        return self.writing.chance(percent)

    def selections(self, type_: GraphQLNamedType, depth: int, *, alone: bool) -> str:
        """`{ … }` on a type; `alone` is false where other types' selections may share the response."""
        wanted = 1 + self.writing.draw(4)
        scope: Heads = []
        parts = []
        if self.way and isinstance(type_, GraphQLObjectType):
            parts = [self._field(type_, depth, alone, scope)]
        parts += [self._selection(type_, depth, alone, scope) for _ in range(wanted)]
        return "{ " + " ".join(parts) + " }"

    def _selection(
        self, type_: GraphQLNamedType, depth: int, alone: bool, scope: list[tuple[str, GraphQLField]]
    ) -> str:
        kind = self.writing.draw(100)
        if kind < 8:
            return f"__typename{self._directive()}"
        if is_abstract_type(type_) and kind < 85:
            narrowed = self.writing.pick(self.world.schema.get_possible_types(type_))
            return self._fragment(narrowed, depth, alone=False)
        if kind < 20 and self.budget > 0:
            return self._fragment(type_, depth, alone=alone)
        if not isinstance(type_, GraphQLObjectType):
            return "__typename"
        return self._field(type_, depth, alone, scope)

    def _fragment(self, type_: GraphQLNamedType, depth: int, *, alone: bool) -> str:
        """An inline fragment or a spread, on the type itself or on an interface it has."""
        self.budget -= 1
        interfaces = getattr(type_, "interfaces", ())
        if interfaces and self.chance(10):
            return f"... on {interfaces[0].name}{self._directive()} {{ id __typename }}"
        known = [name for name, (on, _) in self.fragments.items() if on == type_.name]
        if known and alone and self.chance(30):
            return f"...{self.writing.pick(known)}{self._directive()}"
        body = self.selections(type_, depth, alone=alone)
        if self.chance(40):
            name = f"F{len(self.fragments)}"
            self.fragments[name] = (type_.name, body)
            return f"...{name}{self._directive()}"
        on = f" on {type_.name}" if not alone or self.chance(70) else ""
        return f"...{on}{self._directive()} {body}"

    def _field(self, type_: GraphQLObjectType, depth: int, alone: bool, scope: Heads) -> str:
        if scope and self.chance(10):
            head, again = self.writing.pick(scope)
            return f"{head}{self._directive()}{self._below(again, depth, alone)}"
        last = len(self.way) == 1
        name, definition = self._choose(type_, depth)
        target = get_named_type(definition.type)
        leads = target.name.removesuffix("Connection").replace("Search", "SearchResult")
        leads = leads if target.name.endswith("Connection") else target.name
        use = FieldUse(leads, nested=type_.name != "Query", needs=self.argument if last else "")
        arguments = write_arguments(self.writing, definition.args, use)
        self.arguments |= {f"{type_.name}.{name}({argument})" for argument in arguments.names}
        if arguments.text or not alone or self.chance(25):
            self.aliases += 1
            head = f"a{self.aliases}: {name}{arguments.text}"
        else:
            head = name
        scope.append((head, definition))
        if self._may_count(target, depth) and "filter" in arguments.names and self.chance(20):
            self.way = ["facets", "values", "count"]
        return f"{head}{self._directive()}{self._below(definition, depth, alone)}"

    def _may_count(self, target: GraphQLNamedType, depth: int) -> bool:
        """Whether there is room for the counts of facets below a field that has them."""
        return not self.way and "facets" in getattr(target, "fields", ()) and depth + 2 < DEEPEST

    def _choose(self, type_: GraphQLObjectType, depth: int) -> tuple[str, GraphQLField]:
        """A field of the type: the next of the way, or no objects where it is deep or the document long."""
        if self.way:
            name = self.way.pop(0)
            return name, type_.fields[name]
        fields = [(n, f) for n, f in type_.fields.items() if n not in ELSEWHERE or type_.name != "Query"]
        masked = [(n, f) for n, f in fields if type_.name in OPEN and is_masked(type_.name, n)]
        if masked and self.budget > 0 and self.chance(20):
            return self.writing.pick(masked)
        leaves = [(n, f) for n, f in fields if is_leaf_type(get_named_type(f.type))]
        if leaves and (depth >= DEEPEST or self.budget <= 0 or self.chance(45)):
            return self.writing.pick(leaves)
        objects = [pair for pair in fields if pair not in leaves]
        return self.writing.pick(objects or leaves)

    def _below(self, definition: GraphQLField, depth: int, alone: bool) -> str:
        target = get_named_type(definition.type)
        if is_leaf_type(target):
            return ""
        self.budget -= 1
        if depth >= DEEPEST:
            return " { __typename }"
        return " " + self.selections(target, depth + 1, alone=not is_abstract_type(target))

    def _directive(self) -> str:
        if not self.chance(6):
            return ""
        name = self.writing.pick(["skip", "include"])
        holds = self.chance(50)
        boolean = self.world.schema.type_map["Boolean"]
        value: Any = holds
        if self.chance(60):
            value = self._condition(boolean, holds)
        return f" @{name}(if: {literal(value)})"

    def _condition(self, boolean: Any, holds: bool) -> Variable:
        return self.writing.variable(GraphQLNonNull(boolean), holds)

    def text(self, root: str) -> str:
        """The whole document."""
        variables = self.writing.definitions.values()
        fragments = [f"fragment {name} on {on} {body}" for name, (on, body) in self.fragments.items()]
        head = f"query ({', '.join(variables)}) " if variables else "query "
        return "\n".join([head + root, *fragments])


def random_question(draw: Draw, world: ReferenceWorld, pools: Pools, aim: Aim = ANYTHING) -> RandomQuery:
    """A valid document with its variables, and who asks it."""
    viewers = [viewer for viewer in VIEWERS if viewer.name == aim.viewer] or VIEWERS
    viewer = viewers[draw(len(viewers))]
    writing = Writing(draw, pools, ReferenceContext(world, viewer))
    document = Document(writing, world, 4 + draw(14), aim.argument, list(aim.way))
    query = world.schema.query_type
    assert query is not None
    root = document.selections(query, 0, alone=True)
    return RandomQuery(
        document.text(root),
        writing.variables,
        viewer,
        refused=writing.refused,
        arguments=frozenset(document.arguments),
    )
