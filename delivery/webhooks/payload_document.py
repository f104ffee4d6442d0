"""A webhook's document as a query for pages of changes, and the plans of such queries.

Webhooks, subscriptions and polling clients therefore receive the same data.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from graphql import (
    FieldNode,
    OperationType,
    SelectionSetNode,
    parse,
    print_ast,
    separate_operations,
)

from delivery.messages import message
from delivery.planning import Planning
from delivery.request_errors import too_costly
from planner.bounded_cache import BoundedCache
from planner.document.arguments import Variables
from planner.document.operations import Operation
from planner.document.selection import collect_fields
from planner.engine import Engine
from planner.errors import bad_input
from planner.plan.query_plan import Plan
from planner.viewer import Viewer

THIN = "{ id cursor kind type entityId version at }"
"""The selection of a webhook without a document: which entity changed, without its data."""

PAGES = """
query Webhook($after: String, $first: Int, $types: [EntityType!], $institution: ID) {{
  changes(after: $after, first: $first, types: $types, institution: $institution) {{
    edges {{ sent: node {sent} head: node {{ id cursor kind type at }} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""
"""`head` has what the message's envelope needs; `sent` is its data."""


KEPT_DOCUMENTS, KEPT_BYTES = 1_000, 16 * 2**20


@dataclass(frozen=True, slots=True)
class PagePlan:
    """The plan of a query for a page of changes, and its coerced variables."""

    plan: Plan
    variables: Variables


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A webhook's document, the variables of one page, and the viewer and language that it is read for."""

    document: str | None
    given: Mapping[str, Any]
    viewer: Viewer
    language: str


@dataclass(frozen=True)
class PayloadPlans:
    """Plans for webhooks' documents. New plans are made in turn, off the event loop."""

    engine: Engine
    turns: Planning
    _texts: BoundedCache[str | None, str] = field(
        default_factory=lambda: BoundedCache(KEPT_DOCUMENTS, KEPT_BYTES)
    )

    async def wanted(self, request: WebhookRequest) -> PagePlan:
        """For a client that registers the webhook; raises RequestError, RateLimited among them."""
        return await self._planned(self.turns.run, request)

    async def owed(self, request: WebhookRequest) -> PagePlan:
        """For a delivery; raises RequestError if the document no longer fits the schema or the limits."""
        return await self._planned(self.turns.run_owed, request)

    async def _planned(
        self,
        run: Callable[[str, str, Callable[[], PagePlan]], Awaitable[PagePlan]],
        request: WebhookRequest,
    ) -> PagePlan:
        try:
            if self._is_known(request):
                return self._plan(request)
            return await run(request.viewer.key, "", partial(self._plan, request))
        except RecursionError as error:
            raise too_costly() from error

    def _is_known(self, request: WebhookRequest) -> bool:
        text = self._texts.get(request.document)
        document = self.engine.known_document(text) if text is not None else None
        if document is None:
            return False
        operation = document.choose(None)
        variables, viewer = operation.coerce(request.given), request.viewer
        key = self.engine.plan_key(operation, variables, viewer, request.language)
        return self.engine.known_plan(key) is not None

    def _plan(self, request: WebhookRequest) -> PagePlan:
        text = self._texts.get(request.document)
        if text is None:
            text = document_text(self.engine, request.document)
            self._texts.store(request.document, text, len(text) + len(request.document or ""))
        operation = self.engine.operation(text, None, suggestions=False)
        variables = operation.coerce(request.given)
        plan, split = self.engine.plan(operation, variables, request.viewer, request.language)
        assert plan is not None
        split.cost.check(variables, self.engine.max_cost)
        return PagePlan(plan, variables)


def document_text(engine: Engine, document: str | None) -> str:
    return _thin() if document is None else _full(engine, document)


@lru_cache(maxsize=1)
def _thin() -> str:
    return PAGES.format(sent=THIN)


def _full(engine: Engine, document: str) -> str:
    operation = engine.operation(document, None, suggestions=False)
    changes = _only_changes(operation)
    selections = tuple(one for node in changes if node.selection_set for one in node.selection_set.selections)
    sent = print_ast(SelectionSetNode(selections=selections))
    fragments = map(print_ast, operation.fragments.values())
    whole = parse("\n".join([PAGES.format(sent=sent), *fragments]))
    return print_ast(separate_operations(whole)["Webhook"])


def _only_changes(operation: Operation) -> list[FieldNode]:
    """The `changes` fields of a subscription without arguments or variables; raises BadUserInput."""
    if operation.operation_type is not OperationType.SUBSCRIPTION:
        raise bad_input(message("webhook_document.not_a_subscription"))
    if operation.definition.variable_definitions:
        raise bad_input(message("webhook_document.variables"))
    root = operation.schema.subscription_type
    assert root is not None
    selections = [operation.definition.selection_set]
    fields = collect_fields(operation.schema, root, selections, operation.fragments, {})
    nodes = next(iter(fields.values()), None)
    if nodes is None:
        raise bad_input(message("webhook_document.empty"))
    if nodes[0].name.value != "changes":
        raise bad_input(message("webhook_document.another_field", field=nodes[0].name.value))
    if any(node.arguments for node in nodes):
        raise bad_input(message("webhook_document.arguments"))
    return nodes
