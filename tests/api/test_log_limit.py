"""A database that is away is a line a minute in the log, however many requests it fails."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter

import pytest

from api.runtime.log_limit import LogLimit
from tests.api.http_clients import ask, reached
from tests.feed.database_gate import gated

QUERY = "{ projects(first: 1) { nodes { slug } } }"


def record(text: str, level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord("puente", level, "", 0, "it failed: %s", (text,), None)


def test_a_line_a_minute_says_how_often_it_came() -> None:
    now = 0.0
    limit = LogLimit(60.0, lambda: now)
    assert limit.filter(record("away"))
    assert not any(limit.filter(record("away")) for _ in range(5))
    assert limit.filter(record("back")), "another message"
    assert limit.filter(record("away", logging.ERROR)), "and another level"
    assert all(limit.filter(record("said", logging.INFO)) for _ in range(3))
    now = 60.0
    later = record("away")
    assert limit.filter(later)
    assert later.getMessage() == "it failed: away (and 5 times since the last line)"
    now = 120.0
    again = record("away")
    assert limit.filter(again)
    assert again.getMessage() == "it failed: away"


async def test_requests_while_the_database_is_away(seeded_url: str, caplog: pytest.LogCaptureFixture) -> None:
    async with gated(seeded_url) as gate, reached(gate.url, pool_size=2, live_debounce=0.0) as client:
        assert (await ask(client, QUERY)).status_code == 200
        gate.close("is starting up")
        caplog.clear()
        for _ in range(20):
            responses = await asyncio.gather(ask(client, QUERY), client.get("/ready"), client.get("/metrics"))
            assert [one.status_code for one in responses] == [503, 503, 200]
        lines = Counter(one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING)
        assert lines
        assert set(lines.values()) == {1}
        assert len(lines) < 15, "a line for each kind of failure"


async def test_the_limit_ends_with_its_application(seeded_url: str) -> None:
    logger = logging.getLogger("puente")
    before = list(logger.filters)
    async with reached(seeded_url):
        assert len(logger.filters) == len(before) + 1
    assert logger.filters == before
