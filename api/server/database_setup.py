"""Prepares a database for serving: which one it is, its migrations, its data.

The embedded database is ours: every start migrates it, and seeds it with the demo cohort. Your own database
is filled when it is empty; one that is behind is changed only on request. Each step is a transaction that
leaves a record of itself, so that the next start goes on wherever this one ends: the revision in
`alembic_version`, what was seeded in that table's comment, the functions' digest in a function's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.settings.settings import Settings
from models.database.embedded import EmbeddedPostgres

if TYPE_CHECKING:
    from models.database.client import ServerFacts

Report = Callable[[str], None]
"""Told what is being done, when it takes long enough to be noticed."""


class NotReady(Exception):
    """The database can't be served as it is; the message says what to do about it."""


@dataclass(frozen=True)
class DatabaseTarget:
    """The database that is worked on; `postgres` is None where it is not ours to start and stop.

    A migration waits `lock_timeout` seconds for a lock.
    """

    url: str
    lock_timeout: float | None
    postgres: EmbeddedPostgres | None = None

    @property
    def embedded(self) -> bool:
        return self.postgres is not None


@contextmanager
def database_target(settings: Settings) -> Iterator[DatabaseTarget]:
    """The settings' database for as long as it is used; raises EmbeddedPostgresError."""
    if settings.database_url is not None:
        yield DatabaseTarget(settings.database_url, settings.migration_lock_timeout)
        return
    postgres = EmbeddedPostgres(settings.state, version=settings.embedded_postgres)
    with postgres as url:
        yield DatabaseTarget(url, settings.migration_lock_timeout, postgres)


def prepare(
    target: DatabaseTarget, *, demo: bool = False, migrate: bool = False, seed: bool = True, report: Report
) -> None:
    """Make the database servable; raises NotReady, UnknownRevision and the errors of models.database."""
    asyncio.run(_prepare(target, demo or target.embedded, migrate or target.embedded, seed, report))


async def _prepare(target: DatabaseTarget, demo: bool, migrate: bool, seed: bool, report: Report) -> None:
    facts, migrating = await examine(target, migrate)
    if migrating:
        await _migrate(target, report)
    if seed:
        await _seed(target, facts.mark, demo, report)


async def examine(target: DatabaseTarget, migrate: bool) -> tuple[ServerFacts, bool]:
    """What a database is, and whether it is to be migrated first; raises what keeps it from being served."""
    from models.database.client import inspect
    from models.database.server_check import check_server
    from models.migrations import UnknownRevision, head_revision, is_up_to_date, revisions

    facts = await (inspect(target.url) if target.embedded else check_server(target.url))
    empty = facts.tables == 0
    if facts.revision is None and not empty:
        raise NotReady(f"the database {facts.database} holds other tables: give Puente one of its own")
    if facts.revision is not None and facts.revision not in revisions():
        raise UnknownRevision(facts.revision)
    if await is_up_to_date(target.url):
        return facts, False
    if not (empty or migrate):
        raise NotReady(
            f"the database is at revision {facts.revision}, this version needs {head_revision()}"
            f"{' with other functions' if facts.revision == head_revision() else ''}: "
            "run puente migrate (or puente serve --migrate)"
        )
    if not facts.owner:
        raise NotReady(f"the role {facts.user} does not own the tables: let their owner run puente migrate")
    return facts, True


async def _migrate(target: DatabaseTarget, report: Report) -> None:
    from models.migrations import upgrade

    report("Migrating the database")
    await upgrade(target.url, target.lock_timeout)


async def _seed(target: DatabaseTarget, mark: str | None, demo: bool, report: Report) -> None:
    """Seed what lacks it; what was seeded is remembered in the database itself, by the same transaction.

    The embedded database, and one that is to have the demo cohort, lack what changed since last time. Any
    other is seeded once, also where an earlier start ended before it came to that.
    """
    from models.database.client import engine_for
    from models.loading.reference import fingerprint

    wanted = f"seeded {fingerprint()}{' with the demo cohort' if demo else ''}"
    if mark == wanted or (mark is not None and not (target.embedded or demo)):
        return
    from models.loading.seed import is_bare, seed

    engine = engine_for(target.url)
    try:
        if target.embedded or demo or await is_bare(engine):
            report("Loading the reference data" + (" and the demo cohort" if demo else ""))
            await seed(engine, demo=demo, mark=wanted)
    finally:
        await engine.dispose()
