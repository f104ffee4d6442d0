"""Whether peers answer what the hand-written SQL answers, and how often each waits for PostgreSQL.

An answer's shape may differ (`peers/leaves.py`): what it says may not.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson

from benchmarks.peers.leaves import difference
from benchmarks.peers.peer import Peer
from benchmarks.roundtrips import Relay, relayed
from benchmarks.server_process import PeerServer, serving
from benchmarks.suite import BenchmarkOperation

WARM = 25
"""Requests before round trips are counted: every connection of a pool has prepared its statements by then."""


@dataclass(frozen=True)
class Checked:
    """A peer's answer to an operation: what is wrong with it, and its round trips to PostgreSQL."""

    peer: str
    operation: str
    wrong: str | None
    round_trips: int | None


def check(peers: Sequence[Peer], operations: Sequence[BenchmarkOperation], url: str) -> list[Checked]:
    """Every operation of every peer that is installed, once it is warm."""
    return asyncio.run(_check(peers, operations, url))


async def _check(peers: Sequence[Peer], operations: Sequence[BenchmarkOperation], url: str) -> list[Checked]:
    meant = [await _meant(url, operation) for operation in operations]
    found = []
    for peer in peers:
        if peer.missing() is None:
            async with _behind_relay(peer, url) as (server, relay):
                for operation, expected in zip(operations, meant, strict=True):
                    found.append(await _checked(server, relay, operation, expected))
    return found


@asynccontextmanager
async def _behind_relay(peer: Peer, url: str) -> AsyncIterator[tuple[PeerServer, Relay]]:
    async with relayed(url) as relay:
        running = serving(peer, relay.url)
        server = await asyncio.to_thread(running.__enter__)
        try:
            yield server, relay
        finally:
            await asyncio.to_thread(running.__exit__, None, None, None)


async def _checked(server: PeerServer, relay: Relay, operation: BenchmarkOperation, expected: Any) -> Checked:
    request = server.peer.request(operation)
    if request is None:
        return Checked(server.peer.name, operation.name, None, None)
    for _ in range(WARM):
        await asyncio.to_thread(server.ask, request)
    before = relay.trips
    body = await asyncio.to_thread(server.ask, request)
    trips = relay.trips - before
    return Checked(server.peer.name, operation.name, _wrong(server.peer, orjson.loads(body), expected), trips)


async def _meant(url: str, operation: BenchmarkOperation) -> Any:
    connection = await asyncpg.connect(url, server_settings={"jit": "off"})
    try:
        return orjson.loads(await connection.fetchval(operation.sql, *operation.parameters))
    finally:
        await connection.close()


def _wrong(peer: Peer, answer: Any, expected: Any) -> str | None:
    if "errors" in answer:
        return f"errors: {answer['errors']}"
    more, less = difference(answer["data"], expected, peer.leaves_out)
    if more or less:
        return (
            f"only in its answer {dict(more.most_common(5))}, only in the other {dict(less.most_common(5))}"
        )
    return None
