"""Updates of projects, sent by some connections: each knows the rows that it alone writes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from time import perf_counter
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import uvloop

from benchmarks.load import HEADERS_END, written
from benchmarks.peers.peer import PeerRequest

ROWS = """
    select p.id, p.version,
        array_agg(array[l.institution_id::text, l.role] order by l.role, l.institution_id),
        (select i.id from institution i where not exists (
            select from project_institution o where o.project_id = p.id and o.institution_id = i.id)
            order by i.slug limit 1)
    from project p join project_institution l on l.project_id = p.id
    where p.status <> 'DRAFT' and exists (
        select from project_institution mine join access_grant g on g.institution_id = mine.institution_id
        where mine.project_id = p.id and g.subject = 'grown-coordinator' and mine.role in ('LEAD', 'PARTNER'))
    group by p.id order by p.id limit $1
"""


@dataclass
class WrittenRow:
    """A project as its writer knows it: its institutions with their roles, and one that comes and goes."""

    id: UUID
    version: int
    institutions: list[list[str]]
    other: UUID
    is_linked: bool = False


Update = Callable[[WrittenRow, int], PeerRequest]
"""The request for a row's next update."""


async def rows_of(url: str, number: int) -> list[WrittenRow]:
    """Projects that the coordinator may update."""
    connection = await asyncpg.connect(url)
    try:
        return [WrittenRow(*row) for row in await connection.fetch(ROWS, number)]
    finally:
        await connection.close()


def updates_a_second(
    port: int, rows: Sequence[WrittenRow], update: Update, *, seconds: float, connections: int
) -> tuple[int, float]:
    """How many were carried out, and in how many seconds; raises SystemExit for one that was not."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_all(port, rows, update, seconds, connections))


async def _all(
    port: int, rows: Sequence[WrittenRow], update: Update, seconds: float, connections: int
) -> tuple[int, float]:
    began = perf_counter()
    writers = (_write(port, rows[n::connections], update, began + seconds) for n in range(connections))
    done = await asyncio.gather(*writers)
    return sum(done), perf_counter() - began


async def _write(port: int, rows: Sequence[WrittenRow], update: Update, until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    done = 0
    for number in count():
        if perf_counter() >= until:
            break
        row = rows[number % len(rows)]
        writer.write(written(update(row, number)))
        note_version(row, await read_answer(reader))
        done += 1
    writer.close()
    return done


async def read_answer(reader: asyncio.StreamReader) -> bytes:
    """The body of the next answer."""
    head = (await reader.readuntil(HEADERS_END)).lower()
    at = head.index(b"content-length:") + 15
    return await reader.readexactly(int(head[at : head.index(b"\r", at)]))


def note_version(row: WrittenRow, body: bytes) -> None:
    """The row is as the answer says."""
    answered: dict[str, Any] = orjson.loads(body)
    payload = (answered.get("data") or {}).get("updateProject")
    if not payload or payload.get("userErrors") or not payload["project"]:
        raise SystemExit(f"an update was not carried out: {body[:500].decode()}")
    row.version = payload["project"]["version"]
