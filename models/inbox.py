"""Marks notifications as read, and stores which kinds are mailed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database.client import Database
from models.notification import NotificationKind

OWN = text("""
    select id from notification where id = any(:ids) and person_id = any(:people)
""")
MARK = text("""
    update notification set read_at = now()
    where person_id = any(:people) and read_at is null and (
        id = any(:ids) or (created_at, id) <= (
            select b.created_at, b.id from notification b where b.id = :up_to and b.person_id = any(:people)))
    returning id
""")

UNWANTED = """
    select distinct kind from notification_preference where person_id = any($1) and not mailed
"""
SET = text("""
    insert into notification_preference (person_id, kind, mailed)
    select person, :kind, :mailed from unnest(cast(:people as uuid[])) person
    on conflict (person_id, kind) do update set mailed = excluded.mailed
        where notification_preference.mailed <> excluded.mailed
    returning id
""")


@dataclass(frozen=True, slots=True)
class MarkOutcome:
    """The notifications that were unread before, or else unknown ones: then nothing was changed."""

    marked: Sequence[UUID]
    unknown: frozenset[UUID]


async def mark_read(
    engine: AsyncEngine, people: Sequence[UUID], ids: Sequence[UUID], up_to: UUID | None, *, dry_run: bool
) -> MarkOutcome:
    """Mark these notifications of these people as read, and all up to one; read ones stay unchanged."""
    wanted = {*ids, *([up_to] if up_to else [])}
    async with engine.connect() as connection:
        values = {"people": list(people), "ids": list(wanted)}
        own = {row[0] for row in await connection.execute(OWN, values)}
        if unknown := wanted - own:
            return MarkOutcome([], frozenset(unknown))
        found = await connection.execute(MARK, {**values, "ids": list(ids), "up_to": up_to})
        marked = sorted(row[0] for row in found)
        await (connection.rollback() if dry_run else connection.commit())
    return MarkOutcome(marked, frozenset())


async def unwanted_kinds(database: Database, people: Sequence[UUID]) -> frozenset[NotificationKind]:
    """The kinds that these people don't want to be mailed."""
    rows = await database.fetch_all(UNWANTED, (list(people),))
    return frozenset(NotificationKind[kind] for (kind,) in rows)


async def set_preference(
    engine: AsyncEngine, people: Sequence[UUID], kind: NotificationKind, *, mailed: bool
) -> None:
    """Say whether these people want notifications of a kind to be mailed."""
    async with engine.begin() as connection:
        await connection.execute(SET, {"people": list(people), "kind": kind.value, "mailed": mailed})
