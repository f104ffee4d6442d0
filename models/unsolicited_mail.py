"""Unsolicited mails: those to somebody who did not request them, by whoever had them sent.

They are counted by sender and by recipient for a day, both as digests, and then deleted.
`models/migrations/sql/repeatable/mail_unsolicited.sql` has the functions that note and count them.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Table, func, text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.base import code_point_text, declare_functions, metadata

declare_functions("puente_unsolicited_to", discloses=False)

unsolicited_mail = Table(
    "unsolicited_mail",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("sender", code_point_text(), nullable=False),
    Column("recipient", code_point_text(), nullable=False),
    Column("sent_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index(None, "sender", "sent_at"),
    Index(None, "recipient", "sent_at"),
    Index(None, "sent_at"),
)
UNSOLICITED_TABLES = (unsolicited_mail,)
"""The tables of this module: they hold no entity."""

PRUNE = text("""
    delete from unsolicited_mail where id in (
        select id from unsolicited_mail where sent_at < now() - interval '1 day' limit :at_once)
""")


async def prune_unsolicited(engine: AsyncEngine, at_once: int) -> int:
    """Delete those that no longer count, up to a limit; returns how many were deleted."""
    async with engine.begin() as connection:
        gone = await connection.execute(PRUNE, {"at_once": at_once})
    return int(gone.rowcount)
