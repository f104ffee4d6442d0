"""What a server says of itself and of the database at an address, before anything is served from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.database.address import CONNECT_TIMEOUT
from models.database.client import REFUSED, DatabaseUnsupported, connect_to, unavailable
from models.database.session_settings import NO_TIMEOUTS

OLDEST_VERSION = 16

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
        array(select n.nspname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relname = '{MIGRATIONS}' and c.relkind = 'r' order by n.nspname) as homes,
        current_setting('session_replication_role') <> 'replica' as triggered,
        array(select distinct c.relname::text from of_ours c join pg_trigger t on t.tgrelid = c.oid
            where t.tgenabled not in ('O', 'A') order by 1) as untriggered,
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


@dataclass(frozen=True)
class ServerFacts:
    """The server at an address and its database; `mark` was set by `mark_database`.

    `homes`: the schemas with our tables; `triggered`: whether the session's writes fire triggers;
    `untriggered`: our tables with disabled triggers; `denied`: those that the role may not read and write;
    `owner`: whether it owns all of them; `connections`: how many it may open.
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
    homes: Sequence[str]
    triggered: bool
    untriggered: Sequence[str]
    denied: Sequence[str]
    owner: bool
    connections: int


async def inspect(url: str) -> ServerFacts:
    """The facts about a server; raises DatabaseUnavailable, DatabaseUnsupported."""
    try:
        connection = await connect_to(url, NO_TIMEOUTS, command_timeout=CONNECT_TIMEOUT)
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
    """Store a note, in the transaction, as the comment of a table that every migrated database has."""
    await connection.execute(text(f"comment on table {MIGRATIONS} is '{mark.replace(chr(39), '')}'"))


async def read_mark(connection: AsyncConnection) -> str | None:
    """The note that `mark_database` stored."""
    mark: str | None = (await connection.execute(text(MARK))).scalar_one()
    return mark
