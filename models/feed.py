"""The change feed as it is stored: its tables, the connection that numbers changes and is woken by them.

Triggers write the notes (`models/migrations/sql/repeatable`); `Sequence.number` turns what was committed
into changes. A reader by number misses nothing and gets each entity's changes in order.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

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
from sqlalchemy.ext.asyncio import AsyncEngine

from models.base import code_point_text, metadata
from models.database.client import (
    GRACE,
    REFUSED,
    DatabaseUnavailable,
    StatementTimeout,
    connect_to,
    unavailable,
)
from models.database.server_check import hears, is_pooled
from models.database.session_settings import connection_settings

logger = logging.getLogger("puente")

WAKES = "puente_change"
NUMBER = """
    select state.epoch, state.last, state.floor, state.tag, access_epoch.version,
        puente_feed_continues($2, $3) as continued
    from puente_number_changes($1) as state, access_epoch
"""
"""`continued`: what was seen before, a number ($2) with its tag ($3), is in this history, if still kept."""
LISTENING = {
    "default_transaction_isolation": "read committed",  # what is committed while it waits is numbered too
    "idle_session_timeout": "300000",  # a process that stands still does not hold up the queue of wakes
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
"""Settings of the listening connection: when PostgreSQL gives it up, in milliseconds or seconds."""
PRUNE_LOCK = 7_368_658  # one server forgets at a time: the key of a PostgreSQL advisory lock
PRUNE_ALONE = text("select pg_try_advisory_xact_lock(:key)")
PRUNE = text("""
    with oldest as (
        select number, numbered_at from change where number > (select floor from feed)
        order by number limit :at_once
    ), reach as (
        select max(oldest.number) as number from oldest, feed
        where oldest.numbered_at < now() - make_interval(secs => :seconds)
            or oldest.number <= feed.last - :most
    ), gone as (
        delete from change using reach where change.number <= reach.number returning change.number
    ), moved as (
        update feed set floor = reach.number from reach where reach.number > feed.floor
    )
    select count(*) from gone
""")


def _noted() -> list[Column[object]]:
    """The columns that a note and its change have in common."""
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
    Column("tag", code_point_text(), nullable=False),
    Column("floor_tag", code_point_text(), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
    CheckConstraint("floor <= last", name="in_order"),
)

change_note = Table(
    "change_note",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("xid", BigInteger, nullable=False),
    *_noted(),
    UniqueConstraint("entity_id", "xid"),
)

change = Table(
    "change",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    *_noted(),
    Column("numbered_at", DateTime(timezone=True), nullable=False),
    Column("tag", code_point_text(), nullable=False),
)

FEED_TABLES = (feed, change_note, change)
"""The tables that hold no entity."""


@dataclass(frozen=True, slots=True)
class FeedState:
    """How far the feed has come: cursors are of `epoch`, from `floor` to `last`, whose batch has `tag`.

    `access` is the epoch of grants at the same moment. `history` counts how often the feed turned out to be
    another one: it has a new epoch, or was restored and lacks what this process has seen of it before.
    `connections` counts how often the database was connected to: each time it may be another one, even where
    the feed does not tell.
    """

    epoch: str
    last: int
    floor: int
    tag: str
    access: int
    history: int = 0
    connections: int = 0


class Sequencer:
    """One connection that numbers changes, and on which PostgreSQL says that there are new ones.

    A notification is only a hint: the next `number` finds what it missed.
    """

    def __init__(self, url: str, on_wake: Callable[[], None], timeout: float) -> None:
        self._url = url
        self._on_wake = on_wake
        self._timeout = timeout
        self._connection: asyncpg.Connection | None = None
        self._alone = asyncio.Lock()
        self._woken = False
        self._seen: FeedState | None = None
        self._connections = 0

    async def number(self, most: int) -> FeedState:
        """Number committed changes, up to a limit; raises DatabaseUnavailable, StatementTimeout.

        It is one statement that is its own transaction: once PostgreSQL has it, it ends, and lets go of the
        feed's row, whatever becomes of this process.
        """
        async with self._alone:
            try:
                return await self._number(most)
            except (asyncpg.QueryCanceledError, TimeoutError) as error:
                await self._drop()
                raise StatementTimeout(self._timeout) from error
            except DatabaseUnavailable:
                await self._drop()
                raise
            except (*REFUSED, asyncpg.PostgresError) as error:
                await self._drop()
                raise unavailable(self._url, error) from error

    async def _number(self, most: int) -> FeedState:
        connection, seen = await self._connected(), self._seen
        batch = (seen.last, seen.tag) if seen else (-1, "")
        *found, continued = await connection.fetchrow(NUMBER, most, *batch)
        state = replace(FeedState(*found), connections=self._connections)
        if seen is not None:
            another = not continued or state.epoch != seen.epoch
            state = replace(state, history=seen.history + another)
        if not continued:
            logger.warning("the database lacks changes that it had: it was restored, or is another one")
        self._seen = state
        return state

    @property
    def listening(self) -> bool:
        """Whether PostgreSQL wakes this process; behind a pooler it may only seem so."""
        return self._woken and self._connection is not None and not self._connection.is_closed()

    async def close(self) -> None:
        async with self._alone:
            await self._drop()

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            connection = await connect_to(
                self._url,
                {
                    **connection_settings(),
                    **LISTENING,
                    "statement_timeout": str(round(self._timeout * 1000)),
                },
                command_timeout=self._timeout + GRACE,
            )
            try:
                await connection.add_listener(WAKES, lambda *_: self._on_wake())
                self._woken = not await is_pooled(connection) or await hears(connection, self._url)
            except BaseException:  # kept, it would number changes and be woken by none
                connection.terminate()
                raise
            self._connection = connection
            self._connections += 1
        return self._connection

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it is given up, in whatever state it is
                connection.terminate()


async def prune(engine: AsyncEngine, seconds: float, most: int, at_once: int) -> int:
    """Delete changes that are too old or too many; returns how many were deleted.

    The floor moves in the same transaction: who reads sees all of what is above it, or that it has moved.
    """
    async with engine.begin() as connection:
        if not (await connection.execute(PRUNE_ALONE, {"key": PRUNE_LOCK})).scalar_one():
            return 0
        values = {"seconds": seconds, "most": most, "at_once": at_once}
        return int((await connection.execute(PRUNE, values)).scalar_one())
