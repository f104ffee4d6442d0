"""Delivery state of webhooks: leases, positions, the log, and what is left to send.

A webhook is leased to one process at a time. A process that lost its lease because it was too slow or because
the webhook was changed meanwhile, no longer changes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database.client import Database
from models.webhook import ERROR_LENGTH, DeliveryStatus, ParkReason

LOCK = 7_368_658  # one process at a time forgets: the key of a PostgreSQL advisory lock

CLAIM = text("""
    with due as (
        select webhook.id, feed.epoch as feed_epoch, feed.last, feed.tag from webhook, feed
        where webhook.state = 'ACTIVE' and webhook.next_attempt_at <= now()
            and (webhook.leased_until is null or webhook.leased_until <= now())
            and (webhook.number < feed.last or webhook.epoch <> feed.epoch)
            and (webhook.attempts > 0) = :failing
        order by webhook.next_attempt_at, webhook.id limit :most
        for update of webhook skip locked
    )
    update webhook set lease = gen_random_uuid(), leased_until = now() + make_interval(secs => :seconds)
    from due where webhook.id = due.id
    returning webhook.id, webhook.lease, client_id, url, types, institution_id, document, language, scopes,
        secret, case when old_secret_until > now() then old_secret end as old_secret,
        epoch, number, fingerprint, attempts, failing_since, due.feed_epoch, due.last, due.tag
""")
LEASE_STATUS = """
    select (select version from access_epoch) as epoch, exists (select from moved) as held, last, tag,
        exists (select from change_note) as unnumbered
    from feed
"""
LOG = """
    logged as (
        insert into webhook_delivery (webhook_id, message, type, epoch, number, status, attempts,
            response_status, duration_ms, next_attempt_at, error)
        select id, :message, :type, epoch, :number, :status, :attempts, :response_status, :duration_ms,
            case when :status = 'RETRYING' then now() + make_interval(secs => :pause) end, :error
        from webhook where id = :id
    )
"""
ADVANCE = text(f"""
    with moved as (
        update webhook set number = :number, attempts = 0, failing_since = null,
            leased_until = now() + make_interval(secs => :seconds)
        where id = :id and lease = :lease and state = 'ACTIVE' and puente_feed_continues(:seen, :tag)
        returning id
    ), {LOG} {LEASE_STATUS}
""")  # noqa: S608
FAIL = text(f"""
    with moved as (
        update webhook set attempts = :attempts, failing_since = coalesce(failing_since, now()),
            next_attempt_at = now() + make_interval(secs => :pause), lease = null, leased_until = null,
            state = case when cast(:parked as text) is null then state else 'PARKED' end, parked_for = :parked
        where id = :id and lease = :lease and state = 'ACTIVE' returning id
    ), {LOG} {LEASE_STATUS}
""")  # noqa: S608
RELEASE = text("""
    update webhook set lease = null, leased_until = null,
        number = case when puente_feed_continues(:seen, :tag) then greatest(number, :number) else number end,
        next_attempt_at = now() + make_interval(secs => :pause)
    where id = :id and lease = :lease
""")
CLEAR_LEASE = text("update webhook set leased_until = null where id = :id and lease is null")
PARK = text("""
    update webhook set state = 'PARKED', parked_for = :reason, lease = null, leased_until = null
    where id = :id and lease = :lease and state = 'ACTIVE'
""")
ALONE = text("select pg_try_advisory_xact_lock(:lock)")
PRUNE_LOG = text("""
    with gone as (
        delete from webhook_delivery where id in (
            select id from (
                select id, created_at, row_number() over (partition by webhook_id order by id desc) as place
                from webhook_delivery
            ) as placed
            where created_at < now() - make_interval(secs => :seconds) or place > :most
            order by id limit :at_once
        ) returning 1
    )
    select count(*) from gone
""")
STATS = """
    select count(*) filter (where webhook.state = 'ACTIVE'), count(*) filter (where webhook.state = 'PAUSED'),
        count(*) filter (where webhook.state = 'PARKED'),
        count(*) filter (where webhook.state = 'ACTIVE' and attempts > 0),
        coalesce(sum(behind) filter (where webhook.state = 'ACTIVE'), 0)::bigint,
        coalesce(max(behind) filter (where webhook.state = 'ACTIVE'), 0)
    from webhook, feed,
        lateral (select case when webhook.epoch = feed.epoch then feed.last - number end) as distance (behind)
