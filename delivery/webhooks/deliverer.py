"""Delivers a webhook's changes in order, until none are left or one fails.

A turn is limited; then the webhook goes to the end of the queue, so that a long backlog delays no other.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from delivery.webhooks.pending_changes import Message, PendingChanges, PendingPage, WebhookParked
from delivery.webhooks.retry_policy import RetryPolicy
from delivery.webhooks.sender import ReceiverResponse, Sender
from delivery.webhooks.signing import SecretBox, SecretUnreadable, signature_headers
from models.webhook import DeliveryStatus, ParkReason
from models.webhook_leases import Attempt, Leased, LeaseStatus, advance, clear_lease, fail, park, release

logger = logging.getLogger("puente")

GONE_STATUS = 410
MAX_READ_AGE = 2.0  # seconds until a page is read again, even if nothing has changed


@dataclass(frozen=True, slots=True)
class DelivererLimits:
    """`page` and `turn` count changes; the others are seconds, `interval` those between idle turns."""

    page: int
    turn: int
    lease: float
    timeout: float
    interval: float


@dataclass(slots=True)
class DeliveryCounts:
    """Attempts of this process since its start."""

    delivered: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Gives leased webhooks their turns."""

    engine: AsyncEngine
    pages: PendingChanges
    sender: Sender
    secret_box: SecretBox
    retry_policy: RetryPolicy
    limits: DelivererLimits
    counts: DeliveryCounts
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def deliver_pending(self, webhook: Leased, leased_at: float) -> None:
        """Send the pending changes; `leased_at` is the monotonic time before the lease was requested."""
        try:
            await self._deliver_leased(webhook, leased_at)
        except WebhookParked as parked:
            if parked.reason is ParkReason.EPOCH and webhook.epoch == webhook.feed_epoch:
                # read from a server with another history than the one that leased: one is being replaced
                await release(self.engine, webhook, webhook.number, self.limits.interval)
                return
            logger.warning("webhook %s is parked: %s", webhook.id, parked.reason)
            await park(self.engine, webhook, parked.reason)

    async def _deliver_leased(self, webhook: Leased, leased_at: float) -> None:
        size, left, until = self.limits.page, self.limits.turn, leased_at + self.limits.lease
        while left > 0 and time.monotonic() < until - self.limits.timeout:
            page = await self.pages.read(webhook, webhook.number, min(size, left))
            webhook = replace(webhook, last=page.batch.number, tag=page.batch.tag)
            sent, moved = 0, False
            for message in page.messages:
                began = time.monotonic()
                stale = moved or (sent > 0 and began > page.read_at + MAX_READ_AGE)
                if stale or began > until - self.limits.timeout:
                    size = max(1, sent)
                    break
                held = await self._deliver(webhook, message, page)
                if held is None:
                    return
                moved = held.unnumbered or held.last != webhook.last
                webhook = replace(
                    webhook,
                    number=message.number,
                    attempts=0,
                    failing_since=None,
                    last=held.last,
                    tag=held.tag,
                )
                until = began + self.limits.lease
                sent += 1
            else:
                webhook, size = replace(webhook, number=page.reached), min(self.limits.page, size * 2)
                if not page.more:
                    await release(self.engine, webhook, page.reached, self.limits.interval)
                    return
            left -= sent
        await release(self.engine, webhook, webhook.number)

    async def _deliver(self, webhook: Leased, message: Message, page: PendingPage) -> LeaseStatus | None:
        """None if it wasn't accepted, the lease was lost, or the client's grants have changed."""
        response = await self._post(webhook, message)
        attempts = webhook.attempts + 1
        attempt = Attempt(
            message=message.id,
            type=message.type,
            number=message.number,
            status=DeliveryStatus.DELIVERED,
            attempts=attempts,
            duration_ms=round(response.seconds * 1_000),
            response_status=response.status,
            error=response.error,
        )
        if response.ok:
            self.counts.delivered += 1
            held = await advance(self.engine, webhook, attempt, self.limits.lease)
            if held.held and held.epoch == page.epoch:
                return held
            await release(self.engine, webhook, message.number)
        else:
            self.counts.failed += 1
            held = await fail(self.engine, webhook, self._failed(webhook, attempt, response))
        if not held.held:
            await clear_lease(self.engine, webhook)
        return None

    def _failed(self, webhook: Leased, attempt: Attempt, response: ReceiverResponse) -> Attempt:
        """The attempt with its outcome: a retry after a pause, or parking."""
        reason = None
        if response.status == GONE_STATUS:
            reason = ParkReason.GONE
        elif self.retry_policy.is_exhausted(attempt.attempts, webhook.failing_since, self.now()):
            reason = ParkReason.FAILING
        if reason is not None:
            logger.warning("webhook %s is parked: %s (%s)", webhook.id, reason, response.error)
            return replace(attempt, status=DeliveryStatus.FAILED, parked=reason)
        pause = self.retry_policy.delay(attempt.attempts, response.retry_after)
        return replace(attempt, status=DeliveryStatus.RETRYING, pause=pause)

    async def _post(self, webhook: Leased, message: Message) -> ReceiverResponse:
        sealed = [webhook.secret, *(webhook.old_secret or b"").split()]
        try:
            opened = [self.secret_box.open(one) for one in sealed]
        except SecretUnreadable as error:
            return ReceiverResponse(0.0, error=str(error))
        headers = signature_headers(message.id, self.now(), message.body, opened)
        return await self.sender.post(webhook.url, headers, message.body.encode())
