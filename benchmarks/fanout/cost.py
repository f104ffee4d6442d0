"""What the feed costs writers: the same writes with its triggers and without them, in turns."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from statistics import median

import asyncpg

from benchmarks.rounds import Report

ROUNDS, ROWS = 5, 1_000
SWITCH = """
do $$
declare track record;
begin
    for track in select tgrelid::regclass as of_table, tgname from pg_trigger
        where tgname like '%\\_track%' loop
        execute format('alter table %s {} trigger %I', track.of_table, track.tgname);
    end loop;
end
$$
"""
NUMBER = "select puente_number_changes(100000)"
ONE = "update project set ends_on = ends_on + 1 where id = $1"
MANY = "update project set ends_on = ends_on + 1 where id = any($1)"
INSERT = """
    insert into project (slug, title_en, status, date_precision, is_synthetic)
    select 'cost-' || $1::text || '-' || i, 'A study', 'ACTIVE', 'DAY', true from generate_series(1, $2) i
"""
ROWS_OF = "select id from project where slug like 'grown-%' and ends_on is not null order by id limit $1"
KINDS = (
    "a row updated, by its own transaction",
    "rows updated by one statement",
    "rows inserted by one statement",
)


@dataclass(frozen=True)
class Cost:
    """Microseconds for a row: the median of the rounds, without the feed's triggers and with them."""

    write: str
    without: float
    with_feed: float


async def _taken(writes: Sequence[Awaitable[object]]) -> float:
    """Microseconds a row of writes that touch `ROWS` rows in all."""
    began = time.perf_counter()
    for one in writes:
        await one
    return (time.perf_counter() - began) / ROWS * 1e6


async def measure_cost(url: str, report: Report) -> list[Cost]:
    """In a database where nobody follows; what is noted is numbered between the rounds."""
    connection = await asyncpg.connect(url)
    try:
        ids = [row[0] for row in await connection.fetch(ROWS_OF, ROWS)]
        found: dict[tuple[str, bool], list[float]] = {}
        for number in range(ROUNDS * 2):
            tracked = number % 2 == 1
            await connection.execute(SWITCH.format("enable" if tracked else "disable"))
            taken = (
                await _taken([connection.execute(ONE, one) for one in ids]),
                await _taken([connection.execute(MANY, ids)]),
                await _taken([connection.execute(INSERT, str(number), ROWS)]),
            )
            for kind, microseconds in zip(KINDS, taken, strict=True):
                found.setdefault((kind, tracked), []).append(microseconds)
            await connection.execute(NUMBER)
    finally:
        await connection.execute(SWITCH.format("enable"))
        await connection.execute("delete from project where slug like 'cost-%'")
        await connection.close()
    costs = [Cost(kind, median(found[kind, False]), median(found[kind, True])) for kind in KINDS]
    for one in costs:
        report(f"{one.write}: {one.without:.0f} µs a row without the feed, {one.with_feed:.0f} with it")
    return costs
