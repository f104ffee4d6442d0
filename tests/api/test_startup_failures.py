"""An application that fails to start keeps nothing open of what it had opened until then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from api import app
from api.auth.authenticator import Authenticator
from delivery.subscriptions.feed_poller import FeedPoller
from models.database.client import Database
from tests.api.http_clients import application

STEPS: dict[str, tuple[object, str]] = {
    "database": (app, "open_database"),
    "feed": (FeedPoller, "poll"),
    "webhooks": (app, "webhook_delivery"),
}
CLOSED: dict[str, list[str]] = {
    "database": ["Authenticator"],
    "feed": ["FeedPoller", "Database", "Authenticator"],
    "webhooks": ["FeedPoller", "Database", "Authenticator"],
}


@pytest.mark.parametrize("failure", [RuntimeError("a bug"), asyncio.CancelledError()])
@pytest.mark.parametrize("step", STEPS)
async def test_what_was_opened_is_closed(
    seeded_url: str, monkeypatch: pytest.MonkeyPatch, step: str, failure: BaseException
) -> None:
    closed: list[str] = []
    for class_ in (FeedPoller, Database, Authenticator):
        monkeypatch.setattr(class_, "close", noted(class_.close, closed))

    def fail(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(*STEPS[step], fail)
    with pytest.raises(type(failure)):
        async with application(seeded_url).router.lifespan_context(None):
            pass
    assert closed == CLOSED[step]


def noted(close: Callable[[Any], Any], closed: list[str]) -> Callable[[Any], Any]:
    async def closing(self: object) -> None:
        closed.append(type(self).__name__)
        await close(self)

    return closing
