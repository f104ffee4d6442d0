"""Prepares a database for serving: checks it, migrates it, loads its data.

Every start migrates the embedded database and seeds it with the demo cohort. It sets up a database of your
own if that is empty, and migrates it only on request. Each step is a transaction that records itself, so the
next start continues where this one ended: the revision is in `alembic_version`, what was seeded in that
table's comment, the digest of the functions in the comment of one of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from api.settings.settings import Settings
from models.database.embedded import EmbeddedPostgres

if TYPE_CHECKING:
    from models.database.server_facts import ServerFacts

Report = Callable[[str], None]
"""Receives a line for each step that takes long enough to notice."""


class NotReady(Exception):
    """The database can't be served as it is; the message says what to do."""


@dataclass(frozen=True)
class DatabaseTarget:
    """The database to prepare; `postgres` is None if it isn't the embedded one.

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
    """The database of the settings; the embedded one runs within the block. Raises EmbeddedPostgresError."""
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
    """The database's facts, and whether it must be migrated; raises whatever prevents serving it."""
    from models.database.server_check import check_server
    from models.database.server_facts import inspect
    from models.migrations import UnknownRevision, head_revision, is_up_to_date, revisions

    facts = await (inspect(target.url) if target.embedded else check_server(target.url))
    empty = facts.tables == 0
    if facts.revision is None and not empty:
        raise NotReady(f"the database {facts.database} has other tables: give Puente a database of its own")
    if facts.revision is not None and facts.revision not in revisions():
        raise UnknownRevision(facts.revision)
    if await is_up_to_date(target.url):
        return facts, False
    if not (empty or migrate):
        needed = head_revision()
        behind = f"at revision {facts.revision}, but this version needs {needed}"
        outdated = f"at revision {facts.revision} with other functions than those of this version"
        raise NotReady(
            f"the database is {outdated if facts.revision == needed else behind}: "
            "run puente migrate (or puente serve --migrate)"
        )
    if not facts.owner:
        raise NotReady(f"the role {facts.user} doesn't own the tables: run puente migrate as their owner")
    return facts, True


async def _migrate(target: DatabaseTarget, report: Report) -> None:
    from models.migrations import upgrade

    report("Migrating the database")
    await upgrade(target.url, target.lock_timeout)


async def _seed(target: DatabaseTarget, mark: str | None, demo: bool, report: Report) -> None:
    """Load the data that the database lacks; the same transaction records what was loaded.

    The embedded database, and any with the demo cohort, is seeded again when the data files change. Any
    other is seeded once, even if an earlier start ended before that step. The demo's events and tasks to
    come are made again whenever they are over.
    """
    from models.database.client import engine_for
    from models.loading.reference import fingerprint

    wanted = f"seeded {fingerprint()}{' with the demo cohort' if demo else ''}"
    known = mark == wanted or (mark is not None and not (target.embedded or demo))
    if known and not demo:
        return
    from models.loading.demo.upcoming import keep_upcoming
    from models.loading.seed import is_bare, seed

    engine = engine_for(target.url)
    try:
        if not known and (target.embedded or demo or await is_bare(engine)):
            report("Loading the reference data" + (" and the demo cohort" if demo else ""))
            await seed(engine, demo=demo, mark=wanted)
        if demo:
            await keep_upcoming(engine, datetime.now(UTC).date())
    finally:
        await engine.dispose()
