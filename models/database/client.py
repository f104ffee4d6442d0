"""The way to PostgreSQL: the connections that reads go through, and engines for everything else.

DatabaseError
├── DatabaseUnavailable   it can't be reached, refuses us, or went away during the statement
├── DatabaseBusy          all connections are in use, and none became free in time
├── DatabaseUnsupported   it is no PostgreSQL that we support
├── StatementTimeout      it ended the statement at its time limit
├── StatementTooLarge     the statement is beyond what PostgreSQL takes
└── ValueRefused          a parameter isn't a valid value of its type there
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from models.database.address import CONNECT_TIMEOUT, parse_address, redacted
from models.database.calendar_codecs import set_calendar_codecs
from models.database.pool import ConnectionPool, PoolTimeout

APPLICATION = "puente"
OLDEST_VERSION = 16
GRACE = 5.0  # seconds that the server gets beyond its own time limit before we give the connection up
MAX_STATEMENT_BYTES = 1_000_000
CLOSE_TIMEOUT = 0.02  # seconds in which we learn which others of the connections have ended too

CONNECTION_LOST = (
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server's farewell has arrived, the end of the connection not yet
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,  # shutting down, crashed, starting up
    OSError,
)
NOT_CONNECTED = (  # no new connection for now: of a wrong password, too many others, a closed database
    asyncpg.exceptions.InvalidAuthorizationSpecificationError,
    asyncpg.exceptions.InvalidCatalogNameError,
    asyncpg.exceptions.ObjectNotInPrerequisiteStateError,
    asyncpg.exceptions.TooManyConnectionsError,
)
REFUSED = (
    *CONNECTION_LOST,
    *NOT_CONNECTED,
    asyncpg.exceptions.InsufficientPrivilegeError,
    TimeoutError,
    ValueError,
)
VALUE_REFUSED = (  # and DataError itself, which is what the driver raises when it can't encode a parameter
    asyncpg.exceptions.CharacterNotInRepertoireError,
    asyncpg.exceptions.DatetimeFieldOverflowError,
    asyncpg.exceptions.InvalidDatetimeFormatError,
    asyncpg.exceptions.InvalidParameterValueError,
    asyncpg.exceptions.InvalidTextRepresentationError,
    asyncpg.exceptions.NumericValueOutOfRangeError,
)

LISTS = "select $1::bool[], $2::date[], $3::float8[], $4::int[], $5::numeric[], $6::timestamptz[], $7::uuid[]"
MIGRATIONS = "alembic_version"
REVISION = f"select version_num from {MIGRATIONS}"  # noqa: S608
MARK = f"select obj_description(to_regclass('{MIGRATIONS}'), 'pg_class')"
FACTS = f"""
    with of_ours as (
        select c.oid, c.relname, c.relowner from pg_class c, pg_class migrated
        where migrated.oid = to_regclass('{MIGRATIONS}') and c.relnamespace = migrated.relnamespace
            and c.relkind = 'r'
    )
    select current_setting('server_version') as version, current_database() as database,
        current_user as user,
        to_regclass('{MIGRATIONS}') is not null as migrated,
        obj_description(to_regclass('{MIGRATIONS}'), 'pg_class') as mark,
        (select count(*) from pg_tables where schemaname = any(current_schemas(false))) as tables,
        (select pg_encoding_to_char(encoding) from pg_database where datname = current_database())
            as encoding,
        pg_is_in_recovery() as standby, current_setting('transaction_read_only')::bool as read_only,
        current_schema() as schema,
        coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_create,
        array(select relname::text from of_ours where not (has_table_privilege(oid, 'select')
            and has_table_privilege(oid, 'insert') and has_table_privilege(oid, 'update')
            and has_table_privilege(oid, 'delete')) order by relname) as denied,
        not exists (select from of_ours where not pg_has_role(relowner, 'usage')) as owner,
        (select least(
            current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                - coalesce(current_setting('reserved_connections', true), '0')::int,
            case when rolconnlimit >= 0 then rolconnlimit end,
            case when datconnlimit >= 0 then datconnlimit end)
            from pg_roles, pg_database where rolname = current_user and datname = current_database()
        ) as connections
