"""The planner's entry point: makes plans of documents, and caches both."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace

from graphql import (
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLSchema,
    OperationType,
    get_named_type,
)

from planner.bounded_cache import BoundedCache
from planner.cost.costs import NO_COST, NO_OPERATION_COST, Cost, OperationCost
from planner.cost.introspection_cost import IntrospectionCost
from planner.cost.operation_cost import estimate
from planner.declaration.access import Policy
from planner.declaration.bindings import Changes
from planner.declaration.catalog import Catalog
from planner.document.arguments import Variables
from planner.document.operations import Document, Operation, read_document
from planner.document.plan_key import KeyFunctions
from planner.document.selection import DocumentContext, Fields, collect_fields
from planner.limits import Limits
from planner.mutation.payload import PayloadPlan, make_payload_plan
from planner.mutation.request import MutationRequest
from planner.mutation.write_statement import WriteStatement, write_statement
from planner.plan.query_plan import Plan, make_plan
from planner.plan.root_fields import QUERY_TYPE
from planner.plan.subscription_plan import SubscriptionPlan, make_subscription_plan
from planner.statement.context import PlanningContext
from planner.statement.viewer_batch import ViewerBatch
from planner.viewer import Viewer

SHAPING_ENUMS = ("AccessScope", "EntityType", "GrantedRole", "Language", "OrderDirection", "SearchType")


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """Limits of an operation, and of the caches of documents and plans (entries and bytes)."""

    limits: Limits
    document_entries: int
    document_bytes: int
    plan_entries: int
    plan_bytes: int


@dataclass(frozen=True, slots=True)
class RootFieldSplit:
    """The root fields of an operation: those that the statement answers, and those that Python resolves.

    `cost` covers the planned fields, and introspection.
    """

    planned: Fields
    resolved: Fields
    keys: tuple[str, ...]
    cost: OperationCost = NO_OPERATION_COST


@dataclass(frozen=True, slots=True)
class _Selections:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Variables


@dataclass(frozen=True, slots=True)
class WritePlan:
    """The plan of a mutation for viewers with one plan key: the statements, and the payload's plan."""

    statement: WriteStatement
    payload: PayloadPlan


