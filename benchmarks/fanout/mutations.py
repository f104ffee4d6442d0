"""Changes by mutations over HTTP, and how long after each was due all subscribers had them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import orjson

from benchmarks.fanout.sockets import Audience
from benchmarks.fanout.writers import QUIET, Committed, Deliveries, Key, Load, deliveries
from benchmarks.load import written
from benchmarks.peers.peer import PeerRequest, graphql
from benchmarks.suite import BenchmarkOperation
from benchmarks.write_load import read_answer

CONNECTIONS = 8
UPDATE = BenchmarkOperation("update", "", {}, (), file="writes/update_participant")
VERSIONS = "select id, version from participant where id = any($1::uuid[])"


@dataclass
class MutatedRow:
    """A participant as its writer knows it, and the headers of a coordinator of its institution."""

    id: UUID
    version: int
    headers: dict[str, str]

    def request(self, number: int) -> PeerRequest:
        given = {
            "id": f"participant_{self.id}",
            "expectedVersion": self.version,
            "fieldOfStudy": f"{9_999 - number % 10_000:04}",  # not what plain SQL has written
        }
        return graphql(UPDATE.document, {"input": given}, **self.headers)


async def rows_of(
    url: str, ids: Sequence[UUID], headers: Callable[[int], dict[str, str]]
) -> list[MutatedRow]:
    """As many as each connection can have the same number of; `headers`: by the number of the row."""
    connection = await asyncpg.connect(url)
    try:
        versions = dict(await connection.fetch(VERSIONS, ids))
    finally:
        await connection.close()
    rows = [MutatedRow(id, versions[id], headers(number)) for number, id in enumerate(ids)]
    return rows[: len(rows) - len(rows) % CONNECTIONS]


async def mutate(port: int, audience: Audience, load: Load, rows: Sequence[MutatedRow]) -> Deliveries:
    """Send a mutation for each of the load's changes when it is due, or as soon as its connection is free.

    Times are taken from when each was due: a server that falls behind is late with all that follow.
    """
    assert load.pace.a_second is not None
    committed: dict[Key, Committed] = {}
    audience.received.clear()
    began, interval = time.perf_counter(), 1 / load.pace.a_second

    async def send(first: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in range(first, len(load.rows), CONNECTIONS):
            row, due = rows[number % len(rows)], began + number * interval
            await audience.pause(due - time.perf_counter())
            writer.write(written(row.request(number)))
            row.version = _version(await read_answer(reader))
            committed[str(row.id), row.version] = Committed(due, time.time(), load.readers)
        writer.close()

    await asyncio.gather(*map(send, range(CONNECTIONS)))
    offered = len(load.rows) * load.readers
    if await audience.until(offered, load.pace.patience):
        await asyncio.sleep(QUIET)
    return deliveries(audience.received, committed, {}, began=began, offered=offered)


def _version(body: bytes) -> int:
    payload = (orjson.loads(body).get("data") or {}).get("updateParticipant")
    if not payload or payload["userErrors"]:
        raise SystemExit(f"a participant was not changed: {body[:500].decode()}")
    return int(payload["participant"]["version"])
