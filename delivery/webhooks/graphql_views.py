"""Rows of webhooks and of their log as the schema's types."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import strawberry

from delivery.messages import message
from models.access import AccessScope
from models.vocabulary import Language
from models.webhook import DeliveryStatus, ParkReason, WebhookState
from planner.changes.feed_position import FeedPosition, Witness
from planner.declaration.scalar_types import IntAtMost
from planner.errors import bad_input
from planner.limits import Limits
from schema.change import EntityType
from schema.common import PageInfo
from schema.scalars import URL
from schema.webhook import (
    Webhook,
    WebhookConnection,
    WebhookDelivery,
    WebhookDeliveryConnection,
    WebhookDeliveryEdge,
    WebhookEdge,
)

GLOBAL_ID = re.compile(r"([a-z]+)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def key_of(id: str, prefix: str) -> UUID | None:
    """The key of a global id of this kind; None where it is of no form or of another."""
    found = GLOBAL_ID.fullmatch(id)
    return UUID(found[2]) if found and found[1] == prefix else None


def size_of(first: int | None, limits: Limits) -> int:
    """Of a page; raises BadUserInput."""
    if first is None:
        return limits.default_page_size
    size: int = IntAtMost("first", limits.max_page_size)(first)
    return size


def after(cursor: str | None, prefix: str) -> UUID | None:
    """The key of the row that a cursor is of; raises BadUserInput."""
    if cursor is None:
        return None
    key = key_of(cursor, prefix)
    if key is None:
        raise bad_input(message("webhook.not_a_cursor", cursor=repr(cursor[:80])))
    return key


def webhook(row: Any) -> Webhook:
    return Webhook(
        id=strawberry.ID(f"webhook_{row['id']}"),
        display_name=None,
        client=row["client"],
        url=URL(row["url"]),
        description=row["description"],
        types=[EntityType[name] for name in row["types"]],
        institution_id=strawberry.ID(f"institution_{row['institution_id']}")
        if row["institution_id"]
        else None,
        document=row["document"],
        language=Language[row["language"]],
        scopes=[AccessScope[name] for name in row["scopes"]],
        state=WebhookState[row["state"]],
        parked_for=ParkReason[row["parked_for"]] if row["parked_for"] else None,
        cursor=str(position(row)),
        behind=row["behind"],
        attempts=row["attempts"],
        failing_since=row["failing_since"],
        next_attempt_at=row["next_attempt_at"],
        old_secret_until=row["old_secret_until"],
        created_at=row["created_at"],
    )


def position(row: Any) -> FeedPosition:
    """Where it is; whoever reads that can have seen what there is now."""
    return FeedPosition(row["epoch"], row["number"], row["fingerprint"], Witness(row["last"], row["tag"]))


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


def webhooks(rows: Sequence[Any], size: int) -> WebhookConnection:
    nodes = [webhook(row) for row in rows[:size]]
    edges = [WebhookEdge(cursor=node.id, node=node) for node in nodes]
    return WebhookConnection(
        edges=edges, nodes=nodes, page_info=_around([one.id for one in nodes], rows, size)
    )


def deliveries(rows: Sequence[Any], size: int) -> WebhookDeliveryConnection:
    nodes = [delivery(row) for row in rows[:size]]
    edges = [WebhookDeliveryEdge(cursor=node.id, node=node) for node in nodes]
    info = _around([one.id for one in nodes], rows, size)
    return WebhookDeliveryConnection(edges=edges, nodes=nodes, page_info=info)


def _id(prefix: str, key: UUID | None) -> strawberry.ID | None:
    return strawberry.ID(f"{prefix}_{key}") if key else None


def _around(cursors: Sequence[str], rows: Sequence[object], size: int) -> PageInfo:
    first, last = (cursors[0], cursors[-1]) if cursors else (None, None)
    return PageInfo(
        has_next_page=len(rows) > size, has_previous_page=False, start_cursor=first, end_cursor=last
    )
