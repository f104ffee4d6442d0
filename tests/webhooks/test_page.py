"""docs/webhooks.md: its code verifies, its table is the schedule, its reasons are those that there are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from api.composition import webhook_retry_policy
from api.settings.settings import read_settings
from delivery.webhooks.retry_policy import JITTER, nominal_delays
from delivery.webhooks.signing import new_secret, signature_headers
from models.webhook import ParkReason
from tests.house.test_docs import blocks, rows

PAGE = "docs/webhooks.md"
UNITS = {"s": 1, "min": 60, "h": 3_600}


def seconds(text: str) -> float:
    words = text.split()
    return sum(float(number) * UNITS[unit] for number, unit in zip(words[::2], words[1::2], strict=True))


def test_the_example_in_python_verifies() -> None:
    names: dict[str, Any] = {}
    exec(blocks(PAGE, "python")[0], names)
    secret, body = new_secret(), '{"type":"PROJECT.UPDATED"}'
    headers = signature_headers("change_1", datetime.now(UTC), body, [new_secret(), secret])
    assert names["verified"](body.encode(), headers, secret) == {"type": "PROJECT.UPDATED"}
    assert names["verified"](body.replace("UP", "UN").encode(), headers, secret) is None
    assert names["verified"](body.encode(), headers, new_secret()) is None


def test_the_table_is_the_schedule() -> None:
    schedule, since = webhook_retry_policy(read_settings()), 0.0
    for number, after, _ in rows(PAGE, "[0-9].*"):
        pause = nominal_delays(schedule, int(number.split()[0]))
        since += pause
        assert abs(pause - seconds(after)) <= pause * 0.02
        drawn = [schedule.delay(int(number.split()[0])) for _ in range(100)]
        assert pause * (1 - JITTER) <= min(drawn) < max(drawn) <= pause * (1 + JITTER)


def test_the_reasons_are_those_that_there_are() -> None:
    assert [cells[0].strip("`") for cells in rows(PAGE, "`[A-Z]+`")] == list(ParkReason)
