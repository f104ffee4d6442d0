"""Migrations: which revision a database is at, and how it gets to this code's newest one."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from models.database.client import DatabaseBusy, engine_for
from models.database.ready_check import MigrationState
from models.migrations.locked_sessions import LOOKS, held_by, lock_was_held, running_watch, watch_holders
from models.migrations.repeatable import is_current, own_digest, run_repeatable

HERE = Path(__file__).parent
LOCK = 7_368_656  # one migration at a time: the key of a PostgreSQL advisory lock


class UnknownRevision(Exception):
    """The database was migrated by a newer Puente than this one."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"the database is at revision {revision}, which this version of Puente does not know"
        )
        self.revision = revision


class MigrationLocked(DatabaseBusy):
    """A session held a lock for too long. Nothing has changed, and you can run the command again."""

    def __init__(self, seconds: float, holders: str) -> None:
        super().__init__(
            f"the migration waited {seconds:g} seconds for a lock that is held by {holders}; nothing was "
            "changed: end that, or raise PUENTE_MIGRATION_LOCK_TIMEOUT, and run it again"
        )


def revisions() -> list[str]:
    """Every revision that this code knows, oldest first: the number that its file's name starts with."""
    return sorted(path.name.split("_")[0] for path in (HERE / "versions").glob("[0-9]*_*.py"))


def head_revision() -> str:
    return revisions()[-1]


def own_version() -> MigrationState:
    """The version that a database has once this code has migrated it."""
    return MigrationState(head_revision(), own_digest())


def is_compatible(revision: str | None) -> bool:
    """Whether this code can serve a database at a revision: at its own newest one, or at a newer Puente's."""
    return revision is not None and revision >= head_revision()


async def current_revision(url: str) -> str | None:
    """The database's revision, None before the first migration; raises UnknownRevision."""
    engine = engine_for(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(read_revision)
    finally:
        await engine.dispose()


async def is_up_to_date(url: str) -> bool:
    """Whether the database has this code's newest revision, and its functions; raises UnknownRevision."""
    engine = engine_for(url)
    try:
        async with engine.connect() as connection:
            if await connection.run_sync(read_revision) != head_revision():
                return False
            return await connection.run_sync(is_current)
    finally:
        await engine.dispose()


async def upgrade(url: str, lock_timeout: float | None = None) -> None:
    """Bring the database to the newest revision, in one transaction.

    Raises UnknownRevision, and MigrationLocked where a lock was held for longer than `lock_timeout` seconds.
    """
    engine, holders = engine_for(url), list[str]()
    try:
        async with engine.begin() as connection:
            pid = await connection.scalar(text("select pg_backend_pid()"))
            if lock_timeout is None:
                await connection.run_sync(upgrade_connection)
            else:
                watching = watch_holders(engine, pid, lock_timeout / LOOKS, holders)
                async with running_watch(watching):
                    await connection.run_sync(upgrade_connection, lock_timeout)
    except Exception as error:
        if lock_timeout is None or not lock_was_held(error):
            raise
        raise MigrationLocked(lock_timeout, held_by(holders)) from error
    finally:
        await engine.dispose()


def upgrade_connection(connection: Connection, lock_timeout: float | None = None) -> None:
    upgrade_tables(connection, lock_timeout)
    run_repeatable(connection)


def upgrade_tables(connection: Connection, lock_timeout: float | None = None) -> None:
    """Run the numbered migrations; waits as long as needed for one that is already running."""
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
    if lock_timeout is not None:
        connection.execute(text(f"set local lock_timeout = {round(lock_timeout * 1000)}"))
    read_revision(connection)
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def read_revision(connection: Connection) -> str | None:
    if connection.scalar(text("select to_regclass('alembic_version')")) is None:
        return None
    revision: str | None = connection.scalar(text("select version_num from alembic_version"))
    if revision is not None and revision not in revisions():
        raise UnknownRevision(revision)
    return revision
