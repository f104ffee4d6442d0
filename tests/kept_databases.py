"""Databases that tests change one after the other: what a test changed is put back when it ends.

A copy of a template costs its hundreds of files; each connection to it reads PostgreSQL's catalog again, and
plans each statement again. Putting back costs a look at each table, and writing the rows that differ.

A database whose tables, functions or triggers a test alters is dropped, and the next test gets another.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.database.client import engine_for

Opened = TypeVar("Opened")
SESSION = "application_name=kept"
"""A parameter of the address, by which sessions that outlive a test are known."""
SETUP = (
    "set plan_cache_mode = force_generic_plan",
    "set lock_timeout = '10s'",
    "create schema kept",
    "create table kept.before (relation text, line text)",
    "create index on kept.before (relation)",
    "create sequence kept.alterations",
    """create function kept.note_alteration() returns event_trigger security definer language plpgsql as
        $$ begin perform nextval('kept.alterations'); end $$""",
    """insert into kept.before select seqrelid, pg_sequence_last_value(seqrelid) from pg_sequence
        where seqrelid <> 'kept.alterations'::regclass""",
)
WATCH = "create event trigger kept_alterations on ddl_command_end execute function kept.note_alteration()"
TABLES = """
    select c.relname, array_agg(quote_ident(a.attname) order by a.attnum)
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    group by 1
"""
END_OTHERS = """
    select pg_terminate_backend(pid, 10000) from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend'
        and pid <> pg_backend_pid() and application_name <> 'kept'
"""
SPOILT = """
    select pg_sequence_last_value('kept.alterations') is not null
        or exists (select from pg_db_role_setting join pg_database d on d.oid = setdatabase
            where datname = current_database())
        or exists (select from pg_stat_activity where datname = current_database()
            and backend_type = 'client backend' and pid <> pg_backend_pid() and xact_start is not null)
"""
"""Whether more than rows was altered, or somebody may still be writing."""
NEW = "age(xmin) < age(cast(:mark as text)::xid)"
SEQUENCES = """
    select setval(seqrelid, coalesce(line::bigint, seqstart), line is not null)
    from pg_sequence join kept.before on relation = seqrelid::text
    where pg_sequence_last_value(seqrelid) is distinct from line::bigint
"""


@dataclass(frozen=True)
class Table:
    """A table, its columns that are not generated, and how many rows it had."""

    name: str
    columns: list[str]
    rows: int

    @property
    def differing(self) -> str:
        """Its name, if a row is newer than the transaction `mark`, or one is missing."""
        differs = f"count(*) filter (where {NEW}) > 0 or count(*) <> {self.rows}"
        return f"select '{self.name}' where (select {differs} from {self.name})"

    @property
    def restoring(self) -> tuple[str, str]:
        columns = ", ".join(self.columns)
        values = ", ".join(f"(was).{column}" for column in self.columns)
        return (
            f"delete from {self.name} where {NEW}",
            f"""insert into {self.name} ({columns}) overriding system value
                select {values} from (
                    select line::{self.name} as was from kept.before where relation = '{self.name}'
                    and (select count(*) from {self.name}) < {self.rows}
                    and line not in (select one::text from {self.name} one) offset 0
                ) missing""",
        )


@dataclass
class KeptDatabase:
    """A database, what it was like, and what is opened on it once for many tests."""

    url: str
    connection: AsyncConnection
    tables: dict[str, Table]
    mark: str
    stack: AsyncExitStack
    opened: dict[Any, Any] = field(default_factory=dict)

    async def once(self, open: Callable[[str], AbstractAsyncContextManager[Opened]]) -> Opened:
        """What `open` makes of its address, for all tests that ask for it."""
        if open not in self.opened:
            self.opened[open] = await self.stack.enter_async_context(open(f"{self.url}&{SESSION}"))
        found: Opened = self.opened[open]
        return found

    async def restore(self) -> bool:
        """Whether all is as it was; a spoilt database is left alone."""
        async with self.connection.begin():
            await self._run(END_OTHERS)
        async with self.connection.begin():  # a transaction sees the same sessions throughout
            if await self.connection.scalar(text(SPOILT)):
                return False
            await self._run("set local session_replication_role = replica")
            differing = " union all ".join(one.differing for one in self.tables.values())
            for name in await self.connection.scalars(text(differing), {"mark": self.mark}):
                for statement in self.tables[name].restoring:
                    await self.connection.execute(
                        text(statement), {"mark": self.mark} if NEW in statement else {}
                    )
            await self._run(SEQUENCES)
            self.mark = await transaction(self.connection)
        return True

    async def _run(self, statement: str) -> None:
        await self.connection.execute(text(statement))


async def transaction(connection: AsyncConnection) -> str:
    return str(await connection.scalar(text("select pg_current_xact_id()::xid::text")))


async def remembered(connection: AsyncConnection) -> dict[str, Table]:
    """The tables, whose rows are kept."""
    for statement in SETUP:
        await connection.execute(text(statement))
    tables = {}
    for name, columns in (await connection.execute(text(TABLES))).all():
        kept = await connection.execute(
            text(f"insert into kept.before select '{name}', one::text from {name} one")
        )
        tables[name] = Table(name, columns, kept.rowcount)
    await connection.execute(text(WATCH))
    return tables


@asynccontextmanager
async def kept(url: str, superuser_url: str) -> AsyncIterator[KeptDatabase]:
    """A database that was just made."""
    async with AsyncExitStack() as stack:
        engine = engine_for(f"{superuser_url}&{SESSION}")
        stack.push_async_callback(engine.dispose)
        connection = await stack.enter_async_context(engine.connect())
        async with connection.begin():
            tables = await remembered(connection)
            mark = await transaction(connection)
        yield KeptDatabase(url, connection, tables, mark, stack)


@asynccontextmanager
async def pooled(url: str) -> AsyncIterator[AsyncEngine]:
    """An engine that keeps its connections."""
    engine = engine_for(url, kept=10)
    yield engine
    await engine.dispose()


@dataclass
class KeptDatabases:
    """The database of the tests of one template, which mostly follow each other."""

    copy_of: Callable[[str], AbstractAsyncContextManager[str]]
    superuser_of: Callable[[str], str]
    template: str = ""
    database: KeptDatabase | None = None
    in_use: bool = False
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @asynccontextmanager
    async def like(self, template: str) -> AsyncIterator[KeptDatabase]:
        """A database like a template, for one test."""
        assert not self.in_use, "one test at a time"
        database = await self.found(template)
        usable, self.in_use = False, True
        try:
            yield database
            usable = await database.restore()
        finally:
            self.in_use = False
            if not usable:
                await self.drop()

    async def found(self, template: str) -> KeptDatabase:
        """That of the test before, if it was of the same template."""
        if self.template != template:
            await self.drop()
        if self.database is None:
            url = await self.stack.enter_async_context(self.copy_of(template))
            self.database = await self.stack.enter_async_context(kept(url, self.superuser_of(url)))
            self.template = template
        return self.database

    async def drop(self) -> None:
        self.database = None
        await self.stack.aclose()
