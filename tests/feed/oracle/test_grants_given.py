"""A grant that is revoked and given again within a moment leaves no copy wrong; who checks less is found."""

from __future__ import annotations

from collections.abc import Mapping

import asyncpg
import pytest

from schema.grants import make_principal
from tests import summary
from tests.feed.oracle.clusters import Cluster
from tests.feed.oracle.grants_given import Follower, run_with_grants_given
from tests.feed.oracle.planted_servers import Plant, planted_server
from tests.feed.oracle.verdicts import Verdict

pytestmark = pytest.mark.proof
CHANGES = 300


async def known_by_fingerprint_alone(monkeypatch: pytest.MonkeyPatch, connection: asyncpg.Connection) -> None:
    """A cursor says what its holder was granted, and not when."""
    monkeypatch.setattr(
        "api.auth.principals.make_principal", lambda *held, since, **known: make_principal(*held, **known)
    )


async def nothing_given(monkeypatch: pytest.MonkeyPatch, connection: asyncpg.Connection) -> None:
    """The epoch is raised, but nobody writes down whose grants it was for."""
    await connection.execute("drop trigger access_grant_added on access_grant")


BUGS: Mapping[str, Plant] = {
    "cursors with a fingerprint alone": known_by_fingerprint_alone,
    "a grant that nobody writes down": nothing_given,
}


async def run_with(
    logging: Cluster, plant: Plant | None, patch: pytest.MonkeyPatch
) -> tuple[Verdict, Follower]:
    async with planted_server(logging, plant, patch) as (server, url):
        return await run_with_grants_given(server, url, CHANGES)


async def test_a_grant_given_again_leaves_no_copy_wrong(
    logging: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict, follower = await run_with(logging, None, monkeypatch)
    assert not verdict, str(verdict)
    assert follower.expired >= follower.snapshots
    summary.tell(
        f"a grant went and came during {follower.snapshots} snapshots and {follower.absences} absences:"
        f" {follower.expired} started over, and the copy equal"
    )


@pytest.mark.parametrize("name", BUGS)
async def test_it_finds(logging: Cluster, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    verdict, _ = await run_with(logging, BUGS[name], monkeypatch)
    assert "unequal" in verdict.counts, str(verdict)
    summary.tell(f"planted and found while a grant goes and comes: {name}")
