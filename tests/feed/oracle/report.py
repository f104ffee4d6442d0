"""The proof of the feed in figures."""

from __future__ import annotations

from collections.abc import Iterator

from tests.feed.oracle.run import RunFigures
from tests.feed.oracle.servers import Kills
from tests.feed.oracle.verdicts import Verdict

FAULTS = ("lost", "out of order", "leaked", "unequal", "wrong kind", "made up", "not dense", "witness")


def report_lines(verdict: Verdict, figures: RunFigures, kills: Kills) -> Iterator[str]:
    """What was done, what was delivered, and what was wrong with it."""
    deeds = figures.deeds
    yield (
        f"the feed: {figures.changes:,} changes in {deeds.committed:,} transactions;"
        f" {deeds.rolled_back:,} rolled back,"
        f" {deeds.to_savepoints:,} to a savepoint, {deeds.late:,} late, {deeds.refused:,} refused,"
        f" {deeds.deadlocks:,} deadlocks, {deeds.cut_off:,} connections cut"
    )
    yield (
        f"the feed: servers killed {kills.servers:,} times, the database {kills.databases:,};"
        f" {figures.connections:,} connections of subscribers, {figures.deliveries:,} changes delivered,"
        f" {figures.duplicates:,} duplicates, all with the same id"
    )
    yield "the feed: " + ", ".join(f"{verdict.counts[kind]:,} {kind}" for kind in FAULTS)
