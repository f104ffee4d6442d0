"""What an operation costs: the objects that could come back, reckoned before anything is sent.

An object counts 1 and what is asked of it; a page counts so often as it may have rows, a plain list as often
as `ASSUMED_LENGTH`. What reads rows that do not come back (a count, a facet, a condition on related rows, the
words of a search) counts `READING`. Of an object of one of several types the most costly counts.

Sizes of pages may be variables, so a cost is a small tree: known with the plan, evaluated for each request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import FieldNode, SelectionSetNode

from planner.declaration.bindings import (
    ChangeCursor,
    Changes,
    Derived,
    Embedded,
    Lookup,
    Many,
    Member,
    One,
    OneOf,
    Page,
    Search,
    Single,
    TypeBinding,
    Value,
)
from planner.declaration.scalar_types import parse_global_id
from planner.document.arguments import Arguments, Leaf, Located, Variables, given
from planner.document.document_limits import MOST_TOLD, within
from planner.document.selection import Fields, below
from planner.document.subfields import arguments_of, fields_of
from planner.errors import CostLimit, Problem
from planner.messages import message
from planner.statement.context import Limits, Scope
from planner.statement.facets import DEFAULT_LIMIT
from planner.statement.filters import COMBINING

ASSUMED_LENGTH = 5
READING = 10

Selections = Iterable[SelectionSetNode]


@dataclass(frozen=True, slots=True)
class Part:
    """`times` as many objects as the variables say; of `each`, where there is any, the most costly counts."""

    times: int
    size: Callable[[Variables], int]
    each: tuple[Cost, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """What is known already, and what the variables decide."""

    known: int = 0
    parts: tuple[Part, ...] = ()

    def of(self, variables: Variables) -> int:
        total = self.known
        for part in self.parts:
            each = max([cost.of(variables) for cost in part.each]) if part.each else 1
            total += part.times * part.size(variables) * each
        return total

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.known + other.known, self.parts + other.parts)

    def __mul__(self, times: int) -> Cost:
        parts = tuple(Part(part.times * times, part.size, part.each) for part in self.parts)
        return Cost(self.known * times, parts if times else ())


NOTHING = Cost()


@dataclass(frozen=True, slots=True)
class Asked:
    """The costs of an operation's root fields by response key, and their sum."""

    total: Cost = NOTHING
    roots: Mapping[str, Cost] = field(default_factory=dict)

    def check(self, variables: Variables, most: int) -> None:
        """Refuse an operation that costs too much, and say at which root field most of it is."""
        asked = self.total.of(variables)
        if asked > most:
            raise too_costly(asked, most, max(self.roots, key=lambda key: self.roots[key].of(variables)))


NOTHING_ASKED = Asked()


def too_costly(asked: int, most: int, key: str) -> CostLimit:
    """The refusal; numbers beyond what clients can read are told as the largest that they can."""
    asked = min(asked, MOST_TOLD)
    return CostLimit(
        Problem(
            message("cost.too_high", asked=asked, key=key, limit=most),
            path=[key],
            details={"limit": most, "asked": asked},
        )
    )


def reckon(scope: Scope, query: str, fields: Fields) -> Mapping[str, Cost]:
    """The cost of root fields that stand on the database; more fields than may be planned are refused."""
    reckoning = Reckoning(scope)
    roots = {key: reckoning.field(scope.catalog.types[query], nodes) for key, nodes in fields.items()}
    limits = scope.limits
    within("fields", reckoning.met, limits.max_fields)
    within("subqueries", reckoning.subqueries, limits.max_subqueries)
    within("conditions", reckoning.conditions, limits.max_conditions)
    within("condition_depth", reckoning.deepest, limits.max_condition_depth)
    return roots