"""


@dataclass(frozen=True, slots=True)
class Leased:
    """A webhook that this process sends to now, as it was when it was leased.

    The feed was of `feed_epoch` then. `last` and `tag` are of its last batch, as of the latest statement that
    was for this webhook: in a history without it, nothing of this is true, and the place does not move.
    """

    id: UUID
    lease: UUID
    client_id: UUID
    url: str
    types: Sequence[str]
    institution_id: UUID | None
    document: str | None
    language: str
    scopes: Sequence[str]
    secret: bytes
    old_secret: bytes | None
    epoch: str
    number: int
    fingerprint: str
    attempts: int
    failing_since: datetime | None
    feed_epoch: str
    last: int
    tag: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to send the change with this number; `pause` are the seconds until the next one."""

    message: str
    type: str
    number: int
    status: DeliveryStatus
    attempts: int
    duration_ms: int
    response_status: int | None = None
    error: str | None = None
    pause: float = 0.0
    parked: ParkReason | None = None


@dataclass(frozen=True, slots=True)
class LeaseStatus:
    """Whether the lease still held; at that moment, the epoch of grants, the feed's last number and its tag,
    and whether there were changes without a number."""

    epoch: int
    held: bool
    last: int
    tag: str
    unnumbered: bool


@dataclass(frozen=True, slots=True)
class WebhookStats:
    """How many webhooks there are in each state; of the active ones, how many failed when last tried.

    `behind` are the changes that they have still to look at, all together and the one that has most.
    """

    active: int
    paused: int
    parked: int
    failing: int
    behind: int
    furthest_behind: int


async def claim(engine: AsyncEngine, most: int, seconds: float, *, failing: bool) -> list[Leased]:
    """Lease webhooks that there may be something for, those that wait longest first."""
    async with engine.begin() as connection:
        values = {"most": most, "seconds": seconds, "failing": failing}
        return [Leased(*row) for row in await connection.execute(CLAIM, values)]


async def advance(engine: AsyncEngine, webhook: Leased, attempt: Attempt, seconds: float) -> LeaseStatus:
    """Record a delivery: move the webhook's position to it and extend the lease."""
    return await _note(engine, webhook, attempt, delivered=True, seconds=seconds)


async def fail(engine: AsyncEngine, webhook: Leased, attempt: Attempt) -> LeaseStatus:
    """Record a failure: retry after a pause, or park the webhook. Ends the lease."""
    return await _note(engine, webhook, attempt, delivered=False)


async def release(engine: AsyncEngine, webhook: Leased, number: int, pause: float = 0.0) -> None:
    """End the lease: everything up to `number` was processed. Another look follows after a pause."""
    values = {"number": number, "seen": webhook.last, "tag": webhook.tag, "pause": pause}
    await _end_lease(engine, RELEASE, webhook, **values)


async def _end_lease(engine: AsyncEngine, statement: TextClause, webhook: Leased, **values: object) -> None:
    """End the lease by a statement; if another process took it, clear the mark of an attempt."""
    async with engine.begin() as connection:
        ended = await connection.execute(statement, {"id": webhook.id, "lease": webhook.lease, **values})
        if not ended.rowcount:
            await connection.execute(CLEAR_LEASE, {"id": webhook.id})


async def clear_lease(engine: AsyncEngine, webhook: Leased) -> None:
    """Clear the mark of an attempt under a lease that another process took."""
    async with engine.begin() as connection:
        await connection.execute(CLEAR_LEASE, {"id": webhook.id})


async def park(engine: AsyncEngine, webhook: Leased, reason: ParkReason) -> None:
    """Park the webhook: send nothing until it is resumed."""
    await _end_lease(engine, PARK, webhook, reason=reason.value)


async def prune_log(engine: AsyncEngine, seconds: float, most: int, at_once: int) -> int:
    """Delete older log entries and those beyond a webhook's maximum; returns how many."""
    async with engine.begin() as connection:
        if not (await connection.execute(ALONE, {"lock": LOCK})).scalar_one():
            return 0
        values = {"seconds": seconds, "most": most, "at_once": at_once}
        return int((await connection.execute(PRUNE_LOG, values)).scalar_one())


async def webhook_stats(database: Database) -> WebhookStats:
    """The current figures of webhooks for metrics."""
    return WebhookStats(*await database.fetch(STATS))


async def _note(
    engine: AsyncEngine, webhook: Leased, attempt: Attempt, *, delivered: bool, seconds: float = 0.0
) -> LeaseStatus:
    values = {
        "id": webhook.id,
        "lease": webhook.lease,
        "message": attempt.message,
        "type": attempt.type,
        "number": attempt.number,
        "status": attempt.status.value,
        "attempts": attempt.attempts,
        "response_status": attempt.response_status,
        "duration_ms": attempt.duration_ms,
        "error": attempt.error and attempt.error[:ERROR_LENGTH],
        "pause": attempt.pause,
    }
    if delivered:
        values |= {"seconds": seconds, "seen": webhook.last, "tag": webhook.tag}
    else:
        values |= {"parked": attempt.parked and attempt.parked.value}
    async with engine.begin() as connection:
        row = (await connection.execute(ADVANCE if delivered else FAIL, values)).one()
        return LeaseStatus(*row)
