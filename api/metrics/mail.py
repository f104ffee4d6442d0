"""Metrics of mail: what waits to be sent, and what this process has sent."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from api.metrics.registry import Registry, Sample
from delivery.mail.lifespan import RunningMail
from models.database.client import Database
from models.mail_queue import mail_stats

OUTCOMES = ("sent", "retried", "bounced", "suppressed", "failed")


async def mail_samples(database: Database) -> Iterable[Sample]:
    """The samples of the queue, from the database."""
    stats = await mail_stats(database)
    return [
        _gauge("puente_mails_queued", "Notifications that are still to be mailed.", stats.queued),
        _gauge("puente_mails_retried", "Of these, those that were tried before.", stats.tried),
        _gauge("puente_mails_oldest_seconds", "For how long the oldest of them has waited.", stats.oldest),
    ]


def measure_mail(registry: Registry, sending: RunningMail) -> None:
    """Register the metrics of this process."""
    about = "Attempts to mail a notification, by result."
    for outcome in OUTCOMES:
        count = partial(getattr, sending.counts, outcome)
        registry.counter("puente_mail_attempts_total", about, count, outcome=outcome)
    worker = sending.worker
    registry.gauge(
        "puente_mails_busy", "Mails that this process sends now.", lambda: worker.busy if worker else 0
    )


def _gauge(name: str, about: str, value: float) -> Sample:
    return Sample(name, "gauge", about, {}, value)
