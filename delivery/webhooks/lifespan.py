"""Webhooks in a server that runs: the registry that mutations use, and the worker that sends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from api.settings.settings import Settings
from delivery.subscriptions.feed_poller import Feed
from delivery.webhooks.deliverer import Counts, Deliverer, Limits
from delivery.webhooks.network_backend import Names, Resolve
from delivery.webhooks.pending_changes import Pages
from delivery.webhooks.registry import Registry
from delivery.webhooks.retry_policy import Schedule
from delivery.webhooks.sender import Sender
from delivery.webhooks.signing import Safe
from delivery.webhooks.validation import Rules
from delivery.webhooks.worker import Keeping, Worker
from models.database.client import Database, engine_for
from planner.engine import Engine

KEPT_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Those of this process; without a key for secrets there is no worker."""

    registry: Registry
    worker: Worker | None
    counts: Counts


@asynccontextmanager
async def webhooks(
    settings: Settings, planner: Engine, feed: Feed, database: Callable[[], Database]
) -> AsyncIterator[Webhooks]:
    """Send as long as the block lasts."""
    assert settings.database_url is not None
    keys = [key.get_secret_value() for key in settings.webhook_key]
    engine = engine_for(settings.database_url, kept=KEPT_CONNECTIONS)
    names = Names(settings.webhook_concurrency)
    sender = sender_of(settings, names)
    safe, counts = Safe(keys) if keys else None, Counts()
    worker = None
    if safe is not None:
        pages = Pages(planner, database)
        deliverer = Deliverer(engine, pages, sender, safe, schedule_of(settings), limits_of(settings), counts)
        worker = Worker(
            engine,
            deliverer,
            Keeping(settings.webhook_log_age, settings.webhook_log_entries),
            most=settings.webhook_concurrency,
            interval=settings.webhook_interval,
        )
        feed.on_tick.append(worker.tick)
        worker.start()
    rules = Rules(settings.webhook_max_per_client, settings.webhook_allow_private_addresses)
    woken = worker.wake if worker else _nobody
    registry = Registry(engine, database, safe, planner, rules, settings.webhook_secret_overlap, woken)
    try:
        yield Webhooks(registry, worker, counts)
    finally:
        if worker is not None:
            await worker.close()
        await sender.close()
        names.close()
        await engine.dispose()


def sender_of(settings: Settings, resolve: Resolve) -> Sender:
    return Sender(
        resolve,
        private=settings.webhook_allow_private_addresses,
        timeout=settings.webhook_timeout,
        most=settings.webhook_concurrency,
        most_bytes=settings.webhook_max_response_bytes,
    )


def schedule_of(settings: Settings) -> Schedule:
    return Schedule(
        settings.webhook_first_retry,
        settings.webhook_longest_retry,
        settings.webhook_max_attempts,
        settings.webhook_patience,
    )


def limits_of(settings: Settings) -> Limits:
    return Limits(
        settings.webhook_page,
        settings.webhook_turn,
        settings.webhook_lease,
        settings.webhook_timeout,
        settings.webhook_interval,
    )


def _nobody() -> None:
    pass