"""  # noqa: S608


Read = Callable[[str, Sequence[object]], Awaitable[Any]]
"""Sends a statement over one connection of a pool."""


class DatabaseError(Exception):
    """A failure of the database, not of the statement."""


class DatabaseUnavailable(DatabaseError):
    pass


class DatabaseBusy(DatabaseError):
    pass


class DatabaseUnsupported(DatabaseError):
    pass


class StatementTimeout(DatabaseError):
    def __init__(self, seconds: float) -> None:
        super().__init__(f"the statement took longer than {seconds:g} seconds")
        self.seconds = seconds


class StatementTooLarge(DatabaseError):
    pass


class ValueRefused(DatabaseError):
    pass


@dataclass(frozen=True)
class ServerFacts:
    """The server at an address, and its database; `mark` is what `mark_database` left there.

    `denied` are tables of ours that the role may not read and write, `owner` says whether it has them all,
    `connections` how many it may have.
    """

    version: str
    database: str
    user: str
    tables: int
    revision: str | None
    mark: str | None
    encoding: str
    standby: bool
    read_only: bool
    schema: str | None
    may_create: bool
    denied: Sequence[str]
    owner: bool
    connections: int


class Database:
    """Reads, each of one statement, on connections that can only read.

    Statements that PostgreSQL plans once for all values, and those that it plans for the values of each
    request, have connections of their own: a connection is of one mode, and no read changes it.
    """

    def __init__(
        self, url: str, once: ConnectionPool, by_values: ConnectionPool, statement_timeout: float
    ) -> None:
        self._url = url
        self._statement_timeout = statement_timeout
        self._connections = {False: once, True: by_values}

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        pool_size: int = 10,
        pool_timeout: float | None = None,
        statement_timeout: float = 10.0,
        statement_cache: int = 100,
        on_statement: Callable[[str], None] | None = None,
    ) -> Self:
        """With one connection of each mode; raises DatabaseUnavailable.

        `on_statement` gets every statement that is sent once a connection is set up.
        """

        async def connect(plan_cache_mode: str) -> asyncpg.Connection:
            connection = await connect_to(
                url,
                {**_read_settings(statement_timeout), "plan_cache_mode": plan_cache_mode},
                command_timeout=statement_timeout + GRACE,
                statement_cache_size=statement_cache,
                max_cached_statement_lifetime=0,
                max_cacheable_statement_size=MAX_STATEMENT_BYTES,
            )
            try:
                await set_calendar_codecs(connection)
                await connection.prepare(LISTS)  # the types of lists are looked up now, once
            except BaseException:
                connection.terminate()
                raise
            if on_statement:
                connection.add_query_logger(lambda logged: on_statement(logged.query))
            return connection

        once = ConnectionPool(partial(connect, "force_generic_plan"), pool_size, pool_timeout)
        by_values = ConnectionPool(
            partial(connect, "force_custom_plan"), max(1, pool_size // 2), pool_timeout
        )
        database = cls(url, once, by_values, statement_timeout)
        try:
            await once.open()
            await by_values.open()
        except BaseException as error:
            await database.close()
            if isinstance(error, REFUSED):
                raise unavailable(url, error) from error
            raise
        return database

    async def fetch(
        self, sql: str, parameters: Sequence[object] = (), *, by_values: bool = False
    ) -> Sequence[Any]:
        """The one row of a statement. A connection that turns out dead is replaced, once.

        `by_values`: PostgreSQL plans for these parameters, instead of once for all.
        """
        row: Sequence[Any] = await self._read(self._connections[by_values].fetchrow, sql, parameters)
        return row

    async def fetch_all(
        self, sql: str, parameters: Sequence[object] = (), *, by_values: bool = False
    ) -> Sequence[Sequence[Any]]:
        """All rows of a statement."""
        read = self._connections[by_values].fetch
        rows: Sequence[Sequence[Any]] = await self._read(read, sql, parameters)
        return rows

    async def _read(self, read: Read, sql: str, parameters: Sequence[object]) -> Any:
        try:
            return await translating_errors(read, sql, parameters)
        except (asyncpg.QueryCanceledError, TimeoutError) as error:
            raise StatementTimeout(self._statement_timeout) from error
        except NOT_CONNECTED as error:
            raise unavailable(self._url, error) from error
        except CONNECTION_LOST as error:
            if not is_lost(error):
                raise
            return await self._read_afresh(read, sql, parameters)

    @property
    def in_use(self) -> int:
        """How many connections run a statement."""
        return sum(connections.in_use for connections in self._connections.values())

    @property
    def max_size(self) -> int:
        """How many connections there may be."""
        return sum(connections.most for connections in self._connections.values())

    async def close(self) -> None:
        """Wait a moment for statements under way, then cut them."""
        await asyncio.gather(*(connections.close(GRACE) for connections in self._connections.values()))

    async def _read_afresh(self, read: Read, sql: str, parameters: Sequence[object]) -> Any:
        await asyncio.sleep(CLOSE_TIMEOUT)
        try:
            return await translating_errors(read, sql, parameters)
        except asyncpg.QueryCanceledError as error:
            raise StatementTimeout(self._statement_timeout) from error
        except REFUSED as error:
            raise unavailable(self._url, error) from error


async def translating_errors(read: Read, sql: str, parameters: Sequence[object]) -> Any:
    try:
        return await read(sql, parameters)
    except PoolTimeout as error:
        raise DatabaseBusy("all connections are in use") from error
    except asyncpg.DataError as error:
        if type(error) is asyncpg.DataError or isinstance(error, VALUE_REFUSED):
            raise ValueRefused("a parameter isn't a valid value of its type") from error
        raise
    except asyncpg.ProgramLimitExceededError as error:
        raise StatementTooLarge("the statement is too large") from error


async def connect_to(url: str, settings: Mapping[str, str], **options: Any) -> asyncpg.Connection:
    """A connection with these settings, to the first of the address's hosts that can be used.

    They are set once it is there, since poolers refuse most of them in the first message. Of one host it
    raises what the driver does, as far as `REFUSED` has it, and otherwise DatabaseUnavailable.
    """
    address, reasons = parse_address(url), dict[str, None]()
    for one in address.urls:
        try:
            connection = await asyncpg.connect(one, timeout=address.timeout, ssl=address.tls, **options)
            break
        except (*CONNECTION_LOST, asyncpg.TooManyConnectionsError) as error:
            if len(address.urls) == 1:
                raise
            reasons[f"{redacted(one)}: {_reason(error)}"] = None
        except asyncpg.PostgresError as error:
            if isinstance(error, REFUSED):
                raise
            raise unavailable(url, error) from error
    else:
        raise DatabaseUnavailable(f"cannot use the database {redacted(url)}: {'; '.join(reasons)}")
    try:
        if settings:
            await connection.execute("; ".join(f"set {name} = '{value}'" for name, value in settings.items()))
    except BaseException:
        connection.terminate()
        raise
    return connection


async def inspect(url: str) -> ServerFacts:
    """The facts of a server; raises DatabaseUnavailable, DatabaseUnsupported."""
    try:
        connection = await connect_to(url, {}, command_timeout=CONNECT_TIMEOUT)
    except REFUSED as error:
        raise unavailable(url, error) from error
    try:
        row = await connection.fetchrow(FACTS)
        readable = row["migrated"] and MIGRATIONS not in row["denied"]
        revision = await connection.fetchval(REVISION) if readable else None
        version = connection.get_server_version()
    except REFUSED as error:
        raise unavailable(url, error) from error
    finally:
        await connection.close()
    if version.major < OLDEST_VERSION:
        raise DatabaseUnsupported(
            f"PostgreSQL {version.major} is too old: Puente needs {OLDEST_VERSION} or newer"
        )
    return ServerFacts(**{name: row[name] for name in {*row.keys()} - {"migrated"}}, revision=revision)


async def mark_database(connection: AsyncConnection, mark: str) -> None:
    """Leave a note as the comment of a table that every migrated database has, within the transaction."""
    await connection.execute(text(f"comment on table {MIGRATIONS} is '{mark.replace(chr(39), '')}'"))


async def read_mark(connection: AsyncConnection) -> str | None:
    """What `mark_database` left."""
    mark: str | None = (await connection.execute(text(MARK))).scalar_one()
    return mark


def engine_for(url: str, *, kept: int = 0) -> AsyncEngine:
    """An SQLAlchemy engine that keeps so many connections; asyncpg reads the address, so both read it alike.

    What connects raises DatabaseUnavailable.
    """

    async def connect() -> Any:
        try:
            connection = await connect_to(url, connection_settings())
        except REFUSED as error:
            raise unavailable(url, error) from error
        await set_calendar_codecs(connection)
        return connection

    if not kept:
        return create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    return create_async_engine(
        "postgresql+asyncpg://", async_creator=connect, pool_size=kept, max_overflow=0, pool_pre_ping=True
    )


def connection_settings() -> dict[str, str]:
    """The settings of every connection."""
    return {"application_name": APPLICATION, "timezone": "UTC", "jit": "off"}


def _read_settings(statement_timeout: float) -> dict[str, str]:
    """Set when a connection is made: nothing on the way of a read sets or resets session state."""
    return {
        **connection_settings(),
        "default_transaction_read_only": "on",
        "statement_timeout": str(round(statement_timeout * 1000)),
    }


def is_lost(error: BaseException) -> bool:
    """The driver raises InterfaceError for wrong parameters too."""
    return not isinstance(error, asyncpg.InterfaceError) or "clos" in str(error)


def unavailable(url: str, error: BaseException) -> DatabaseUnavailable:
    """The failure to use a database, in a message without secrets."""
    return DatabaseUnavailable(f"cannot use the database {redacted(url)}: {_reason(error)}")


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(error).strip().partition("\n")[0] or type(error).__name__
