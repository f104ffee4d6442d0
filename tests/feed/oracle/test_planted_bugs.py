"""The proof finds bugs: each is planted, found in a small run, and gone with its cause."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from tests import summary
from tests.conftest import superuser_of
from tests.feed.oracle.bugs import BUGS, Bug
from tests.feed.oracle.clusters import Cluster
from tests.feed.oracle.copies import LIMITS
from tests.feed.oracle.run import Load, RunFigures, run_within
from tests.feed.oracle.verdicts import Verdict
from tests.feed.subscribers import in_process_server

pytestmark = [pytest.mark.proof, pytest.mark.usefixtures("nothing_planned")]
VIEWERS = ("admin", "public", "uc-coordinator")
CHANGES = 400


async def run_with(
    logging: Cluster, bug: Bug | None, monkeypatch: pytest.MonkeyPatch
) -> tuple[Verdict, RunFigures]:
    async with logging.database() as url:
        superuser = superuser_of(url)
        if bug is not None:
            connection = await asyncpg.connect(superuser)
            await bug.plant(monkeypatch, connection)
            await connection.close()
        async with in_process_server(url, operations_per_minute=0, **LIMITS) as server:
            cut = asyncio.create_task(cut_listeners(superuser))
            try:
                patience = 5.0 if bug else 90.0  # what a bug loses never comes
                return await run_within(server, url, VIEWERS, Load(CHANGES), patience)
            finally:
                cut.cancel()


async def cut_listeners(superuser: str) -> None:
    """End the connections that are woken, again and again."""
    connection = await asyncpg.connect(superuser)
    try:
        while True:
            await asyncio.sleep(0.7)
            await connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                " and query like '%puente_number_changes%' and pid <> pg_backend_pid()"
            )
    finally:
        connection.terminate()


@pytest.mark.parametrize("name", BUGS)
async def test_it_finds(logging: Cluster, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    verdict, _ = await run_with(logging, BUGS[name], monkeypatch)
    found = verdict.counts.keys() & BUGS[name].shows
    assert found, str(verdict)
    summary.tell(f"planted and found by the witness: {name} ({', '.join(sorted(found))})")


async def test_without_a_bug_it_finds_nothing(logging: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    verdict, figures = await run_with(logging, None, monkeypatch)
    assert not verdict, str(verdict)
    assert figures.deliveries > CHANGES
