"""Notifications in a running server: the inbox that mutations use, and the worker that mails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from delivery.mail.inbox import Inbox
from delivery.mail.mail_message import origin_of
from delivery.mail.mailer import MailCounts, Mailer, MailLimits
from delivery.mail.recipient_view import RecipientView
from delivery.mail.senders import FolderSender, MailSender, SmtpSender, SmtpServer
from delivery.mail.worker import MailWorker
from delivery.planning import Planning
from delivery.subscriptions.feed_poller import FeedPoller
from delivery.webhooks.retry_policy import RetryPolicy
from models.database.client import Database, engine_for
from planner.engine import Engine

KEPT_CONNECTIONS = 2


@dataclass(frozen=True, slots=True)
class MailOptions:
    """How notifications are mailed: by a server, or into a folder; without either not at all.

    `interval` is in seconds, `concurrency` counts mails that are sent at a time; they are from `origin`.
    `link_page` and `guest_page` are the addresses that links are added to.
    """

    database_url: str
    server: SmtpServer | None
    folder: FolderSender | None
    origin: str
    link_page: str | None
    guest_page: str | None
    limits: MailLimits
    retry_policy: RetryPolicy
    concurrency: int
    interval: float


@dataclass(frozen=True, slots=True)
class RunningMail:
    """The notifications of this process; without a way to send there is no worker."""

    inbox: Inbox
    worker: MailWorker | None
    counts: MailCounts


@asynccontextmanager
async def mail_delivery(
    options: MailOptions,
    planner: Engine,
    turns: Planning,
    poller: FeedPoller,
    database: Callable[[], Database],
) -> AsyncIterator[RunningMail]:
    """Send as long as the block lasts."""
    engine = engine_for(options.database_url, kept=KEPT_CONNECTIONS)
    origin, counts, worker = origin_of(options.origin), MailCounts(), None
    sender: MailSender | None = SmtpSender(options.server, origin) if options.server else options.folder
    if sender is not None:
        view = RecipientView(planner, turns, database)
        mailer = Mailer(
            engine,
            view,
            sender,
            origin,
            options.retry_policy,
            options.limits,
            options.link_page,
            options.guest_page,
            counts,
        )
        worker = MailWorker(engine, mailer, most=options.concurrency, interval=options.interval)
        poller.on_tick.append(worker.tick)
        worker.start()
    try:
        yield RunningMail(Inbox(engine, database, planner.engine_limits.limits.max_links), worker, counts)
    finally:
        if worker is not None:
            await worker.close()
        await engine.dispose()
