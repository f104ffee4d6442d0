"""Webhooks in figures: how far behind they are, and what this process has sent."""

from __future__ import annotations

from collections.abc import Iterable

from api.metrics.registry import Figure, Figures
from delivery.webhooks.lifespan import Webhooks
from models.database.client import Database
from models.webhook_leases import webhook_figures


async def figures_of_webhooks(database: Database) -> Iterable[Figure]:
    """What the database says of all of them."""
    told = await webhook_figures(database)
    about = "Webhooks there are."
    return [
        *(
            Figure("puente_webhooks", "gauge", about, {"state": state}, getattr(told, state))
            for state in ("active", "paused", "parked")
        ),
        _gauge("puente_webhooks_failing", "Active webhooks whose last attempt failed.", told.failing),
        _gauge("puente_webhooks_behind", "Changes that active webhooks have still to look at.", told.behind),
        _gauge("puente_webhooks_furthest_behind", "Of the one that has most of them.", told.furthest_behind),
    ]


def measure_webhooks(figures: Figures, sending: Webhooks) -> None:
    """What this process says of itself."""
    counts, worker = sending.counts, sending.worker
    about = "Attempts to send a change to a webhook."
    figures.counter("puente_webhook_attempts_total", about, lambda: counts.delivered, outcome="delivered")
    figures.counter("puente_webhook_attempts_total", about, lambda: counts.failed, outcome="failed")
    about = "Webhooks that this process sends to now."
    figures.gauge("puente_webhooks_busy", about, lambda: worker.busy if worker else 0)


def _gauge(name: str, about: str, value: float) -> Figure:
    return Figure(name, "gauge", about, {}, value)
