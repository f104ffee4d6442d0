"""Webhooks in a running server: the registry that mutations use, and the worker that delivers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from delivery.subscriptions.feed_poller import FeedPoller
from delivery.webhooks.deliverer import Deliverer, DelivererLimits, DeliveryCounts
from delivery.webhooks.network_backend import DnsResolver
from delivery.webhooks.payload_document import PayloadPlans
from delivery.webhooks.pending_changes import PendingChanges
from delivery.webhooks.registry import WebhookRegistry
from delivery.webhooks.retry_policy import RetryPolicy
from delivery.webhooks.sender import Sender
from delivery.webhooks.signing import SecretBox
from delivery.webhooks.validation import WebhookRules
from delivery.webhooks.worker import LogRetention, WebhookWorker
from models.database.client import Database, engine_for

KEPT_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class RunningWebhooks:
    """The webhooks of this process; without a key for secrets there is no worker."""

    registry: WebhookRegistry
    worker: WebhookWorker | None
    counts: DeliveryCounts


@dataclass(frozen=True, slots=True)
class WebhookOptions:
    """How webhooks are stored and delivered; without `keys` for their secrets there are none.

    `interval` and `secret_overlap` are seconds; `concurrency` is how many webhooks are served at a time.
    """

    database_url: str
    keys: Sequence[str]
    rules: WebhookRules
    limits: DelivererLimits
    retry_policy: RetryPolicy
    log: LogRetention
    max_response_bytes: int
    concurrency: int
    interval: float
    secret_overlap: float


@asynccontextmanager
async def webhook_delivery(
    options: WebhookOptions, plans: PayloadPlans, poller: FeedPoller, database: Callable[[], Database]
) -> AsyncIterator[RunningWebhooks]:
    """Deliver webhooks during the block."""
    engine = engine_for(options.database_url, kept=KEPT_CONNECTIONS)
    resolver = DnsResolver(options.concurrency)
    sender = Sender(
        resolver,
        private=options.rules.private,
        timeout=options.limits.timeout,
        most=options.concurrency,
        most_bytes=options.max_response_bytes,
    )
    secret_box, counts = SecretBox(options.keys) if options.keys else None, DeliveryCounts()
    worker = None
    if secret_box is not None:
        pages = PendingChanges(plans, database)
        deliverer = Deliverer(engine, pages, sender, secret_box, options.retry_policy, options.limits, counts)
        worker = WebhookWorker(
            engine, deliverer, options.log, most=options.concurrency, interval=options.interval
        )
        poller.on_tick.append(worker.tick)
        worker.start()
    woken = worker.wake if worker else _no_worker
    registry = WebhookRegistry(
        engine, database, secret_box, plans, options.rules, options.secret_overlap, woken
    )
    try:
        yield RunningWebhooks(registry, worker, counts)
    finally:
        if worker is not None:
            await worker.close()
        await sender.close()
        resolver.close()
        await engine.dispose()


def _no_worker() -> None:
    pass
