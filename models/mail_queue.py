"""The queue of mails: which notifications and links are to be mailed, and with what result.

A mail is leased to one process at a time. A process that lost its lease because it was too slow no longer
changes it; the next one sends the mail again, under the same Message-ID.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database.client import Database
from models.notification import ABOUT, ERROR_LENGTH, NotificationState

ENTITY = " ".join(f"when n.{table}_id is not null then '{table}_' || n.{table}_id" for table in ABOUT)

CLAIM = text(f"""
    with due as (
        select notification_id from notification_mail
        where next_attempt_at <= now() and (leased_until is null or leased_until <= now())
        order by next_attempt_at, notification_id limit :most
        for update skip locked
    ), leased as (
        update notification_mail m set lease = gen_random_uuid(), attempts = m.attempts + 1,
            leased_until = now() + make_interval(secs => :seconds)
        from due where m.notification_id = due.notification_id
        returning m.*
    )
    select l.notification_id, l.lease, l.attempts, l.queued_at, coalesce(n.kind, k.purpose),
        coalesce(n.language, puente_language_of(k.person_id)), coalesce(n.person_id, k.person_id),
        coalesce(k.email, p.email, g.guest_email), coalesce(p.name, g.guest_name),
        case {ENTITY} end,
        n.revision, coalesce(n.created_at, k.created_at),
        case when k.id is not null then puente_link_is_open(k) else coalesce((
            select f.mailed from notification_preference f
            where f.person_id = n.person_id and f.kind = n.kind), true) end,
        k.expires_at, n.guest_id, coalesce(k.id, o.id)
    from leased l left join notification n on n.id = l.notification_id
        left join secret_link k on k.id = l.notification_id
        left join person p on p.id = coalesce(n.person_id, k.person_id)
        left join registration g on g.id = n.guest_id
        left join secret_link o on o.registration_id = n.registration_id and puente_link_is_open(o)
    order by l.next_attempt_at, l.notification_id
""")  # noqa: S608
FINISH = text("""
    with ended as (
        delete from notification_mail where notification_id = :id and lease = :lease returning notification_id
    )
    update notification n set state = :state, error = :error from ended where n.id = ended.notification_id
""")
RETRY = text("""
    with kept as (
        update notification_mail set lease = null, leased_until = null,
            next_attempt_at = now() + make_interval(secs => :pause)
        where notification_id = :id and lease = :lease returning notification_id
    )
    update notification n set error = :error from kept
    where n.id = kept.notification_id and n.error is distinct from :error
""")
RELEASE = text("""
    update notification_mail set lease = null, leased_until = null, attempts = attempts - 1
    where notification_id = :id and lease = :lease
""")
PRUNE = text("""
    with old as (
        select id from notification
        where created_at < now() - make_interval(secs => :seconds) and not is_synthetic
        order by created_at, id limit :at_once
    ), unsent as (
        delete from notification_mail where notification_id in (select id from old)
    )
    delete from notification where id in (select id from old)
""")
KEEP_SECRET = text("""
    insert into link_secret (secret_hash, link_id)
    select :hash, :link from notification_mail m
    where m.notification_id = :id and m.lease = :lease and m.leased_until > now()
""")
PRUNE_LINKS = text("""
    with old as (
        select id from secret_link
        where coalesce(used_at, expires_at) < now() - make_interval(secs => :seconds)
        order by coalesce(used_at, expires_at) limit :at_once
    ), unsent as (
        delete from notification_mail where notification_id in (select id from old)
    )
    delete from secret_link where id in (select id from old)
""")
STATS = """
    select count(*), count(*) filter (where attempts > 0), count(*) filter (where leased_until > now()),
        coalesce(extract(epoch from now() - min(queued_at)), 0)::float8
    from notification_mail
"""


@dataclass(frozen=True, slots=True)
class QueuedMail:
    """A notification or a link that this process mails now; `attempts` counts this one too.

    `entity` is a global id; `wanted` says whether the person wants such mails. Of a link `kind` is the
    purpose, `wanted` whether it is open, and only it has `expires_at`. Where the notification is gone, `kind`
    is None, and so are most of the others. A guest is no person, but has a registration, `guest`. `link` is
    the link that the mail contains: itself, or that of a guest to the registration that it is about.
    """

    id: UUID
    lease: UUID
    attempts: int
    queued_at: datetime
    kind: str | None
    language: str
    person: UUID | None
    email: str | None
    name: str
    entity: str
    revision: int
    created_at: datetime
    wanted: bool
    expires_at: datetime | None = None
    guest: UUID | None = None
    link: UUID | None = None


@dataclass(frozen=True, slots=True)
class MailStats:
    """How many mails are to be sent, were tried before, are being sent; the age of the oldest in seconds."""

    queued: int
    tried: int
    leased: int
    oldest: float


async def claim(engine: AsyncEngine, most: int, seconds: float) -> list[QueuedMail]:
    """Lease mails that are due, those that wait longest first, for `seconds`."""
    async with engine.begin() as connection:
        return [
            QueuedMail(*row) for row in await connection.execute(CLAIM, {"most": most, "seconds": seconds})
        ]


async def finish(
    engine: AsyncEngine, mail: QueuedMail, state: NotificationState, error: str | None = None
) -> None:
    """Nothing more is to be done; a notification keeps the result, if the lease still held."""
    values = {"id": mail.id, "lease": mail.lease, "state": state.value, "error": _short(error)}
    async with engine.begin() as connection:
        await connection.execute(FINISH, values)


async def retry(engine: AsyncEngine, mail: QueuedMail, pause: float, error: str) -> None:
    """Try again after `seconds`."""
    values = {"id": mail.id, "lease": mail.lease, "pause": pause, "error": _short(error)}
    async with engine.begin() as connection:
        await connection.execute(RETRY, values)


async def release(engine: AsyncEngine, mail: QueuedMail) -> None:
    """End the lease of a mail that was not tried."""
    async with engine.begin() as connection:
        await connection.execute(RELEASE, {"id": mail.id, "lease": mail.lease})


async def prune_notifications(engine: AsyncEngine, seconds: float, at_once: int) -> int:
    """Delete notifications older than `seconds`, up to a limit; returns how many were deleted.

    The demo's stay: they have the date of its data, whatever the day is.
    """
    async with engine.begin() as connection:
        gone = await connection.execute(PRUNE, {"seconds": seconds, "at_once": at_once})
    return int(gone.rowcount)


async def keep_secret(engine: AsyncEngine, mail: QueuedMail, secret_hash: bytes) -> bool:
    """Store the hash of a secret that is about to be mailed; whether the lease still held."""
    values = {"id": mail.id, "lease": mail.lease, "link": mail.link, "hash": secret_hash}
    async with engine.begin() as connection:
        return bool((await connection.execute(KEEP_SECRET, values)).rowcount)


async def prune_links(engine: AsyncEngine, seconds: float, at_once: int) -> int:
    """Delete links that were used or expired longer ago, up to a limit; returns how many were deleted."""
    async with engine.begin() as connection:
        gone = await connection.execute(PRUNE_LINKS, {"seconds": seconds, "at_once": at_once})
    return int(gone.rowcount)


async def mail_stats(database: Database) -> MailStats:
    """The current figures of the queue for metrics."""
    return MailStats(*await database.fetch(STATS))


def _short(error: str | None) -> str | None:
    """Replies of servers may have any characters; PostgreSQL stores no NUL."""
    return error and error.replace("\0", "")[:ERROR_LENGTH]
