"""The change feed as it is stored: its tables, the connection that numbers changes and is woken by them.

Triggers write the notes (`models/migrations/sql/0006_feed.sql`); `Sequence.number` turns what was committed
into changes. Whoever reads by number misses nothing and gets each entity's changes in their order.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import asyncpg
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Integer,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.base import code_point_text, metadata
from models.database import CONNECT_TIMEOUT, REFUSED, connection_settings, unavailable

logger = logging.getLogger("puente")

WAKES = "puente_change"
NUMBER = """
    select state.epoch, state.last, state.floor, access_epoch.version
    from puente_number_changes($1) as state, access_epoch
"""
FORGET = """
    with oldest as (
        select change.number from change, feed
        where change.number > feed.floor
            and (change.numbered_at < now() - make_interval(secs => $1) or change.number <= feed.last - $2)
        order by change.number limit $3
    ), gone as (
        delete from change where number in (select number from oldest) returning number
    ), moved as (
        update feed set floor = (select max(number) from gone) where exists (select from gone)
    )
    select count(*) from gone
"""


def _noted() -> list[Column[object]]:
    """What a note and the change made of it have in common."""
    return [
        Column("type", code_point_text(), nullable=False),
        Column("entity_id", Uuid(), nullable=False),
        Column("version", Integer, nullable=False),
        Column("own", Boolean, nullable=False),
        Column("columns", ARRAY(code_point_text()), nullable=False),
        Column("fields", ARRAY(code_point_text()), nullable=False),
        Column("tables", ARRAY(code_point_text()), nullable=False),
        Column("was", JSONB, nullable=True),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("actor", code_point_text(), nullable=False),
    ]


feed = Table(
    "feed",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, server_default=text("1")),
    Column("epoch", code_point_text(), nullable=False),
    Column("incarnation", code_point_text(), nullable=False),
    Column("last", BigInteger, nullable=False, server_default=text("0")),
    Column("floor", BigInteger, nullable=False, server_default=text("0")),
    CheckConstraint("id = 1", name="one_row"),
    CheckConstraint("floor <= last", name="in_order"),
)

change_note = Table(
    "change_note",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("xid", BigInteger, nullable=False),
    *_noted(),
    UniqueConstraint("xid", "entity_id"),
)

change = Table(
    "change",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    *_noted(),
    Column("numbered_at", DateTime(timezone=True), nullable=False),
)

FEED_TABLES = (feed, change_note, change)
"""The tables that hold no entity."""


@dataclass(frozen=True, slots=True)
class FeedState:
    """How far the feed has come: cursors are of `epoch`, from `floor` to `last`.

    `access` is the epoch of grants at the same moment.
    """

    epoch: str
    last: int
    floor: int
    access: int


class Sequence:
    """One connection that numbers changes, and on which PostgreSQL says that there are new ones.

    A wake is only a hint: what is not told is found by the next `number`.
    """

    def __init__(self, url: str, on_wake: Callable[[], None], timeout: float) -> None:
        self._url = url
        self._on_wake = on_wake
        self._timeout = timeout
        self._connection: asyncpg.Connection | None = None
        self._alone = asyncio.Lock()

    async def number(self, most: int) -> FeedState:
        """Number what was committed, at most so many; raises DatabaseUnavailable."""
        async with self._alone:
            try:
                connection = await self._connected()
                return FeedState(*await connection.fetchrow(NUMBER, most))
            except (*REFUSED, asyncpg.PostgresError) as error:
                await self._drop()
                raise unavailable(self._url, error) from error

    async def forget(self, seconds: float, most: int, at_once: int) -> int:
        """Delete changes older than so many seconds, and those beyond so many; says how many it was."""
        async with self._alone:
            try:
                connection = await self._connected()
                gone: int = await connection.fetchval(FORGET, seconds, most, at_once)
                return gone
            except (*REFUSED, asyncpg.PostgresError) as error:
                await self._drop()
                raise unavailable(self._url, error) from error

    @property
    def listening(self) -> bool:
        return self._connection is not None and not self._connection.is_closed()

    async def close(self) -> None:
        async with self._alone:
            await self._drop()

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._url,
                timeout=CONNECT_TIMEOUT,
                command_timeout=self._timeout,
                server_settings=connection_settings(),
            )
            await self._connection.add_listener(WAKES, lambda *_: self._on_wake())
        return self._connection

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it is given up, in whatever state it is
                connection.terminate()
