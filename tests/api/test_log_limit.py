"""A database that is away is a line a minute in the log, however many requests it fails."""

from __future__ import annotations

import asyncio
import io
import logging
from collections import Counter
from logging.config import DictConfigurator

import pytest

from api.runtime.log_limit import LogLimit
from api.server.server import log_config
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
        with caplog.filtering(LogLimit()):
            for _ in range(20):
                responses = await asyncio.gather(
                    ask(client, QUERY), client.get("/ready"), client.get("/metrics")
                )
                assert [one.status_code for one in responses] == [503, 503, 200]
        lines = Counter(one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING)
        assert lines
        assert set(lines.values()) == {1}
        assert len(lines) < 15, "a line for each kind of failure"


def test_what_a_server_writes_is_limited_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    """Lines are held back where they are written, so a test or a collector of logs sees each of them."""
    configurator = DictConfigurator(log_config("info"))
    parts = configurator.config
    parts["formatters"] = {
        name: configurator.configure_formatter(one) for name, one in parts["formatters"].items()
    }
    parts["filters"] = {name: configurator.configure_filter(one) for name, one in parts["filters"].items()}
    written = [configurator.configure_handler(one) for one in parts["handlers"].values()]
    assert written
    for handler in written:
        assert isinstance(handler, logging.StreamHandler)
        lines = handler.stream = io.StringIO()
        for _ in range(3):
            handler.handle(record("away"))
        assert lines.getvalue().count("it failed: away") == 1
    logger = logging.getLogger("puente")
    for _ in range(3):
        logger.warning("it failed: away")
    assert caplog.text.count("it failed: away") == 3
