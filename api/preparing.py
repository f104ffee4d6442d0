"""Getting a database ready to serve: which one it is, its migrations, its data.

The embedded database is ours: it is migrated, and seeded with the demo cohort, by every start. A database
of the user's own is filled when it is empty; one that is behind is changed only when that is asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from api.settings import Settings
from models.embedded import EmbeddedPostgres

Report = Callable[[str], None]
"""Told what is being done, when it takes long enough to be noticed."""


class NotReady(Exception):
    """The database can't be served as it is; the message says what to do about it."""


@dataclass(frozen=True)
class Place:
    """The database that is worked on; `postgres` is None where it is not ours to start and stop."""

    url: str
    postgres: EmbeddedPostgres | None = None

    @property
    def embedded(self) -> bool:
        return self.postgres is not None


@contextmanager
def place(settings: Settings) -> Iterator[Place]:
    """The settings' database for as long as it is used; raises EmbeddedPostgresError."""
    if settings.database_url is not None:
        yield Place(settings.database_url)
        return
    postgres = EmbeddedPostgres(settings.state, version=settings.embedded_postgres)
    with postgres as url:
        yield Place(url, postgres)


def prepare(
    where: Place, *, demo: bool = False, migrate: bool = False, seed: bool = True, report: Report
) -> None:
    """Make the database servable; raises NotReady, UnknownRevision and the errors of models.database."""
    asyncio.run(_prepare(where, demo or where.embedded, migrate or where.embedded, seed, report))


async def _prepare(where: Place, demo: bool, migrate: bool, seed: bool, report: Report) -> None:
    from models.database import inspect
    from models.migrations import UnknownRevision, head_revision, is_up_to_date, revisions

    facts = await inspect(where.url)
    empty = facts.tables == 0
    if facts.revision is None and not empty:
        raise NotReady(f"the database {facts.database} holds other tables: give Puente one of its own")
    if facts.revision is not None and facts.revision not in revisions():
        raise UnknownRevision(facts.revision)
    if not await is_up_to_date(where.url):
        if not (empty or migrate):
            raise NotReady(
                f"the database is at revision {facts.revision}, this version needs {head_revision()}"
                f"{' with other functions' if facts.revision == head_revision() else ''}: "
                "run puente migrate (or puente serve --migrate)"
            )
        await _migrate(where.url, report)
    if seed and (empty or where.embedded or demo):
        await _seed(where.url, facts.mark, demo, report)


async def _migrate(url: str, report: Report) -> None:
    from models.migrations import upgrade

    report("Migrating the database")
    await upgrade(url)


async def _seed(url: str, mark: str | None, demo: bool, report: Report) -> None:
    """Seed if the data changed since last time; what was seeded is remembered in the database itself."""
    from models.database import engine_for, mark_database
    from models.loading.reference import fingerprint

    wanted = f"seeded {fingerprint()}{' with the demo cohort' if demo else ''}"
    if mark == wanted:
        return
    from models.loading.seed import seed

    report("Loading the reference data" + (" and the demo cohort" if demo else ""))
    engine = engine_for(url)
    try:
        await seed(engine, demo=demo)
        await mark_database(engine, wanted)
    finally:
        await engine.dispose()
