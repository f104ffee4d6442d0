"""One throw-away PostgreSQL for the whole run; each test that writes has a database for itself.

TEST_POSTGRES=16 runs the tests on PostgreSQL 16 instead of 18.
"""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import asyncpg
import httpx
import pytest
from httpx._transports import default as httpx_transports
from sqlalchemy import text

from models.database.client import engine_for
from models.database.embedded import EmbeddedPostgres
from models.loading.seed import seed
from models.migrations import upgrade
from tests import hanging, summary
from tests.distribution import SlowestFirst, rank
from tests.kept_databases import KeptDatabase, KeptDatabases
from tests.made_once import SHARED, copy_data, is_shared, made_once
from tests.reference.rows import add_hard_cases
from tests.run_folder import enter_run_folder, guarded_folder, prefer_memory

if TYPE_CHECKING:
    from tests.random_queries.run import Harness

MIGRATED, SEEDED, HARD = "migrated_template", "seeded_template", "hard_template"
MOST_WORKERS = 8
CopyOf = Callable[[str], AbstractAsyncContextManager[str]]
SELDOM = 50_000, 20, 100
"""After how many new objects Python looks for such as nobody holds, and how often among older ones."""
VERSION = int(os.environ.get("TEST_POSTGRES", "18"))

httpx.create_ssl_context = cache(httpx.create_ssl_context)
vars(httpx_transports)["create_ssl_context"] = httpx.create_ssl_context
"""Each client and server reads all certificates that the machine trusts, which takes longer than the test."""

for name in [name for name in os.environ if name.startswith("PUENTE_")]:
    del os.environ[name]  # a developer's own settings are not the tests'


def sibling_url(database: str, url: str, user: str = "puente") -> str:
    """The address of another database of the same cluster."""
    host = url.partition("?")[2]
    return f"postgresql://{user}@/{database}?{host}"


def superuser_of(url: str) -> str:
    """The address of the same database as PostgreSQL's superuser."""
    return sibling_url(database_of(url), url, "postgres")


def database_of(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def maintenance_url(url: str) -> str:
    """The address of the cluster's own database, where others are made."""
    return sibling_url("postgres", url, "postgres")


def correcting(url: str, reason: str = "a test") -> str:
    """The same database, on connections whose plain SQL may change statuses along no step."""
    setting = urlencode({"puente.correction": reason}, quote_via=quote)
    return f"{url}{'&' if '?' in url else '?'}{setting}"


async def run_alone(url: str, *statements: str) -> None:
    """Run statements that PostgreSQL wants outside of a transaction."""
    engine = engine_for(url)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


def creation(template: str, database: str) -> str:
    """The statement for a database like another: file by file, which takes half of what the log takes."""
    return f"create database {database} owner puente template {template} strategy file_copy"


async def clone(template: str, database: str, superuser_url: str) -> None:
    await run_alone(superuser_url, creation(template, database))


gc.disable()  # until all tests are collected: importing and collecting them makes hardly any garbage


def pytest_configure(config: pytest.Config) -> None:
    """Each process that runs tests has its own folder for their files."""
    config.pluginmanager.register(hanging)
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())  # `tmp_path` is kept for a while
    prefer_memory()
    if not hasattr(config, "workerinput"):
        os.environ.pop(SHARED, None)  # that of a run of which this one is a test, maybe of another schema
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        config.add_cleanup(enter_run_folder().leave)
    elif is_whole(config):
        shared = guarded_folder()
        os.environ[SHARED] = str(shared.folder.path)
        config.add_cleanup(shared.leave)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if is_whole(config) and not config.option.markexpr:
        large = [item for item in items if item.get_closest_marker("proof")]
        config.hook.pytest_deselected(items=large)
        items[:] = [item for item in items if item not in large]
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: rank(item.nodeid))


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.freeze()  # what was imported and collected lives as long as the run: nobody need look at it again
    gc.enable()
    gc.set_threshold(*SELDOM)


