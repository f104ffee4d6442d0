"""The changes that a webhook has yet to send: a page of them, as its client may see them now."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from delivery.request_errors import MAX_REFRESHES, grants_unsettled
from delivery.webhooks.payload_document import PayloadPlans, WebhookRequest
from models.database.client import Database, StatementTimeout
from models.grant_queries import grant_of_client
from models.webhook import ParkReason
from models.webhook_leases import Leased
from planner.changes.feed_position import BatchId, FeedPosition, parse_cursor
from planner.errors import CostLimit, CursorExpired, RequestError
from schema.grants import Principal, client_principal, grant_of


class WebhookParked(Exception):
    """The webhook must be parked, for this reason."""

    def __init__(self, reason: ParkReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Message:
    """A change to send: `id` is the `webhook-id` header, `body` is JSON, `number` its feed number."""

    id: str
    type: str
    number: int
    body: str


@dataclass(frozen=True, slots=True)
class PendingPage:
    """Changes to send, oldest first; the page covers the feed up to the number `reached`.

    It was read at the monotonic time `read_at`, for grants of the epoch `epoch`; `batch` was the feed's
    last batch then.
    """

    messages: Sequence[Message]
    reached: int
    batch: BatchId
    more: bool
    epoch: int
    read_at: float


@dataclass(frozen=True, slots=True)
class PendingChanges:
    """Reads pages for webhooks."""

    plans: PayloadPlans
    database: Callable[[], Database]

    async def viewer(self, webhook: Leased) -> Principal:
        """The client with its current grants; raises WebhookParked if it is gone or sees other rows now."""
        granted = await grant_of_client(self.database(), webhook.client_id, webhook.scopes)
        if not granted.grants:
            raise WebhookParked(ParkReason.CLIENT)
        held = [grant_of(row) for row in granted.grants]
        viewer = client_principal(webhook.client_id, held, epoch=granted.epoch)
        if viewer.fingerprint != webhook.fingerprint:
            raise WebhookParked(ParkReason.GRANTS)
        return viewer

    async def read(self, webhook: Leased, after: int, first: int) -> PendingPage:
        """At most `first` changes after a number; fewer if a page costs too much. Raises WebhookParked."""
        for _ in range(MAX_REFRESHES):
            viewer = await self.viewer(webhook)
            try:
                page = await self._read(webhook, viewer, after, first)
            except CursorExpired as error:
                raise WebhookParked(ParkReason[error.problems[0].details["reason"]]) from error
            except RequestError as error:
                raise WebhookParked(ParkReason.DOCUMENT) from error
            if page.epoch == viewer.grants_epoch:
                return page
        raise grants_unsettled()

    async def _read(self, webhook: Leased, viewer: Principal, after: int, first: int) -> PendingPage:
        while True:
            try:
                return await self._page(webhook, viewer, after, first)
            except (CostLimit, StatementTimeout):
                if first == 1:
                    raise
                first = max(1, first // 2)

    async def _page(self, webhook: Leased, viewer: Principal, after: int, first: int) -> PendingPage:
        given = variables_of(webhook, after, first)
        page_plan = await self.plans.owed(WebhookRequest(webhook.document, given, viewer, webhook.language))
        plan = page_plan.plan
        parameters = plan.parameters(page_plan.variables, viewer)
        read_at = time.monotonic()
        row = await self.database().fetch(plan.sql, parameters, by_values=plan.needs_custom_plan)
        plan.require_cursors_kept(row)
        page = orjson.loads(row[0])
        messages = [message_of(edge) for edge in page["edges"]]
        info = page["pageInfo"]
        end = parse_cursor(info["endCursor"])
        return PendingPage(messages, end.number, end.batch, info["hasNextPage"], row[-1], read_at)


def variables_of(webhook: Leased, after: int, first: int) -> dict[str, Any]:
    cursor = FeedPosition(webhook.epoch, after, webhook.fingerprint, BatchId(webhook.last, webhook.tag))
    institution = webhook.institution_id and f"institution_{webhook.institution_id}"
    types = list(webhook.types) or None
    return {"after": str(cursor), "first": first, "types": types, "institution": institution}


def message_of(edge: Mapping[str, Any]) -> Message:
    """The message for a change; its id is always the same for the same change."""
    head = edge["head"]
    type_ = f"{head['type']}.{head['kind']}"
    body = orjson.dumps({"type": type_, "timestamp": head["at"], "data": edge["sent"]}).decode()
    number = parse_cursor(head["cursor"]).number
    return Message(f"change_{head['id'].replace('.', '_')}", type_, number, body)
