"""Changes by plain SQL, and how long after each commit all subscribers had them."""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from benchmarks.fanout.sockets import Audience

UPDATES = {
    "participant": """
        update participant set field_of_study = to_char($2::int, 'FM0000') where id = $1 returning version
    """,
    "project": "update project set ends_on = date '2030-01-01' + $2::int where id = $1 returning version",
}
NUMBERED = (
    "select entity_id::text, version, extract(epoch from numbered_at)::float8 from change where at >= $1"
)
ENTITY_AND_VERSION = re.compile(
    rb'([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}).*?"version" ?: ?(\d+)'
)
"""The entity and its version, in whatever a server says of a change."""
QUIET = 0.3  # seconds after the last delivery in which one too many would come

Key = tuple[str, int]


@dataclass(frozen=True)
class Pace:
    """Changes a second, or how many may be under way before the next one is made."""

    a_second: float | None = None
    under_way: int = 1_000_000
    patience: float = 60.0


@dataclass(frozen=True)
class Deliveries:
    """Milliseconds from commit to delivery: of each, and for each change until the first and the last had it.

    `numbered`: until the feed had given the change its number, where there is one.
    """

    offered: int
    seconds: float
    each: list[float]
    first: list[float]
    last: list[float]
    numbered: list[float]

    @property
    def rate(self) -> float:
        return len(self.each) / self.seconds


@dataclass(frozen=True)
class Committed:
    """The time of a commit, monotonic and by the wall clock, and how many subscribers should receive it."""

    at: float
    wall: float
    readers: int


@dataclass(frozen=True)
class Load:
    """Rows to change, each in a separate transaction, and how many subscribers receive each change."""

    table: str
    rows: Sequence[UUID]
    readers: int
    pace: Pace = field(default_factory=Pace)


async def write(url: str, audience: Audience, load: Load) -> Deliveries:
    """Change the rows, and time the delivery of each change from just before its commit is sent.

    A change that is not delivered in time has no times, so `offered` may exceed their number.
    """
    connection = await asyncpg.connect(url)
    committed: dict[Key, Committed] = {}
    audience.received.clear()
    try:
        since = await connection.fetchval("select clock_timestamp()")
        began = time.perf_counter()
        for number, row in enumerate(load.rows):
            await _keep_pace(audience, load, number, began)
            async with connection.transaction():
                version = await connection.fetchval(UPDATES[load.table], row, number)
                committed[str(row), version] = Committed(time.perf_counter(), time.time(), load.readers)
        offered = len(load.rows) * load.readers
        if await audience.until(offered, load.pace.patience):
            await asyncio.sleep(QUIET)
        numbered = {(row[0], row[1]): row[2] for row in await connection.fetch(NUMBERED, since)}
    finally:
        await connection.close()
    return deliveries(audience.received, committed, numbered, began=began, offered=offered)


async def _keep_pace(audience: Audience, load: Load, number: int, began: float) -> None:
    pace = load.pace
    if pace.a_second is not None:
        await audience.pause(began + number / pace.a_second - time.perf_counter())
    await audience.until(max(0, number - pace.under_way + 1) * load.readers, pace.patience)


def deliveries(
    deliveries_received: Iterable[tuple[float, bytes]],
    committed: Mapping[Key, Committed],
    numbered: Mapping[Key, float],
    *,
    began: float,
    offered: int,
) -> Deliveries:
    """Compares received messages with commits; raises SystemExit for errors and duplicates."""
    times: dict[Key, list[float]] = defaultdict(list)
    until = began
    for at, message in deliveries_received:
        found = ENTITY_AND_VERSION.search(message)
        key = (found[1].decode(), int(found[2])) if found else ("", 0)
        if found is None:
            raise SystemExit(f"a subscriber received something else: {message.decode()}")
        if key in committed:  # and not a late one of the writes before
            times[key].append((at - committed[key].at) * 1000)
            until = max(until, at)
    if any(len(each) > committed[key].readers for key, each in times.items()):
        raise SystemExit("a subscriber received a change more than once")
    return Deliveries(
        offered,
        until - began,
        [one for each in times.values() for one in each],
        [min(each) for each in times.values()],
        [max(each) for key, each in times.items() if len(each) == committed[key].readers],
        [(numbered[key] - one.wall) * 1000 for key, one in committed.items() if key in numbered],
    )


def percentile(values: Sequence[float], percent: float) -> float | None:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else None
