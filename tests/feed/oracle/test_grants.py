"""Grants are revoked and given while rows change: none counts once it is revoked, and the copy ends equal."""

from __future__ import annotations

from collections.abc import Mapping

import asyncpg
import pytest

from delivery.subscriptions.sessions import Sessions
from tests import summary
from tests.feed.oracle.clusters import Cluster
from tests.feed.oracle.grants import TURNS, Follower, run_with_grants
from tests.feed.oracle.planted_servers import Plant, planted_server
from tests.feed.oracle.verdicts import Verdict

pytestmark = pytest.mark.proof
CHANGES = 500


async def epoch_not_raised(monkeypatch: pytest.MonkeyPatch, connection: asyncpg.Connection) -> None:
    """What somebody was granted changes, and nothing says so."""
    await connection.execute("drop trigger access_grant_epoch on access_grant")


async def known_by_grants_held(monkeypatch: pytest.MonkeyPatch, connection: asyncpg.Connection) -> None:
    """Subscribers keep the grants that they began with."""

    async def unchanged(self: Sessions, epoch: int) -> bool:
        self._epoch = epoch
        return True

    monkeypatch.setattr(Sessions, "revalidate_all", unchanged)


BUGS: Mapping[str, Plant] = {
    "the epoch not raised": epoch_not_raised,
    "a revoked grant that still counts": known_by_grants_held,
}


async def run_with(
    logging: Cluster, plant: Plant | None, patch: pytest.MonkeyPatch
) -> tuple[Verdict, Follower]:
    async with planted_server(logging, plant, patch) as (server, url):
        return await run_with_grants(server, url, CHANGES)


async def test_nothing_is_delivered_by_a_revoked_grant(
    logging: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict, follower = await run_with(logging, None, monkeypatch)
    assert not verdict, str(verdict)
    assert len(follower.copies) > TURNS
    count = sum(len(copy.received) for _, copy in follower.copies)
    summary.tell(f"{count} changes delivered while a grant turned {TURNS} times: none by a revoked grant")


@pytest.mark.parametrize("name", BUGS)
async def test_it_finds(logging: Cluster, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    verdict, _ = await run_with(logging, BUGS[name], monkeypatch)
    assert "leaked" in verdict.counts, str(verdict)
    summary.tell(f"planted and found by who follows while grants turn: {name}")