class Engine:
    """The schema, its bindings and policy, with caches of documents and plans.

    `known_document` and `known_plan` look up the caches, by text and by `plan_key`; `cache_misses` counts the
    documents and plans that had to be made.
    """

    def __init__(self, schema: GraphQLSchema, catalog: Catalog, policy: Policy, bounds: EngineLimits) -> None:
        self.schema = schema
        self.catalog = catalog
        self.policy = policy
        self.engine_limits = bounds
        self._key_functions = KeyFunctions(shaping_enums(schema), catalog.prefixes)
        self._documents: BoundedCache[str, Document] = BoundedCache(
            self.engine_limits.document_entries, self.engine_limits.document_bytes
        )
        self._plans: BoundedCache[Hashable, tuple[Plan | None, RootFieldSplit]] = BoundedCache(
            self.engine_limits.plan_entries, self.engine_limits.plan_bytes
        )
        self._subscription_plans: BoundedCache[Hashable, tuple[SubscriptionPlan, RootFieldSplit]] = (
            BoundedCache(self.engine_limits.plan_entries, self.engine_limits.plan_bytes)
        )
        self._write_plans: BoundedCache[Hashable, WritePlan] = BoundedCache(
            self.engine_limits.plan_entries, self.engine_limits.plan_bytes
        )
        self.known_document = self._documents.get
        self.known_plan = self._plans.get
        self.cache_misses = 0

    @property
    def max_cost(self) -> int:
        return self.engine_limits.limits.max_cost

    def operation(self, text: str, name: str | None, *, suggestions: bool = True) -> Operation:
        """The operation of a document; raises RequestError for an invalid document or name."""
        return self.document(text, suggestions=suggestions).choose(name)

    def document(self, text: str, *, suggestions: bool = True) -> Document:
        """The document of a text, from the cache or parsed; raises RequestError if it is invalid.

        `suggestions`: error messages may suggest names of the schema for misspelled ones.
        """
        document = self.known_document(text)
        if document is None:
            self.cache_misses += 1
            document = read_document(
                text, self.schema, self._key_functions, self.engine_limits.limits, suggestions=suggestions
            )
            self._documents.store(text, document, size=document.size)
        return document

    def plan_key(self, operation: Operation, variables: Variables, viewer: Viewer, language: str) -> Hashable:
        """The key of a request's plan in the cache."""
        return operation, viewer.plan_key, language, operation.shape(variables)

    def plan(
        self, operation: Operation, variables: Variables, viewer: Viewer, language: str
    ) -> tuple[Plan | None, RootFieldSplit]:
        """The plan of a query for the viewer's roles and language, with the fields that Python resolves.

        For an authenticated viewer its statement also returns the grants epoch, so that changed grants show.
        """
        key = self.plan_key(operation, variables, viewer, language)
        found = self.known_plan(key)
        if found is None:
            self.cache_misses += 1
            found = self._make_plan(operation, variables, viewer, language)
            size = len(found[0].sql) * 2 if found[0] else 0
            self._plans.store(key, found, size=size + operation.size + PLAN_OVERHEAD_BYTES)
        return found

    def is_subscription_planned(
        self, operation: Operation, variables: Variables, viewer: Viewer, language: str
    ) -> bool:
        """Whether the plan of a subscription is cached."""
        key = self.plan_key(operation, variables, viewer, language)
        return self.known_plan(key) is not None or self._subscription_plans.get((key, FOLLOWS)) is not None

    def is_change_subscription(self, operation: Operation, variables: Variables) -> bool:
        """Whether a subscription is to `changes`, rather than a live query."""
        members = self.catalog.types[QUERY_TYPE].members
        planned = self._split(operation, variables).planned.values()
        return any(isinstance(members[nodes[0].name.value].binding, Changes) for nodes in planned)

    def plan_subscription(
        self, operation: Operation, variables: Variables, viewer: Viewer, language: str
    ) -> SubscriptionPlan:
        """The plan of `subscription { changes }`: one statement for all viewers of this shape."""
        key = (self.plan_key(operation, variables, viewer, language), FOLLOWS)
        found = self._subscription_plans.get(key)
        if found is None:
            self.cache_misses += 1
            split = self._split(operation, variables)
            scope = replace(self._context(operation, variables, viewer, language), viewers=ViewerBatch())
            cost = self._with_cost(split, estimate(scope, QUERY_TYPE, split.planned), variables)
            found = make_subscription_plan(scope, split.planned), cost
            self._subscription_plans.store(
                key, found, size=len(found[0].sql) * 2 + operation.size + PLAN_OVERHEAD_BYTES
            )
        following, split = found
        if split.cost.total.parts:
            split.cost.check(variables, self.max_cost)
        return following

    def known_write_plan(self, request: MutationRequest, viewer: Viewer) -> WritePlan | None:
        """The plan of a mutation, if it is cached."""
        return self._write_plans.get(self.write_plan_key(request, viewer))

    def write_plan_key(self, request: MutationRequest, viewer: Viewer) -> Hashable:
        """The key of a mutation's plan in the cache; of its input only which lists of links it has.

        An upsert has a plan for each of the mutations that it may become.
        """
        operation = request.operation
        shape = operation.selected_shape(request.variables)
        names = request.key, request.selection
        creates = request.action.creation is not None
        return operation, viewer.plan_key, request.language, shape, names, request.links, creates

    def write_plan(self, request: MutationRequest, viewer: Viewer) -> WritePlan:
        """The plan of a mutation for the viewer's roles, from the cache or made."""
        found = self.known_write_plan(request, viewer)
        if found is None:
            self.cache_misses += 1
            of_request = request.operation, request.variables, viewer, request.language
            statement = write_statement(self._context(*of_request), request.action, request.links)
            payload = make_payload_plan(
                self._context(*of_request), request, self.payload_type(request.action.mutation)
            )
            found = WritePlan(statement, payload)
            size = statement.size * 2 + len(payload.plan.sql if payload.plan else "") * 2
            size += request.operation.size + PLAN_OVERHEAD_BYTES
            self._write_plans.store(self.write_plan_key(request, viewer), found, size=size)
        return found

    def document_context(self, operation: Operation, variables: Variables) -> DocumentContext:
        """The context for collecting an operation's selections: schema, fragments and variables."""
        return _Selections(self.schema, operation.fragments, variables)

    @property
    def mutations(self) -> Mapping[str, GraphQLField]:
        """The root fields of mutations."""
        assert self.schema.mutation_type is not None
        fields: Mapping[str, GraphQLField] = self.schema.mutation_type.fields
        return fields

    def payload_type(self, mutation: str) -> str:
        """The name of a mutation's payload type."""
        return str(get_named_type(self.mutations[mutation].type).name)

    def _make_plan(
        self, operation: Operation, variables: Variables, viewer: Viewer, language: str
    ) -> tuple[Plan | None, RootFieldSplit]:
        split = self._split(operation, variables)
        introspection_costs = IntrospectionCost(self.schema, operation.fragments, variables).costs(
            split.resolved
        )
        if not split.planned:
            return None, self._with_cost(split, introspection_costs, variables)
        scope = self._context(operation, variables, viewer, language)
        split = self._with_cost(
            split, {**introspection_costs, **estimate(scope, QUERY_TYPE, split.planned)}, variables
        )
        return make_plan(scope, split.planned), split

    def _context(
        self, operation: Operation, variables: Variables, viewer: Viewer, language: str
    ) -> PlanningContext:
        return PlanningContext(
            self.schema,
            self.catalog,
            self.policy,
            self.engine_limits.limits,
            viewer.roles,
            language,
            variables,
            operation.fragments,
            reads_grants_epoch=viewer.grants_epoch is not None,
            single_attributes=viewer.single_attributes,
            tracks_tables=operation.operation_type is OperationType.SUBSCRIPTION,
        )

    def _with_cost(
        self, split: RootFieldSplit, roots: Mapping[str, Cost], variables: Variables
    ) -> RootFieldSplit:
        """The split with its cost; a cost that depends on variables is checked with each request."""
        cost = OperationCost(sum(roots.values(), NO_COST), roots)
        if not cost.total.parts:
            cost.check(variables, self.max_cost)
        return replace(split, cost=cost)

    def _split(self, operation: Operation, variables: Variables) -> RootFieldSplit:
        """A subscription's fields are fields of the query too, with the same bindings."""
        root = self.schema.get_root_type(operation.operation_type)
        assert root is not None
        selections = [operation.definition.selection_set]
        fields = collect_fields(self.schema, root, selections, operation.fragments, variables)
        reads = operation.operation_type is not OperationType.MUTATION
        bound = self.catalog.types[QUERY_TYPE].members if reads else {}
        planned = {key: nodes for key, nodes in fields.items() if nodes[0].name.value in bound}
        resolved = {key: nodes for key, nodes in fields.items() if key not in planned}
        return RootFieldSplit(planned, resolved, tuple(fields))

    @property
    def cache_stats(self) -> dict[str, int]:
        """Entries and bytes of the two caches, for metrics."""
        return {
            "documents": len(self._documents),
            "document_bytes": self._documents.bytes_used,
            "plans": len(self._plans),
            "plan_bytes": self._plans.bytes_used,
        }


PLAN_OVERHEAD_BYTES = 2_000
FOLLOWS = "follows"


def shaping_enums(schema: GraphQLSchema) -> Collection[str]:
    """The enums whose values shape a statement: order fields and directions, facets, languages, types."""
    enums: Iterable[str] = (t.name for t in schema.type_map.values() if isinstance(t, GraphQLEnumType))
    return [name for name in enums if name in SHAPING_ENUMS or name.endswith(("OrderField", "Facet"))]
