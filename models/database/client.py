"""The PostgreSQL client: pooled connections for reads, and SQLAlchemy engines for everything else.

DatabaseError
├── DatabaseUnavailable   it can't be reached, rejects us, or went away during the statement
├── DatabaseBusy          all connections are in use, and none became free in time
├── DatabaseUnsupported   Puente can't use this server or database
├── StatementTimeout      the statement exceeded its time limit
├── StatementTooLarge     the statement exceeds a limit of PostgreSQL
└── ValueRefused          a parameter isn't a valid value of its type
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Self

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from models.database.address import parse_address, redacted
from models.database.calendar_codecs import set_calendar_codecs
from models.database.pool import DEFAULT_BOUNDS, ConnectionPool, PoolBounds, PoolTimeout
from models.database.session_settings import connection_settings, setting_statement

GRACE = 5.0  # seconds beyond the server's own time limit before we give up the connection
MAX_STATEMENT_BYTES = 1_000_000
CLOSE_TIMEOUT = 0.02  # seconds until the driver has noticed which other connections were closed too

CONNECTION_LOST = (
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server has said goodbye, but hasn't closed the connection yet
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,  # shutting down, crashed, starting up
    OSError,
)
NOT_CONNECTED = (  # no new connection: a wrong password, too many connections, a closed database
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
VALUE_REFUSED = (  # and DataError itself, which the driver raises if it can't encode a parameter
    asyncpg.exceptions.CharacterNotInRepertoireError,
    asyncpg.exceptions.DatetimeFieldOverflowError,
    asyncpg.exceptions.InvalidDatetimeFormatError,
    asyncpg.exceptions.InvalidParameterValueError,
    asyncpg.exceptions.InvalidTextRepresentationError,
    asyncpg.exceptions.NumericValueOutOfRangeError,
)

LISTS = "select $1::bool[], $2::date[], $3::float8[], $4::int[], $5::numeric[], $6::timestamptz[], $7::uuid[]"

Read = Callable[[str, Sequence[object]], Awaitable[Any]]
"""Sends a statement on a connection of a pool."""


class DatabaseError(Exception):
    """A failure of the database, or a limit of it."""


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


class Database:
    """Reads of one statement each, on read-only connections.

    There is a pool for statements with generic plans and one for statements with custom plans: a connection
    has one `plan_cache_mode` for its life.
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
        pool: PoolBounds = DEFAULT_BOUNDS,
        *,
        statement_timeout: float = 10.0,
        statement_cache: int = 100,
        on_statement: Callable[[str], None] | None = None,
    ) -> Self:
        """Open one connection of each mode; raises DatabaseUnavailable.

        `on_statement` is called with each statement that is sent after a connection's setup.
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
                await connection.prepare(LISTS)  # makes the driver look up the array types now
            except BaseException:
                connection.terminate()
                raise
            if on_statement:
                connection.add_query_logger(lambda logged: on_statement(logged.query))
            return connection

        once = ConnectionPool(partial(connect, "force_generic_plan"), pool.size, pool.patience)
        fewer = max(1, pool.size // 2)
        by_values = ConnectionPool(partial(connect, "force_custom_plan"), fewer, pool.patience)
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
        """The one row of a statement; a lost connection is replaced once. Raises DatabaseError.

        `by_values`: use a custom plan, for these parameters.
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
        """The number of connections that run a statement."""
        return sum(connections.in_use for connections in self._connections.values())

    @property
    def max_size(self) -> int:
        """The maximum number of connections."""
        return sum(connections.most for connections in self._connections.values())

    async def close(self) -> None:
        """Wait up to `GRACE` seconds for running statements, then close their connections."""
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
    """A connection with these settings to the first usable host of the address.

    Settings are sent after connecting, since poolers reject most of them in the startup message. Raises
    DatabaseUnavailable; for a single host, an error in `REFUSED` is raised as the driver raised it, unless
    it is the time that ran out.
    """
    address, reasons = parse_address(url), dict[str, None]()
    for one in address.urls:
        try:
            connection = await asyncpg.connect(one, timeout=address.timeout, ssl=address.tls, **options)
            break
        except (*CONNECTION_LOST, asyncpg.TooManyConnectionsError) as error:
            if isinstance(error, TimeoutError) and len(address.urls) == 1:
                raise unavailable(url, error) from error  # a statement that takes too long is another thing
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
            await connection.execute(setting_statement(settings, connection.get_server_version().major))
    except BaseException:
        connection.terminate()
        raise
    return connection


def engine_for(url: str, *, kept: int = 0) -> AsyncEngine:
    """An SQLAlchemy engine with a pool of `kept` connections, made by `connect_to` as those for reads are.

    Connecting raises DatabaseUnavailable.
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


def _read_settings(statement_timeout: float) -> dict[str, str]:
    """The session settings of connections for reads, set once; reads neither set nor reset any."""
    return {
        **connection_settings(),
        "default_transaction_read_only": "on",
        "statement_timeout": str(round(statement_timeout * 1000)),
    }


def is_lost(error: BaseException) -> bool:
    """The driver raises InterfaceError for wrong parameters too."""
    return not isinstance(error, asyncpg.InterfaceError) or "clos" in str(error)


def unavailable(url: str, error: BaseException) -> DatabaseUnavailable:
    """The error for a database that can't be used, with a message without secrets."""
    return DatabaseUnavailable(f"cannot use the database {redacted(url)}: {_reason(error)}")


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(error).strip().partition("\n")[0] or type(error).__name__
