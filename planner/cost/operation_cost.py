"""The cost of an operation: the number of objects that it could return, estimated before it runs.

An object counts 1 plus the objects in its fields; a page counts as many objects as it may have rows, a plain
list `ASSUMED_LENGTH`. What reads rows without returning them (a count, also in a condition or an order, a
facet, a condition on related rows, the words of a search) counts `READ_WEIGHT`. Of several possible types,
the most expensive counts.

Page sizes may be variables, so a cost is a small tree, stored with the plan and evaluated for each request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, SelectionSetNode

from planner.cost.costs import NO_COST, Cost, times
from planner.declaration.bindings import (
    ByGlobalId,
    ByKey,
    ByLink,
    ChangeCursor,
    Changes,
    Composed,
    Derived,
    DerivedObject,
    Embedded,
    Explanation,
    Log,
    Member,
    Search,
    ToConnection,
    ToMany,
    ToOne,
    ToOneOf,
    TypeBinding,
    Value,
)
from planner.declaration.scalar_types import parse_global_id
from planner.document.arguments import Arguments, ArgumentTree, ArgumentValue, non_null
from planner.document.document_limits import check_limit
from planner.document.selection import Fields, argument_values, collect_subfields, sub_selections
from planner.statement.context import PlanningContext
from planner.statement.facets import DEFAULT_LIMIT, requested_facets
from planner.statement.filters import COMBINING

ASSUMED_LENGTH = 5
READ_WEIGHT = 10

Selections = Iterable[SelectionSetNode]


def estimate(context: PlanningContext, query: str, fields: Fields) -> Mapping[str, Cost]:
    """The costs of planned root fields by response key; raises CostLimit, see `CostEstimator.check`."""
    reckoning = CostEstimator(context)
    roots = {key: reckoning.field(context.catalog.types[query], nodes) for key, nodes in fields.items()}
    reckoning.check()
    return roots


def estimate_objects(context: PlanningContext, type_name: str, fields: Fields) -> Cost:
    """The cost of one object of a type, once for each field that selects it; raises as `estimate` does."""
    reckoning = CostEstimator(context)
    costs = [reckoning.one([type_name], sub_selections(nodes)) for nodes in fields.values()]
    reckoning.check()
    return sum(costs, NO_COST)


@dataclass(slots=True)
class CostEstimator:
    """Walks a selection as planning does, and counts fields, subqueries and conditions.

    A field of several possible types counts once for each type. A condition counts once for each page, count
    and facet of its connection (the `readers` of its rows), since each of them repeats it.
    """

    context: PlanningContext
    field_count: int = 0
    readers: int = 0
    subqueries: int = 0
    conditions: int = 0
    deepest: int = 0

    def check(self) -> None:
        """Raise CostLimit for too many fields, subqueries or conditions."""
        limits = self.context.limits
        check_limit("fields", self.field_count, limits.max_fields)
        check_limit("subqueries", self.subqueries, limits.max_subqueries)
        check_limit("conditions", self.conditions, limits.max_conditions)
        check_limit("condition_depth", self.deepest, limits.max_condition_depth)

    def object(self, type_name: str, selections: Selections) -> Cost:
        """The cost of an object's fields, without the object itself."""
        fields = collect_subfields(self.context, type_name, selections)
        type_ = self.context.catalog.types[type_name]
        return sum((self.field(type_, nodes) for nodes in fields.values()), NO_COST)

    def field(self, type_: TypeBinding, nodes: Sequence[FieldNode]) -> Cost:
        self.field_count += 1
        member = type_.members.get(nodes[0].name.value)
        if member is None or isinstance(member.binding, Value):
            return NO_COST
        return self._bound(member, argument_values(self.context, type_.name, nodes[0]), nodes)

    def _bound(self, member: Member, arguments: Arguments, nodes: Sequence[FieldNode]) -> Cost:
        match member.binding:
            case ToOne() | ByKey() | ByLink() | DerivedObject():
                return self.one([member.target], sub_selections(nodes))
            case ToOneOf():
                return self.one(member.binding.keys, sub_selections(nodes))
            case ByGlobalId(many=False):
                return self.one([self._type_of(arguments["id"])], sub_selections(nodes))
            case ByGlobalId():
                return self._many(
                    arguments["ids"], self.context.catalog.prefixes.values(), sub_selections(nodes), len
                )
            case ToMany() | Composed():
                return self.one([member.target], sub_selections(nodes)) * ASSUMED_LENGTH
            case Derived():
                return self._derived(member, member.binding, arguments, sub_selections(nodes))
            case Embedded():
                return self.object(member.target, sub_selections(nodes))
            case ToConnection():
                return self._page(member.target.removesuffix("Connection"), arguments, nodes)
            case Search():
                return self._search(member.binding, arguments, nodes)
            case Changes():
                return self._changes(member.binding, arguments, nodes)
            case ChangeCursor():
                return Cost(1)
            case Log():
                return self._log(member.target.removesuffix("Connection"), member.binding, arguments, nodes)
            case Explanation():
                return self._explanation(member.target, nodes)
        raise TypeError(f"{member.name} has no cost")

    def _type_of(self, leaf: ArgumentTree) -> str:
        assert isinstance(leaf, ArgumentValue)
        prefix, _ = parse_global_id(leaf.value, frozenset(self.context.catalog.prefixes))
        return self.context.catalog.prefixes[prefix]

    def one(self, types: Iterable[str], selections: Sequence[SelectionSetNode]) -> Cost:
        """One object of one of the types."""
        return self._many(ArgumentValue(1), types, selections)

    def _many(
        self,
        size: ArgumentTree,
        types: Iterable[str],
        selections: Sequence[SelectionSetNode],
        read: Callable[[Any], int] = int,
    ) -> Cost:
        """The cost of `size` objects, each of one of the types."""
        each = [Cost(1) + self.object(name, selections) for name in types]
        self.subqueries += len(each)
        return times(size, each, self.context.limits, read)

    def _derived(
        self, member: Member, binding: Derived, arguments: Arguments, selections: Sequence[SelectionSetNode]
    ) -> Cost:
        """The cost of computed rows; with a limit, more rows are read than returned."""
        if binding.limit is None:
            return self.one([member.target], selections) * ASSUMED_LENGTH
        size = non_null(arguments, "first") or ArgumentValue(self.context.limits.default_page_size)
        return Cost(READ_WEIGHT) + self._many(size, [member.target], selections)

    def _search(self, binding: Search, arguments: Arguments, nodes: Sequence[FieldNode]) -> Cost:
        requested = non_null(arguments, "types")
        types = [
            type_ for name, type_ in binding.types.items() if requested is None or name in requested.value
        ]
        readers = self.readers
        total = Cost(READ_WEIGHT * len(types)) + self._connection("Search", types, arguments, nodes)
        self.subqueries += len(types) * (self.readers - readers)
        return total

    def _changes(self, binding: Changes, arguments: Arguments, nodes: Sequence[FieldNode]) -> Cost:
        """The cost of a page of changes with their nodes; for a subscription, of one change."""
        size = non_null(arguments, "first") or ArgumentValue(self.context.limits.default_page_size)
        types = binding.feed.types
        if self.context.viewers is not None:
            return self._change(ArgumentValue(1), types.values(), nodes)
        total = Cost(READ_WEIGHT)
        for field_nodes in collect_subfields(
            self.context, "ChangeConnection", sub_selections(nodes)
        ).values():
            self.field_count += 1
            if field_nodes[0].name.value == "nodes":
                total += self._change(size, types.values(), field_nodes)
            if field_nodes[0].name.value == "edges":
                for node in collect_subfields(
                    self.context, "ChangeEdge", sub_selections(field_nodes)
                ).values():
                    total += self._change(size, types.values(), node)
        return total

    def _change(self, size: ArgumentValue, types: Iterable[str], nodes: Sequence[FieldNode]) -> Cost:
        """The cost of `size` changes; a change without its node counts 1."""
        fields = (
            collect_subfields(self.context, "Change", sub_selections(nodes)) if sub_selections(nodes) else {}
        )
        self.field_count += 1 + len(fields)
        wanted = [field_nodes for field_nodes in fields.values() if field_nodes[0].name.value == "node"]
        if not wanted:
            return times(size, [Cost(1)], self.context.limits)
        return sum((self._many(size, types, sub_selections(field_nodes)) for field_nodes in wanted), NO_COST)

    def _page(self, name: str, arguments: Arguments, nodes: Sequence[FieldNode]) -> Cost:
        conditions, readers, order = self.conditions, self.readers, arguments.get("orderBy")
        related = self._related(arguments.get("filter"), name) + self._counted(order, name)
        searched = non_null(arguments, "search") is not None
        self.conditions += len(order) if isinstance(order, list) else 0
        conditions = self.conditions - conditions
        total = self._connection(name, [name], arguments, nodes)
        readers = self.readers - readers
        self.conditions += conditions * max(readers - 1, 0)
        self.subqueries += (1 + related) * readers
        return total + Cost(READ_WEIGHT * (related + searched))

    def _counted(self, order: ArgumentTree | None, name: str) -> int:
        """How many terms of an order count other rows."""
        terms = [term["field"] for term in order if isinstance(term, dict)] if isinstance(order, list) else []
        members = self.context.catalog.types[name].members
        return sum(_counts(members.get(term.value)) for term in terms if isinstance(term, ArgumentValue))

    def _log(self, name: str, binding: Log, arguments: Arguments, nodes: Sequence[FieldNode]) -> Cost:
        """The cost of a page of a log: an entry's visibility is looked up in each type with entries."""
        given = sum(1 for argument in binding.conditions if non_null(arguments, argument) is not None)
        readers = self.readers
        total = Cost(READ_WEIGHT) + self._connection(name, [name], arguments, nodes)
        self.subqueries += self.readers - readers
        self.conditions += given * (self.readers - readers)
        return total

    def _explanation(self, name: str, nodes: Sequence[FieldNode]) -> Cost:
        """The cost of an explanation: every rule is evaluated on one row."""
        fields = collect_subfields(self.context, name, sub_selections(nodes))
        self.field_count += len(fields)
        self.subqueries += 1
        return Cost(READ_WEIGHT)

    def _connection(
        self, name: str, types: Sequence[str], arguments: Arguments, nodes: Sequence[FieldNode]
    ) -> Cost:
        size = non_null(arguments, "first") or non_null(arguments, "last")
        size = size or ArgumentValue(self.context.limits.default_page_size)
        parts = collect_subfields(self.context, f"{name}Connection", sub_selections(nodes)).values()
        self.readers += any(
            field_nodes[0].name.value in ("nodes", "edges", "pageInfo") for field_nodes in parts
        )
        return sum((self._part(name, size, types, field_nodes) for field_nodes in parts), NO_COST)

    def _part(self, name: str, size: ArgumentValue, types: Sequence[str], nodes: Sequence[FieldNode]) -> Cost:
        self.field_count += 1
        match nodes[0].name.value:
            case "nodes":
                return self._many(size, types, sub_selections(nodes))
            case "edges":
                return self._edges(f"{name}Edge", size, types, sub_selections(nodes))
            case "facets":
                return self._facets(name, nodes)
            case "totalCount":
                self.readers += 1
                return Cost(READ_WEIGHT)
            case "pageInfo":
                page_info_fields = collect_subfields(self.context, "PageInfo", sub_selections(nodes)).values()
                self.field_count += len(page_info_fields)
                self.readers += sum(
                    one[0].name.value in ("hasNextPage", "hasPreviousPage") for one in page_info_fields
                )
        return NO_COST

    def _edges(self, edge: str, size: ArgumentValue, types: Sequence[str], selections: Selections) -> Cost:
        fields = collect_subfields(self.context, edge, selections)
        self.field_count += len(fields)
        nodes = [field_nodes for field_nodes in fields.values() if field_nodes[0].name.value == "node"]
        if not nodes:
            return times(size, [Cost(1)], self.context.limits)
        return sum((self._many(size, types, sub_selections(field_nodes)) for field_nodes in nodes), NO_COST)

    def _facets(self, name: str, nodes: Sequence[FieldNode]) -> Cost:
        """The cost of facets: each reads all rows, and returns up to its limit of values."""
        arguments = argument_values(self.context, f"{name}Connection", nodes[0])
        facets = len(requested_facets(self.context.catalog.types[name], arguments))
        fields = collect_subfields(self.context, "Facet", sub_selections(nodes))
        self.field_count += facets * (1 + len(fields))
        self.readers += facets
        limit = non_null(arguments, "limit") or ArgumentValue(DEFAULT_LIMIT)
        values = [field_nodes for field_nodes in fields.values() if field_nodes[0].name.value == "values"]
        each = times(limit, [Cost(1)], self.context.limits) + Cost(READ_WEIGHT)
        return each * (facets * len(values))

    def _related(self, tree: ArgumentTree | None, name: str, depth: int = 1) -> int:
        """How many conditions of a filter are on related rows; also counts all conditions."""
        if isinstance(tree, list):
            return sum(self._related(one, name, depth) for one in tree)
        if not isinstance(tree, dict):
            return 0
        self.deepest = max(self.deepest, depth)
        self.conditions += len(tree) or 1
        type_, related = self.context.catalog.types[name], 0
        for key, value in tree.items():
            if key in COMBINING:
                related += self._related(value, name, depth + 1)
            elif isinstance(value, dict):
                related += self._operators(type_, key, value, depth)
        return related

    def _operators(self, type_: TypeBinding, name: str, operators: Arguments, depth: int) -> int:
        facet = type_.facets.get(name)
        member = type_.members[name if name in type_.members or facet is None else facet.fields[0]]
        if facet is not None or isinstance(member.binding, Value):
            self.conditions += max(len(operators) - 1, 0)
            is_field = isinstance(member.binding, Value) and not _counts(member)
            return 0 if is_field else len(operators)
        target = member.target.removesuffix("Connection")
        return sum(1 + self._related(value, target, depth + 1) for value in operators.values())


def _counts(member: Member | None) -> bool:
    return member is not None and isinstance(member.binding, Value) and member.binding.counts
