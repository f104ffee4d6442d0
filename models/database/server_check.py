"""Checks whether a database server can be used, and reports all problems at once.

A pooler is fine if each connection gets its own session, as in PgBouncer's session mode. In transaction mode,
settings, prepared statements and notifications are lost, and our settings, such as read-only transactions,
leak to other clients.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from uuid import uuid4

import asyncpg

from models.database.address import CONNECT_TIMEOUT
from models.database.client import REFUSED, DatabaseUnsupported, connect_to, unavailable
from models.database.server_facts import ServerFacts, inspect
from models.database.session_settings import NO_TIMEOUTS

HEARING = 5.0  # seconds within which a notification must arrive
NO_SESSION = "a pooler gives each transaction another connection: use its session mode, or connect directly"


async def check_server(url: str) -> ServerFacts:
    """The facts about a server; raises DatabaseUnavailable, or DatabaseUnsupported with all problems."""
    facts = await inspect(url)
    problems = list(_problems(facts))
    if not facts.standby and not await keeps_sessions(url):
        problems.append(NO_SESSION)
    if problems:
        raise DatabaseUnsupported(f"the database {facts.database} can't be used: {'; '.join(problems)}")
    return facts


def _problems(facts: ServerFacts) -> Iterator[str]:
    if facts.encoding != "UTF8":
        yield f"its encoding is {facts.encoding}: create one with encoding 'UTF8' (template template0)"
    if facts.standby:
        yield "it is a standby, which accepts no writes: use the primary (target_session_attrs=read-write)"
    elif facts.read_only:
        yield "its transactions can only read (default_transaction_read_only)"
    schema = "(none exists)" if facts.schema is None else facts.schema
    if facts.homes and facts.schema not in facts.homes:
        home = ", ".join(facts.homes)
        yield f"its tables are in the schema {home}, but search_path leads to the schema {schema}"
    elif facts.tables == 0 and not facts.may_create:
        yield f"the role {facts.user} may not create tables in the schema {schema}"
    yield from trigger_problems(facts)
    if facts.denied:
        yield f"the role {facts.user} may not read and write {_some(facts.denied)}"


def trigger_problems(facts: ServerFacts) -> Iterator[str]:
    """Why changes are not noted."""
    if not facts.triggered:
        yield "no trigger notes what is written (session_replication_role is replica)"
    if facts.untriggered:
        yield f"triggers are disabled of {_some(facts.untriggered)} (alter table … enable trigger user)"


def _some(tables: Sequence[str]) -> str:
    return ", ".join(tables[:3]) + (" …" if len(tables) > 3 else "")


async def keeps_sessions(url: str) -> bool:
    """Whether a connection keeps one session of the server; raises DatabaseUnavailable."""
    try:
        connection = await connect_to(url, NO_TIMEOUTS, command_timeout=CONNECT_TIMEOUT)
        try:
            return await hears(connection, url)
        finally:
            connection.terminate()
    except (*REFUSED, asyncpg.PostgresError) as error:
        raise unavailable(url, error) from error


async def is_pooled(connection: asyncpg.Connection) -> bool:
    """Whether the connection goes through a pooler: then another server process may answer."""
    pid: int = await connection.fetchval("select pg_backend_pid()")
    return bool(pid != connection.get_server_pid())


async def hears(connection: asyncpg.Connection, url: str) -> bool:
    """Whether a notification from a second connection arrives while this one is idle.

    A pooler in transaction mode may lend the listening connection to the second client.
    """
    notified, channel = asyncio.Event(), f"puente_{uuid4().hex}"
    await connection.add_listener(channel, lambda *_: notified.set())
    other = await connect_to(url, NO_TIMEOUTS, command_timeout=CONNECT_TIMEOUT)
    try:
        await other.execute(f"notify {channel}")
        with suppress(TimeoutError):
            async with asyncio.timeout(HEARING):
                await notified.wait()
    finally:
        other.terminate()
    return notified.is_set()
