"""A webhook's document as a query for pages of changes.

So a webhook, a subscription and a polling client receive the same.
"""

from __future__ import annotations

from functools import lru_cache

from graphql import (
    FieldNode,
    OperationType,
    SelectionSetNode,
    parse,
    print_ast,
    separate_operations,
)

from delivery.messages import message
from planner.document.operations import Operation
from planner.document.selection import collect_fields
from planner.engine import Engine
from planner.errors import bad_input

THIN = "{ id cursor kind type entityId version at }"
"""What is sent where there is no document: which entity it is, and not what is in it."""

PAGES = """
query Webhook($after: String, $first: Int, $types: [EntityType!], $institution: ID) {{
  changes(after: $after, first: $first, types: $types, institution: $institution) {{
    edges {{ sent: node {sent} head: node {{ id cursor kind type at }} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""
"""`head` is what the message itself needs; `sent` is its data."""


def changes_document(engine: Engine, document: str | None) -> Operation:
    """The query for pages of what the document asks of changes; raises a RequestError that says why not."""
    return engine.operation(document_text(engine, document), None, suggestions=False)


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
    """The fields `changes` of a subscription to nothing else, without arguments or variables."""
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
