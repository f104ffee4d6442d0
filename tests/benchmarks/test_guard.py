"""The guard counts what an answer takes, so a slow path that is planted is over its budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pytest

from benchmarks import guard
from benchmarks.bulk_writes import MOST, scanned_rows
from benchmarks.guard import BudgetCounts
from benchmarks.roundtrips import relayed
from benchmarks.suite import BenchmarkOperation
from models.database.client import Database
from tests.conftest import run_alone

MAP = BenchmarkOperation("map", "a map", {}, ())


async def counts(url: str) -> BudgetCounts:
    statements: list[str] = []
    async with relayed(url) as relay, guard.running(relay.url, statements.append) as app:
        counted = await guard.measured_request(app, MAP, relay, statements)
    async with guard.running(url) as app:
        return BudgetCounts(*counted, *await guard.taken(app, MAP))


async def test_one_statement_and_one_round_trip(seeded_url: str) -> None:
    found = await counts(seeded_url)
    assert (found.statements, found.round_trips) == (1, 1)
    assert 100 < found.calls < 1_000 < found.cold_calls
    assert 0 < found.pages < 100


async def test_a_second_statement_is_found(seeded_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await counts(seeded_url)
    fetch = Database.fetch

    async def twice(self: Database, sql: str, *more: Any, **options: Any) -> Sequence[Any]:
        await fetch(self, "select 1")
        return await fetch(self, sql, *more, **options)

    monkeypatch.setattr(Database, "fetch", twice)
    over = (await counts(seeded_url)).exceeded(asdict(before))
    assert over[:2] == ["statements 2 (at most 1)", "round_trips 2 (at most 1)"]


async def test_a_round_trip_of_the_driver_is_found(seeded_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no statement of ours is a round trip all the same, such as preparing it for each request."""
    monkeypatch.setenv("PUENTE_STATEMENT_CACHE_ENTRIES", "0")
    found = await counts(seeded_url)
    assert (found.statements, found.round_trips) == (1, 2)


async def test_work_on_the_way_is_found(seeded_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty calls: counts vary by a few from run to run, with other work of the event loop."""
    before = await counts(seeded_url)
    fetch = Database.fetch

    async def busy(self: Database, *given: Any, **options: Any) -> Sequence[Any]:
        for _ in range(50):
            len(given)
        return await fetch(self, *given, **options)

    monkeypatch.setattr(Database, "fetch", busy)
    (complaint,) = (await counts(seeded_url)).exceeded(
        {**asdict(before), "cold_calls": 10**9, "pages": 10**9}
    )
    assert complaint.startswith("calls ")


def test_an_operation_without_a_budget_is_over_it() -> None:
    assert len(BudgetCounts(1, 1, 1, 1, 1).exceeded({})) == 5
    assert BudgetCounts(1, 1, 1, 1, 1).exceeded(asdict(BudgetCounts(1, 1, 1, 1, 1))) == []


async def test_a_bulk_write_scans_nothing_however_a_session_began(database_url: str) -> None:
    """A function whose plans may scan again is found, for every entity."""
    found = await scanned_rows(database_url, rows=40)
    assert not {way: rows for way, rows in found.items() if rows > MOST}
    await run_alone(
        database_url,
        "alter function puente_note_participation reset enable_seqscan",
        "alter function puente_image_participation reset enable_seqscan",
    )
    assert (await scanned_rows(database_url, rows=40))["participation noted"] > MOST
