"""Webhooks in a running server: the registry that mutations use, and the worker that delivers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from api.settings.settings import Settings
from delivery.subscriptions.feed_poller import FeedPoller
from delivery.webhooks.deliverer import Deliverer, DelivererLimits, DeliveryCounts
from delivery.webhooks.network_backend import DnsResolver, Resolve
from delivery.webhooks.pending_changes import PendingChanges
from delivery.webhooks.registry import WebhookRegistry
from delivery.webhooks.retry_policy import RetryPolicy
from delivery.webhooks.sender import Sender
from delivery.webhooks.signing import SecretBox
from delivery.webhooks.validation import WebhookRules
from delivery.webhooks.worker import LogRetention, WebhookWorker
from models.database.client import Database, engine_for
from planner.engine import Engine

KEPT_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class RunningWebhooks:
    """The webhooks of this process; without a key for secrets there is no worker."""

    registry: WebhookRegistry
    worker: WebhookWorker | None
    counts: DeliveryCounts


@asynccontextmanager
async def webhook_delivery(
    settings: Settings, planner: Engine, poller: FeedPoller, database: Callable[[], Database]
) -> AsyncIterator[RunningWebhooks]:
    """Deliver for as long as the block lasts."""
    assert settings.database_url is not None
    keys = [key.get_secret_value() for key in settings.webhook_key]
    engine = engine_for(settings.database_url, kept=KEPT_CONNECTIONS)
    names = DnsResolver(settings.webhook_concurrency)
    sender = make_sender(settings, names)
    safe, counts = SecretBox(keys) if keys else None, DeliveryCounts()
    worker = None
    if safe is not None:
        pages = PendingChanges(planner, database)
        deliverer = Deliverer(
            engine, pages, sender, safe, make_retry_policy(settings), make_limits(settings), counts
        )
        worker = WebhookWorker(
            engine,
            deliverer,
            LogRetention(settings.webhook_log_age, settings.webhook_log_entries),
            most=settings.webhook_concurrency,
            interval=settings.webhook_interval,
        )
        poller.on_tick.append(worker.tick)
        worker.start()
    rules = WebhookRules(settings.webhook_max_per_client, settings.webhook_allow_private_addresses)
    woken = worker.wake if worker else _nobody
    registry = WebhookRegistry(engine, database, safe, planner, rules, settings.webhook_secret_overlap, woken)
    try:
        yield RunningWebhooks(registry, worker, counts)
    finally:
        if worker is not None:
            await worker.close()
        await sender.close()
        names.close()
        await engine.dispose()


def make_sender(settings: Settings, resolve: Resolve) -> Sender:
    return Sender(
        resolve,
        private=settings.webhook_allow_private_addresses,
        timeout=settings.webhook_timeout,
        most=settings.webhook_concurrency,
        most_bytes=settings.webhook_max_response_bytes,
    )


def make_retry_policy(settings: Settings) -> RetryPolicy:
    return RetryPolicy(
        settings.webhook_first_retry,
        settings.webhook_longest_retry,
        settings.webhook_max_attempts,
        settings.webhook_patience,
    )


def make_limits(settings: Settings) -> DelivererLimits:
    return DelivererLimits(
        settings.webhook_page,
        settings.webhook_turn,
        settings.webhook_lease,
        settings.webhook_timeout,
        settings.webhook_interval,
    )


def _nobody() -> None:
    pass
