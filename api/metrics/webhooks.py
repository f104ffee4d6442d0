"""Metrics of webhooks: how far behind they are, and what this process has sent."""

from __future__ import annotations

from collections.abc import Iterable

from api.metrics.registry import Registry, Sample
from delivery.webhooks.lifespan import RunningWebhooks
from models.database.client import Database
from models.webhook_leases import webhook_stats


async def webhook_samples(database: Database) -> Iterable[Sample]:
    """What the database says of all of them."""
    stats = await webhook_stats(database)
    about = "Webhooks there are."
    return [
        *(
            Sample("puente_webhooks", "gauge", about, {"state": state}, getattr(stats, state))
            for state in ("active", "paused", "parked")
        ),
        _gauge("puente_webhooks_failing", "Active webhooks whose last attempt failed.", stats.failing),
        _gauge("puente_webhooks_behind", "Changes that active webhooks have still to look at.", stats.behind),
        _gauge("puente_webhooks_furthest_behind", "Of the one that has most of them.", stats.furthest_behind),
    ]


def measure_webhooks(registry: Registry, sending: RunningWebhooks) -> None:
    """What this process says of itself."""
    counts, worker = sending.counts, sending.worker
    about = "Attempts to send a change to a webhook."
    registry.counter("puente_webhook_attempts_total", about, lambda: counts.delivered, outcome="delivered")
    registry.counter("puente_webhook_attempts_total", about, lambda: counts.failed, outcome="failed")
    about = "Webhooks that this process sends to now."
    registry.gauge("puente_webhooks_busy", about, lambda: worker.busy if worker else 0)


def _gauge(name: str, about: str, value: float) -> Sample:
    return Sample(name, "gauge", about, {}, value)