@dataclass(slots=True)
class Reckoning:
    """Walks down a selection as planning does, and counts fields and conditions on the way.

    A field of something of several types counts once for each, a condition once for each page, count and
    facet that it is for (the readers of a connection's rows): so often are they planned.
    """

    scope: Scope
    met: int = 0
    readers: int = 0
    subqueries: int = 0
    conditions: int = 0
    deepest: int = 0

    def object(self, type_name: str, selections: Selections) -> Cost:
        """What is asked of one object; the object itself not counted."""
        fields = fields_of(self.scope, type_name, selections)
        type_ = self.scope.catalog.types[type_name]
        return sum((self.field(type_, nodes) for nodes in fields.values()), NOTHING)

    def field(self, type_: TypeBinding, nodes: Sequence[FieldNode]) -> Cost:
        self.met += 1
        member = type_.members.get(nodes[0].name.value)
        if member is None or isinstance(member.binding, Value):
            return NOTHING
        return self._bound(member, arguments_of(self.scope, type_.name, nodes[0]), nodes)

    def _bound(self, member: Member, arguments: Arguments, nodes: Sequence[FieldNode]) -> Cost:
        match member.binding:
            case One() | Single():
                return self._one([member.target], below(nodes))
            case OneOf():
                return self._one(member.binding.keys, below(nodes))
            case Lookup(many=False):
                return self._one([self._type_of(arguments["id"])], below(nodes))
            case Lookup():
                return self._many(arguments["ids"], self.scope.catalog.prefixes.values(), below(nodes), len)
            case Many():
                return self._one([member.target], below(nodes)) * ASSUMED_LENGTH
            case Derived():
                return self._derived(member, member.binding, arguments, below(nodes))
            case Embedded():
                return self.object(member.target, below(nodes))
            case Page():
                return self._page(member.target.removesuffix("Connection"), arguments, nodes)
            case Search():
                return self._search(member.binding, arguments, nodes)
            case Changes():
                return self._changes(member.binding, arguments, nodes)
            case ChangeCursor():
                return Cost(1)
        raise TypeError(f"{member.name} has no cost")

    def _type_of(self, leaf: Located) -> str:
        assert isinstance(leaf, Leaf)
        prefix, _ = parse_global_id(leaf.value, frozenset(self.scope.catalog.prefixes))
        return self.scope.catalog.prefixes[prefix]

    def _one(self, types: Iterable[str], selections: Sequence[SelectionSetNode]) -> Cost:
        """One object of one of the types."""
        return self._many(Leaf(1), types, selections)

    def _many(
        self,
        size: Located,
        types: Iterable[str],
        selections: Sequence[SelectionSetNode],
        read: Callable[[Any], int] = int,
    ) -> Cost:
        """So many objects of one of the types as a leaf says."""
        each = [Cost(1) + self.object(name, selections) for name in types]
        self.subqueries += len(each)
        return times(size, each, self.scope.limits, read)

    def _derived(
        self, member: Member, binding: Derived, arguments: Arguments, selections: Sequence[SelectionSetNode]
    ) -> Cost:
        """Computed rows; where they are bounded, they are the first of more that are read."""
        if binding.limit is None:
            return self._one([member.target], selections) * ASSUMED_LENGTH
        size = given(arguments, "first") or Leaf(self.scope.limits.default_page_size)
        return Cost(READING) + self._many(size, [member.target], selections)

    def _search(self, binding: Search, arguments: Arguments, nodes: Sequence[FieldNode]) -> Cost:
        asked = given(arguments, "types")
        types = [type_ for name, type_ in binding.types.items() if asked is None or name in asked.value]
        readers = self.readers
        total = Cost(READING * len(types)) + self._connection("Search", types, arguments, nodes)
        self.subqueries += len(types) * (self.readers - readers)
        return total

    def _changes(self, binding: Changes, arguments: Arguments, nodes: Sequence[FieldNode]) -> Cost:
        """A page of changes, each with its node; of a subscription, one change."""
        size = given(arguments, "first") or Leaf(self.scope.limits.default_page_size)
        types = binding.feed.types
        if self.scope.crowd is not None:
            return self._change(Leaf(1), types.values(), nodes)
        total = Cost(READING)
        for asked in fields_of(self.scope, "ChangeConnection", below(nodes)).values():
            self.met += 1
            if asked[0].name.value == "nodes":
                total += self._change(size, types.values(), asked)
            if asked[0].name.value == "edges":
                for node in fields_of(self.scope, "ChangeEdge", below(asked)).values():
                    total += self._change(size, types.values(), node)
        return total

    def _change(self, size: Leaf, types: Iterable[str], nodes: Sequence[FieldNode]) -> Cost:
        """So many changes; one without its node counts 1."""
        fields = fields_of(self.scope, "Change", below(nodes)) if below(nodes) else {}
        self.met += 1 + len(fields)
        wanted = [asked for asked in fields.values() if asked[0].name.value == "node"]
        if not wanted:
            return times(size, [Cost(1)], self.scope.limits)
        return sum((self._many(size, types, below(asked)) for asked in wanted), NOTHING)

    def _page(self, name: str, arguments: Arguments, nodes: Sequence[FieldNode]) -> Cost:
        conditions, readers, order = self.conditions, self.readers, arguments.get("orderBy")
        related = self._related(arguments.get("filter"), name)
        searched = given(arguments, "search") is not None
        self.conditions += len(order) if isinstance(order, list) else 0
        conditions = self.conditions - conditions
        total = self._connection(name, [name], arguments, nodes)
        readers = self.readers - readers
        self.conditions += conditions * max(readers - 1, 0)
        self.subqueries += (1 + related) * readers
        return total + Cost(READING * (related + searched))

    def _connection(
        self, name: str, types: Sequence[str], arguments: Arguments, nodes: Sequence[FieldNode]
    ) -> Cost:
        size = given(arguments, "first") or given(arguments, "last")
        size = size or Leaf(self.scope.limits.default_page_size)
        parts = fields_of(self.scope, f"{name}Connection", below(nodes)).values()
        self.readers += any(asked[0].name.value in ("nodes", "edges", "pageInfo") for asked in parts)
        return sum((self._part(name, size, types, asked) for asked in parts), NOTHING)

    def _part(self, name: str, size: Leaf, types: Sequence[str], nodes: Sequence[FieldNode]) -> Cost:
        self.met += 1
        match nodes[0].name.value:
            case "nodes":
                return self._many(size, types, below(nodes))
            case "edges":
                return self._edges(f"{name}Edge", size, types, below(nodes))
            case "facets":
                return self._facets(name, nodes)
            case "totalCount":
                self.readers += 1
                return Cost(READING)
            case "pageInfo":
                asked = fields_of(self.scope, "PageInfo", below(nodes)).values()
                self.met += len(asked)
                self.readers += sum(one[0].name.value in ("hasNextPage", "hasPreviousPage") for one in asked)
        return NOTHING

    def _edges(self, edge: str, size: Leaf, types: Sequence[str], selections: Selections) -> Cost:
        fields = fields_of(self.scope, edge, selections)
        self.met += len(fields)
        nodes = [asked for asked in fields.values() if asked[0].name.value == "node"]
        if not nodes:
            return times(size, [Cost(1)], self.scope.limits)
        return sum((self._many(size, types, below(asked)) for asked in nodes), NOTHING)

    def _facets(self, name: str, nodes: Sequence[FieldNode]) -> Cost:
        """Each facet reads the rows, and brings back so many values as it may."""
        facets = len(self.scope.catalog.types[name].facets)
        fields = fields_of(self.scope, "Facet", below(nodes))
        self.met += facets * (1 + len(fields))
        self.readers += facets
        arguments = arguments_of(self.scope, f"{name}Connection", nodes[0])
        limit = given(arguments, "limit") or Leaf(DEFAULT_LIMIT)
        values = [asked for asked in fields.values() if asked[0].name.value == "values"]
        each = times(limit, [Cost(1)], self.scope.limits) + Cost(READING)
        return each * (facets * len(values))

    def _related(self, located: Located | None, name: str, depth: int = 1) -> int:
        """How many conditions of a filter are on related rows; every condition is counted on the way."""
        if isinstance(located, list):
            return sum(self._related(one, name, depth) for one in located)
        if not isinstance(located, dict):
            return 0
        self.deepest = max(self.deepest, depth)
        self.conditions += len(located) or 1
        members, related = self.scope.catalog.types[name].members, 0
        for key, value in located.items():
            if key in COMBINING:
                related += self._related(value, name, depth + 1)
            elif isinstance(value, dict):
                related += self._operators(members[key], value, depth)
        return related

    def _operators(self, member: Member, operators: Arguments, depth: int) -> int:
        if isinstance(member.binding, Value):
            self.conditions += max(len(operators) - 1, 0)
            return 0
        target = member.target.removesuffix("Connection")
        return sum(1 + self._related(value, target, depth + 1) for value in operators.values())


def times(size: Located, each: Sequence[Cost], limits: Limits, read: Callable[[Any], int] = int) -> Cost:
    """So many objects as a leaf says, each as costly as the most costly of `each`.

    A constant that is larger than a page may be is refused with the page, not for its cost.
    """
    if not each or not isinstance(size, Leaf):
        return NOTHING
    if not any(cost.parts for cost in each):
        each = [max(each, key=lambda cost: cost.known)]
    if size.read is None:
        number = min(max(read(size.value), 0), limits.max_page_size)
        return each[0] * number if len(each) == 1 else Cost(0, (Part(number, _once, tuple(each)),))
    value = size.read
    number_of = value if read is int else lambda variables: read(value(variables))
    if len(each) == 1 and not each[0].parts:
        return Cost(0, (Part(each[0].known, number_of),))
    return Cost(0, (Part(1, number_of, tuple(each)),))


def _once(_: Variables) -> int:
    return 1