def is_whole(config: pytest.Config) -> bool:
    """Whether the run is of all tests, and not of some that were named."""
    return bool(not config.option.keyword and config.args == config.getini("testpaths"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """For all tests a worker for each core and one more, since many wait; for some one process."""
    if not is_whole(config):
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
    return min(cores + 1, MOST_WORKERS)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SlowestFirst:
    return SlowestFirst(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What a worker proved, brought home by xdist."""
    summary.LINES.extend(getattr(node, "workeroutput", {}).get("proved", []))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["proved"] = summary.LINES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the run proved, in figures."""
    if summary.LINES:
        terminalreporter.section("proved, in figures")
        for line in summary.LINES:
            terminalreporter.write_line(line)


async def make_migrated(cluster: str) -> None:
    await run_alone(maintenance_url(cluster), f"create database {MIGRATED} owner puente template template0")
    await upgrade(sibling_url(MIGRATED, cluster))


async def make_seeded(cluster: str) -> None:
    await clone(MIGRATED, SEEDED, maintenance_url(cluster))
    url = sibling_url(SEEDED, cluster)
    engine = engine_for(url)
    await seed(engine)
    await engine.dispose()
    await run_alone(url, "vacuum analyze")


async def make_hard(cluster: str) -> None:
    await clone(SEEDED, HARD, maintenance_url(cluster))
    await add_hard_cases(sibling_url(HARD, cluster))


def make_templates(folder: Path) -> None:
    """A cluster that has ended, with all templates."""

    async def make(cluster: str) -> None:
        for one in (make_migrated, make_seeded, make_hard):
            await one(cluster)

    with EmbeddedPostgres(folder, version=VERSION, durable=False) as url, ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, make(url)).result()  # apart from the loop of the tests


@pytest.fixture(scope="session")
def cluster_url() -> Iterator[str]:
    """An empty database, on a cluster that ends with the run; fast, because it may lose data in a crash."""
    state = Path(tempfile.mkdtemp(prefix="puente-tests-"))
    state.chmod(0o755)  # as root, the server runs as another user
    if is_shared():
        copy_data(made_once("templates", make_templates), state, VERSION)
    with EmbeddedPostgres(state, version=VERSION, durable=False) as url:
        yield url
    shutil.rmtree(state)


@pytest.fixture(scope="session")
def superuser_url(cluster_url: str) -> str:
    return maintenance_url(cluster_url)


@pytest.fixture(scope="session")
async def templates(superuser_url: str) -> set[str]:
    """Those that the cluster has from the first."""
    engine = engine_for(superuser_url)
    async with engine.connect() as connection:
        found = set((await connection.execute(text("select datname from pg_database"))).scalars())
    await engine.dispose()
    return found


@pytest.fixture(scope="session")
async def migrated_template(cluster_url: str, templates: set[str]) -> str:
    """The name of a migrated database that others are cloned from; nobody may connect to it."""
    if MIGRATED not in templates:
        await make_migrated(cluster_url)
    return MIGRATED


@pytest.fixture(scope="session")
async def template(cluster_url: str, templates: set[str], migrated_template: str) -> str:
    """The same of a seeded one."""
    if SEEDED not in templates:
        await make_seeded(cluster_url)
    return SEEDED


@pytest.fixture(scope="session")
async def seeded_url(cluster_url: str, superuser_url: str, template: str) -> str:
    """The reference data and the demo cohort, for tests that only read."""
    await clone(template, "seeded", superuser_url)
    return sibling_url("seeded", cluster_url)


@pytest.fixture(scope="session")
async def hard_template(cluster_url: str, templates: set[str], template: str) -> str:
    """The name of a seeded database with hard cases of access, that others are cloned from."""
    if HARD not in templates:
        await make_hard(cluster_url)
    return HARD


@pytest.fixture(scope="session")
async def hard_url(cluster_url: str, superuser_url: str, hard_template: str) -> str:
    """The hard cases, for tests that only read."""
    await clone(hard_template, "hard", superuser_url)
    return sibling_url("hard", cluster_url)


@pytest.fixture(scope="session")
def reference_harness(hard_url: str) -> Iterator[Harness]:
    """The planner and the reference executor on the hard cases; the rows are read once for all tests."""
    from tests.random_queries.run import harness  # with the schema, which most runs of some tests don't need

    with harness(hard_url) as opened:
        yield opened


@pytest.fixture
def nothing_planned() -> Iterator[None]:
    """Applications of the test plan for themselves, and no other test's use what they have planned."""
    from tests.engines import engine_within

    engine_within.cache_clear()
    yield
    engine_within.cache_clear()


@pytest.fixture(scope="session")
async def copy_of(cluster_url: str, superuser_url: str) -> AsyncIterator[CopyOf]:
    """Makes a database like a template, and drops it; on one connection, since a thousand tests want one."""
    connection = await asyncpg.connect(superuser_url)

    @asynccontextmanager
    async def copied(template: str) -> AsyncIterator[str]:
        database = f"test_{uuid4().hex}"
        await connection.execute(creation(template, database))
        yield sibling_url(database, cluster_url)
        dropped.put_nowait(database)

    dropped: asyncio.Queue[str] = asyncio.Queue()
    dropping = asyncio.create_task(drop_all(superuser_url, dropped))
    yield copied
    dropped.put_nowait("")
    await dropping
    await connection.close()


async def drop_all(superuser_url: str, databases: asyncio.Queue[str]) -> None:
    """Drop databases, until one without a name; no test waits for sessions that are about to end."""
    connection = await asyncpg.connect(superuser_url)
    while database := await databases.get():
        await connection.execute(f"drop database {database} (force)")
    await connection.close()


@pytest.fixture(scope="session")
async def kept_databases(copy_of: CopyOf) -> AsyncIterator[KeptDatabases]:
    """Databases like templates, which are put back after each test."""
    databases = KeptDatabases(copy_of, superuser_of)
    yield databases
    await databases.drop()


@pytest.fixture
async def kept_database(kept_databases: KeptDatabases, template: str) -> AsyncIterator[KeptDatabase]:
    """The reference data and the demo cohort, for one test at a time."""
    async with kept_databases.like(template) as database:
        yield database


@pytest.fixture
async def database_url(copy_of: CopyOf, template: str) -> AsyncIterator[str]:
    """The same for one test alone."""
    async with copy_of(template) as url:
        yield url


@pytest.fixture
async def migrated_url(copy_of: CopyOf, migrated_template: str) -> AsyncIterator[str]:
    """A database with tables and without rows, for one test alone."""
    async with copy_of(migrated_template) as url:
        yield url
