"""Webhooks' documents are planned outside the event loop: registered within a budget, sent without one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.http_clients import ask, codes
from tests.planning_threads import noting_threads, off_the_loop
from tests.webhooks.harness import REGISTER, Campus, campus
from tests.webhooks.receiver import receiving

DOCUMENT = "subscription {{ changes {{ id{}: id node {{ ... on Project {{ title }} }} }} }}"
URL = "https://receiver.example.org/hook"
COUNT = 6


@pytest.fixture
async def forgetful(database_url: str) -> AsyncIterator[Campus]:
    """Where nearly every plan is new, and the client's budget is a moment."""
    settings: dict[str, Any] = {
        "plan_cache_entries": 1,
        "document_cache_entries": 1,
        "planning_seconds_per_minute": 60,
    }
    async with campus(database_url, **settings) as made:
        yield made


def planning_of(campus: Campus) -> Any:
    return campus.http._transport.app.parts.pipeline.planning  # type: ignore[attr-defined]


async def spend(campus: Campus) -> None:
    """All that the client may take of a minute."""
    pipeline = campus.http._transport.app.parts.pipeline  # type: ignore[attr-defined]
    viewer = await pipeline.viewers.authenticate(f"Bearer {campus.key}".encode())
    pipeline.planning._viewers.add(viewer.key, 60.0)


async def registering(campus: Campus, **input: Any) -> Any:
    headers = {"authorization": f"Bearer {campus.key}"}
    return await ask(campus.http, REGISTER, {"input": {"url": URL, **input}}, headers)


async def test_registering_plans_outside_the_event_loop(
    forgetful: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = noting_threads(monkeypatch)
    for number in range(COUNT):
        await forgetful.register(URL, document=DOCUMENT.format(number))
    assert len(threads) >= 3 * COUNT, "each document is read, rewritten, and planned"
    assert off_the_loop(threads)


async def test_who_has_spent_the_budget_registers_what_is_known(database_url: str) -> None:
    async with campus(database_url) as merced:
        document = DOCUMENT.format(1)
        await merced.register(URL, document=document)
        await merced.register(URL)
        await spend(merced)
        refused = await registering(merced, document=DOCUMENT.format(2))
        assert (refused.status_code, codes(refused)) == (429, ["RATE_LIMITED"])
        assert 0 < int(refused.headers["retry-after"]) <= 60
        await merced.register(URL, document=document)
        await merced.register(URL)
        assert await merced.value("select count(*) from webhook") == 4


async def test_payloads_are_planned_outside_the_event_loop_on_any_budget(
    forgetful: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A webhook whose document is planned again is neither parked nor refused, and its planning counts."""
    async with receiving() as receiver:
        for number in range(2):
            await forgetful.register(receiver.url, types=["PROJECT"], document=DOCUMENT.format(number))
        await spend(forgetful)
        threads, before = noting_threads(monkeypatch), planning_of(forgetful).seconds
        await forgetful.rename("One", "Two")
        await receiver.until(lambda one: len(one.got) == 4)
        states = await forgetful.value("select array_agg(distinct state) from webhook")
    assert off_the_loop(threads)
    assert planning_of(forgetful).seconds > before
    assert states == ["ACTIVE"]
