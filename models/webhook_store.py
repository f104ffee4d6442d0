"""Reads what mutations of webhooks check beforehand, and the log of deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.database.client import Database

START_POSITION = text("""
    select epoch, last, floor, puente_feed_continues(:seen, :tag) as continued from puente_number_changes()
""")
VISIBLE_ONE = text("""
    select id, fingerprint from webhook
    where id = :id and (cast(:everyones as boolean) or client_id = cast(:client as uuid))
""")
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


@dataclass(frozen=True, slots=True)
class OwnerFilter:
    """Whose webhooks a viewer manages: a client's own, or everyone's."""

    client: UUID | None = None
    everyones: bool = False

    @property
    def values(self) -> dict[str, Any]:
        return {"client": self.client, "everyones": self.everyones}


async def present(connection: AsyncConnection, seen: int, tag: str) -> RowMapping:
    """The feed's epoch, last number and floor, once everything committed until now is numbered.

    `continued`: whether this history has the seen number with this tag.
    """
    return (await connection.execute(START_POSITION, {"seen": seen, "tag": tag})).mappings().one()


async def visible_one(connection: AsyncConnection, owner: OwnerFilter, id: UUID) -> RowMapping | None:
    """The webhook, if the owner manages it."""
    return (await connection.execute(VISIBLE_ONE, {"id": id, **owner.values})).mappings().first()


async def delivery_position(connection: AsyncConnection, id: UUID, delivery: UUID) -> RowMapping | None:
    """The epoch and number of the change that was delivered."""
    values = {"id": id, "delivery": delivery}
    return (await connection.execute(DELIVERY, values)).mappings().first()


async def deliveries(database: Database, id: UUID, first: int, after: UUID | None) -> Sequence[Any]:
    """Attempts from the log, up to a limit, newest first."""
    return await database.fetch_all(DELIVERIES, (id, after, first))


async def visible(database: Database, owner: OwnerFilter, id: UUID) -> bool:
    (found,) = await database.fetch(VISIBLE, (id, owner.everyones, owner.client))
    return bool(found)
