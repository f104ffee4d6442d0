"""The planner as the rest of the house uses it: a document goes in, a plan comes out, both known once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from graphql import GraphQLEnumType, GraphQLSchema, OperationType

from planner.bounded_cache import BoundedCache
from planner.cost.introspection_cost import Introspection
from planner.cost.operation_cost import NOTHING, NOTHING_ASKED, Asked, Cost, reckon
from planner.declaration.access import Policy
from planner.declaration.bindings import Changes
from planner.declaration.catalog import Catalog
from planner.document.arguments import Variables
from planner.document.operations import Document, Operation, read_document
from planner.document.plan_key import Shapes
from planner.document.selection import Fields, collect
from planner.plan.query_plan import Plan, make_plan
from planner.plan.root_fields import QUERY
from planner.plan.subscription_plan import Following, make_following
from planner.statement.context import Limits, Scope, Viewer
from planner.statement.viewer_batch import Crowd

STRUCTURAL = ("EntityType", "Language", "OrderDirection", "SearchType")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large documents may be, and how many of them and of their plans are kept."""

    limits: Limits
    document_entries: int
    document_bytes: int
    plan_entries: int
    plan_bytes: int


@dataclass(frozen=True, slots=True)
class Split:
    """The root fields of a query: those that stand on the database, and those that Python answers.

    `cost` is that of the former, and of introspection.
    """

    planned: Fields
    resolved: Fields
    keys: tuple[str, ...]
    cost: Asked = NOTHING_ASKED


class Engine:
    """Holds the schema's bindings and policy, and the caches of documents and plans.

    `made` counts the documents and plans that were in no cache.
    """

    def __init__(self, schema: GraphQLSchema, catalog: Catalog, policy: Policy, bounds: Bounds) -> None:
        self.schema = schema
        self.catalog = catalog
        self.policy = policy
        self.bounds = bounds
        self._shapes = Shapes(structural_enums(schema), catalog.prefixes)
        self._documents: BoundedCache[str, Document] = BoundedCache(
            self.bounds.document_entries, self.bounds.document_bytes
        )
        self._plans: BoundedCache[object, tuple[Plan | None, Split]] = BoundedCache(
            self.bounds.plan_entries, self.bounds.plan_bytes
        )
        self._followings: BoundedCache[object, tuple[Following, Split]] = BoundedCache(
            self.bounds.plan_entries, self.bounds.plan_bytes
        )
        self.made = 0

    @property
    def max_cost(self) -> int:
        return self.bounds.limits.max_cost

    def operation(self, text: str, name: str | None, *, candid: bool = True) -> Operation:
        """The operation of a document; raises a `RequestError` that says what is wrong with it.

        `candid`: it may suggest what the schema has in place of what it has not.
        """
        document = self._documents.get(text)
        if document is None:
            self.made += 1
            document = read_document(text, self.schema, self._shapes, self.bounds.limits, candid=candid)
            self._documents.put(text, document, size=document.size)
        return document.choose(name)

    def plan(
        self, operation: Operation, variables: Variables, viewer: Viewer, language: str
    ) -> tuple[Plan | None, Split]:
        """The plan of a query for the viewer's roles and this language, and what Python has to answer.

        For those who are known the plan is guarded: what is known of them may have changed meanwhile.
        """
        key = (operation, viewer.shape, language, operation.shape(variables))
        found = self._plans.get(key)
        if found is None:
            self.made += 1
            found = self._make(operation, variables, viewer, language)
            size = len(found[0].sql) * 2 if found[0] else 0
            self._plans.put(key, found, size=size + operation.size + FIXED_BYTES)
        return found

    def follows(self, operation: Operation, variables: Variables) -> bool:
        """Whether a subscription is to the changes themselves, and not a live query."""
        members = self.catalog.types[QUERY].members
        planned = self._split(operation, variables).planned.values()
        return any(isinstance(members[nodes[0].name.value].binding, Changes) for nodes in planned)

    def follow(self, operation: Operation, variables: Variables, viewer: Viewer, language: str) -> Following:
        """The plan of `subscription { changes }`: one statement for all viewers of this shape."""
        key = (operation, viewer.shape, language, operation.shape(variables), "follow")
        found = self._followings.get(key)
        if found is None:
            self.made += 1
            split = self._split(operation, variables)
            scope = replace(self._scope(operation, variables, viewer, language), crowd=Crowd())
            cost = self._reckoned(split, reckon(scope, QUERY, split.planned), variables)
            found = make_following(scope, split.planned), cost
            self._followings.put(key, found, size=len(found[0].sql) * 2 + operation.size + FIXED_BYTES)
        following, split = found
        if split.cost.total.parts:
            split.cost.check(variables, self.max_cost)
        return following

    def _make(
        self, operation: Operation, variables: Variables, viewer: Viewer, language: str
    ) -> tuple[Plan | None, Split]:
        split = self._split(operation, variables)
        asked = Introspection(self.schema, operation.fragments, variables).costs(split.resolved)
        if not split.planned:
            return None, self._reckoned(split, asked, variables)
        scope = self._scope(operation, variables, viewer, language)
        split = self._reckoned(split, {**asked, **reckon(scope, QUERY, split.planned)}, variables)
        return make_plan(scope, split.planned), split

    def _scope(self, operation: Operation, variables: Variables, viewer: Viewer, language: str) -> Scope:
        return Scope(
            self.schema,
            self.catalog,
            self.policy,
            self.bounds.limits,
            viewer.roles,
            language,
            variables,
            operation.fragments,
            guarded=viewer.epoch is not None,
            single=viewer.single,
            watched=operation.kind is OperationType.SUBSCRIPTION,
        )

    def _reckoned(self, split: Split, roots: Mapping[str, Cost], variables: Variables) -> Split:
        """With its cost; what the variables decide of it is checked with each request."""
        cost = Asked(sum(roots.values(), NOTHING), roots)
        if not cost.total.parts:
            cost.check(variables, self.max_cost)
        return replace(split, cost=cost)

    def _split(self, operation: Operation, variables: Variables) -> Split:
        """A subscription reads as a query does: its fields are fields of the query too, bound alike."""
        root = self.schema.get_root_type(operation.kind)
        assert root is not None
        selections = [operation.definition.selection_set]
        fields = collect(self.schema, root, selections, operation.fragments, variables)
        reads = operation.kind is not OperationType.MUTATION
        bound = self.catalog.types[QUERY].members if reads else {}
        planned = {key: nodes for key, nodes in fields.items() if nodes[0].name.value in bound}
        resolved = {key: nodes for key, nodes in fields.items() if key not in planned}
        return Split(planned, resolved, tuple(fields))

    @property
    def held(self) -> dict[str, int]:
        """Entries and bytes of the two caches, for whoever watches them."""
        return {
            "documents": len(self._documents),
            "document_bytes": self._documents.held,
            "plans": len(self._plans),
            "plan_bytes": self._plans.held,
        }


FIXED_BYTES = 2_000


def structural_enums(schema: GraphQLSchema) -> Collection[str]:
    """The enums whose values shape a statement: what to order by, in which direction and language."""
    enums: Iterable[str] = (t.name for t in schema.type_map.values() if isinstance(t, GraphQLEnumType))
    return [name for name in enums if name in STRUCTURAL or name.endswith("OrderField")]
