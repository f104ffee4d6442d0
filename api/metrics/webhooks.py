"""Metrics of webhooks: how far they are behind, and what this process has sent."""

from __future__ import annotations

from collections.abc import Iterable

from api.metrics.registry import Registry, Sample
from delivery.webhooks.lifespan import RunningWebhooks
from models.database.client import Database
from models.webhook_leases import webhook_stats


async def webhook_samples(database: Database) -> Iterable[Sample]:
    """The samples of all webhooks, from the database."""
    stats = await webhook_stats(database)
    about = "Webhooks by state."
    return [
        *(
            Sample("puente_webhooks", "gauge", about, {"state": state}, getattr(stats, state))
            for state in ("active", "paused", "parked")
        ),
        _gauge("puente_webhooks_failing", "Active webhooks whose last attempt failed.", stats.failing),
        _gauge("puente_webhooks_behind", "Changes that active webhooks have not reached yet.", stats.behind),
        _gauge(
            "puente_webhooks_furthest_behind",
            "Changes that the webhook furthest behind has not reached yet.",
            stats.furthest_behind,
        ),
    ]


def measure_webhooks(registry: Registry, sending: RunningWebhooks) -> None:
    """Register this process's metrics of webhooks."""
    counts, worker = sending.counts, sending.worker
    about = "Attempts to send a change to a webhook."
    registry.counter("puente_webhook_attempts_total", about, lambda: counts.delivered, outcome="delivered")
    registry.counter("puente_webhook_attempts_total", about, lambda: counts.failed, outcome="failed")
    about = "Webhooks that this process is delivering to."
    registry.gauge("puente_webhooks_busy", about, lambda: worker.busy if worker else 0)


def _gauge(name: str, about: str, value: float) -> Sample:
    return Sample(name, "gauge", about, {}, value)
