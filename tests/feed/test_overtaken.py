"""Subscriptions while other people's grants change all the time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from api.auth.viewer_cache import ViewerCache
from tests.feed.subscribers import InProcessServer

LIVE = "subscription { participants(first: 1) { totalCount } }"
OF_OTHERS = "update access_epoch set source = source"
TOUCH = "update venue set city = '{}'"


def whenever_grants_are_read(server: InProcessServer, patch: pytest.MonkeyPatch) -> None:
    """Grants of others change after each reading for open subscriptions."""
    plain = ViewerCache.refresh_many

    async def overtaken(self: ViewerCache, authorizations: Iterable[bytes]) -> Any:
        found = await plain(self, authorizations)
        await server.sql(OF_OTHERS)
        return found

    patch.setattr(ViewerCache, "refresh_many", overtaken)


async def test_subscribers_of_whom_nothing_changes_receive_everything(
    server: InProcessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a live query, of changes from now on, and of those after a cursor."""
    after = await server.cursor("uc-coordinator")
    await server.sql(TOUCH.format("Tecate"))
    await server.cursor("uc-coordinator")
    whenever_grants_are_read(server, monkeypatch)
    await server.sql(OF_OTHERS)
    live, _ = await server.follow("uc-coordinator", LIVE)
    following, _ = await server.follow("uc-coordinator", types=["VENUE"])
    catching_up, _ = await server.follow("uc-coordinator", after=after, types=["VENUE"])
    venues = await server.value("select count(*) from venue")
    await server.sql(TOUCH.format("Ensenada"))
    await following.until(lambda one: len(one.changes) == venues)
    await catching_up.until(lambda one: len(one.changes) == 2 * venues)
    await live.until(lambda one: len(one.payloads) == 1)
    assert [one.error for one in (live, following, catching_up)] == [None] * 3
