"""Webhooks as their clients manage them: register, list, change, remove; and their log.

Whoever sends to a webhook that is changed loses the lease; the next one waits until that request has ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.database.client import Database

Values = Mapping[str, Any]

CLIENT = text("select id from api_client where id = :client and revoked_at is null for update")
COUNT = text("select count(*) from webhook where client_id = :client")
START_POSITION = text("""
    select epoch, last, floor, puente_feed_continues(:seen, :tag) as continued from puente_number_changes()
""")
ADD = text("""
    insert into webhook (id, client_id, url, description, types, institution_id, document, language, scopes,
        secret, epoch, number, fingerprint)
    values (:id, :client, :url, :description, :types, :institution, :document, :language, :scopes, :secret,
        :epoch, :number, :fingerprint)
""")
WEBHOOK_COLUMNS = """
    select webhook.id, webhook.created_at, webhook.url, webhook.description, webhook.types,
        webhook.institution_id, webhook.document, webhook.language, webhook.scopes, webhook.state,
        webhook.parked_for, webhook.epoch, webhook.number, webhook.fingerprint, webhook.attempts,
        webhook.failing_since,
        case when webhook.attempts > 0 and webhook.state = 'ACTIVE' then webhook.next_attempt_at
            end as next_attempt_at,
        case when webhook.old_secret_until > now() then webhook.old_secret_until end as old_secret_until,
        api_client.name as client,
        case when webhook.epoch = feed.epoch then feed.last - webhook.number end as behind,
        feed.last, feed.tag
    from webhook join api_client on api_client.id = webhook.client_id, feed
"""
ONE = text(f"{WEBHOOK_COLUMNS} where webhook.id = :id")
PAGE = (
    f"{WEBHOOK_COLUMNS} where ($1 or webhook.client_id = $2) and webhook.id > $3 order by webhook.id limit $4"
)
VISIBLE_ONE = text("""
    select id, client_id, state, parked_for, epoch, number, fingerprint, secret from webhook
    where id = :id and (cast(:everyones as boolean) or client_id = cast(:client as uuid)) for update
""")
ROTATE = text("""
    update webhook set old_secret = secret, old_secret_until = now() + make_interval(secs => :overlap),
        secret = :secret
    where id = :id
""")
PAUSE = text("""
    update webhook set state = 'PAUSED', parked_for = null, lease = null where id = :id
""")
GO_ON = text("""
    update webhook set state = :state, parked_for = null, epoch = :epoch, number = :number,
        fingerprint = :fingerprint, scopes = coalesce(cast(:scopes as text[]), scopes), attempts = 0,
        failing_since = null, next_attempt_at = now(), lease = null
    where id = :id
""")
REMOVE = text("delete from webhook where id = :id")
DELIVERY = text("""
    select epoch, number from webhook_delivery where id = :delivery and webhook_id = :id
""")
DELIVERIES = """
    select log.id, log.created_at, log.message, log.type, log.status, log.attempts, log.response_status,
        log.duration_ms, log.next_attempt_at, log.error
    from webhook_delivery as log
    where log.webhook_id = $1 and ($2::uuid is null or log.id < $2) order by log.id desc limit $3
"""
VISIBLE = "select exists (select from webhook where id = $1 and ($2 or client_id = $3))"

FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class OwnerFilter:
    """Whose webhooks somebody keeps: a client's own, or everyone's."""

    client: UUID | None = None
    everyones: bool = False

    @property
    def values(self) -> dict[str, Any]:
        return {"client": self.client, "everyones": self.everyones}


class NotRegistered(Exception):
    """No webhook was created: the client was revoked, or has the maximum (`full`)."""

    def __init__(self, *, full: bool) -> None:
        super().__init__("full" if full else "revoked")
        self.full = full


async def present(connection: AsyncConnection, seen: int, tag: str) -> RowMapping:
    """How far the feed has come, once what was committed until now is numbered: epoch, last, floor.

    `continued`: it is the history in which somebody saw a number with this tag.
    """
    return (await connection.execute(START_POSITION, {"seen": seen, "tag": tag})).mappings().one()


async def add(connection: AsyncConnection, values: Values, most: int) -> None:
    """Create a webhook; locks the client, so that concurrent registrations queue. Raises NotRegistered."""
    if (await connection.execute(CLIENT, {"client": values["client"]})).first() is None:
        raise NotRegistered(full=False)
    if (await connection.execute(COUNT, {"client": values["client"]})).scalar_one() >= most:
        raise NotRegistered(full=True)
    await connection.execute(ADD, values)


async def visible_one(connection: AsyncConnection, whose: OwnerFilter, id: UUID) -> RowMapping | None:
    """The webhook, locked, if it is one of theirs."""
    return (await connection.execute(VISIBLE_ONE, {"id": id, **whose.values})).mappings().first()


async def change(connection: AsyncConnection, statement: TextClause, id: UUID, **values: Any) -> None:
    await connection.execute(statement, {"id": id, **values})


async def one(connection: AsyncConnection, id: UUID) -> RowMapping:
    return (await connection.execute(ONE, {"id": id})).mappings().one()


async def delivery_position(connection: AsyncConnection, id: UUID, delivery: UUID) -> RowMapping | None:
    """The epoch and number of the change that a delivery of the webhook was of."""
    values = {"id": id, "delivery": delivery}
    return (await connection.execute(DELIVERY, values)).mappings().first()


async def page(database: Database, whose: OwnerFilter, first: int, after: UUID | None) -> Sequence[Any]:
    """Up to so many of the owner's, oldest first."""
    parameters = (whose.everyones, whose.client, after or FIRST, first)
    return await database.fetch_all(PAGE, parameters)


async def deliveries(database: Database, id: UUID, first: int, after: UUID | None) -> Sequence[Any]:
    """Up to so many attempts of the log, newest first."""
    return await database.fetch_all(DELIVERIES, (id, after, first))


async def visible(database: Database, whose: OwnerFilter, id: UUID) -> bool:
    (found,) = await database.fetch(VISIBLE, (id, whose.everyones, whose.client))
    return bool(found)
