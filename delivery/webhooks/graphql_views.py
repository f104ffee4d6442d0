"""GraphQL types made from rows of a webhook's delivery log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import strawberry

from delivery.messages import message
from models.webhook import DeliveryStatus
from planner.declaration.scalar_types import IntAtMost
from planner.errors import bad_input
from planner.errors.translation.graphql_value import print_value
from planner.limits import Limits
from schema.common import PageInfo
from schema.webhook import WebhookDelivery, WebhookDeliveryConnection, WebhookDeliveryEdge

GLOBAL_ID = re.compile(r"([a-z]+)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def key_of(id: str, prefix: str) -> UUID | None:
    """The UUID in a global id with this prefix; None if it is malformed or has another prefix."""
    found = GLOBAL_ID.fullmatch(id)
    return UUID(found[2]) if found and found[1] == prefix else None


def size_of(first: int | None, limits: Limits) -> int:
    """The page size, `first` or the default; raises BadUserInput."""
    if first is None:
        return limits.default_page_size
    size: int = IntAtMost("first", limits.max_page_size)(first)
    return size


def after(cursor: str | None, prefix: str) -> UUID | None:
    """The key of the row that a cursor marks; raises BadUserInput."""
    if cursor is None:
        return None
    key = key_of(cursor, prefix)
    if key is None:
        raise bad_input(message("webhook.not_a_cursor", cursor=print_value(cursor)))
    return key


def delivery(row: Any) -> WebhookDelivery:
    return WebhookDelivery(
        id=strawberry.ID(f"delivery_{row['id']}"),
        display_name=None,
        message=row["message"],
        type=row["type"],
        status=DeliveryStatus[row["status"]],
        attempts=row["attempts"],
        response_status=row["response_status"],
        duration_ms=row["duration_ms"],
        next_attempt_at=row["next_attempt_at"],
        error=row["error"],
        at=row["created_at"],
    )


def deliveries(rows: Sequence[Any], size: int) -> WebhookDeliveryConnection:
    nodes = [delivery(row) for row in rows[:size]]
    edges = [WebhookDeliveryEdge(cursor=node.id, node=node) for node in nodes]
    info = _around([one.id for one in nodes], rows, size)
    return WebhookDeliveryConnection(edges=edges, nodes=nodes, page_info=info)


def _around(cursors: Sequence[str], rows: Sequence[object], size: int) -> PageInfo:
    first, last = (cursors[0], cursors[-1]) if cursors else (None, None)
    return PageInfo(
        has_next_page=len(rows) > size, has_previous_page=False, start_cursor=first, end_cursor=last
    )
