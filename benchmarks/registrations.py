"""Registrations a second by HTTP, compared with bare SQL that locks the event, counts and inserts.

Both write the same table with the same triggers, over as many connections. Puente also authenticates, looks
at rights and guards, returns the registration as its person sees it, and numbers the changes for the feed.
It stands still while the bare SQL is measured.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import UUID

import asyncpg
import orjson
import uvloop

from api.auth import development_tokens
from benchmarks.load import written
from benchmarks.peers.peer import graphql
from benchmarks.peers.puente import PUENTE, state
from benchmarks.rounds import CORE, Report
from benchmarks.server_process import PeerServer, paused, serving
from benchmarks.suite import BenchmarkOperation
from benchmarks.write_load import read_answer
from benchmarks.writes import CONNECTIONS, settled

PEOPLE, SPREAD = 400, 200
ONE, MANY = "for one event", f"spread over {SPREAD} events"
SQL = Path(__file__).parent / "registrations.sql"
REGISTER = BenchmarkOperation("register", "", {}, (), file="writes/register")
REGISTRANTS = "select person_id from access_grant where subject like 'registrant-%' order by subject"
EVENTS = "select bench_events($1, $2, $3)"

Register = Callable[[int, UUID], Awaitable[None]]
"""Registers one of the people, by number, for an event."""
Connect = Callable[[], AbstractAsyncContextManager[Register]]


@dataclass(frozen=True)
class Registrations:
    """Rounds of registrations a second: by Puente, and by the bare SQL."""

    events: str
    puente: list[float]
    bare: list[float]

    @property
    def ratio(self) -> float:
        """The median of the rounds' own ratios."""
        return median(one / other for one, other in zip(self.puente, self.bare, strict=True))


def measure_registrations(url: str, *, rounds: int, report: Report) -> list[Registrations]:
    """For one event that everybody wants and for many, in turns, in a database of this measurement's own."""
    people = asyncio.run(_prepared(url))
    found = []
    with serving(PUENTE, url, CORE) as server:
        connects = [partial(_by_http, server.port, _tokens()), partial(_by_sql, url, people)]
        for name, events in ((ONE, 1), (MANY, SPREAD)):
            turns = [_turn(server, url, connects, events, number) for number in range(rounds + 1)]
            found.append(Registrations(name, *(list(rates) for rates in zip(*turns[1:], strict=True))))
            report(_line(found[-1]))
    return found


def _turn(
    server: PeerServer, url: str, connects: Sequence[Connect], events: int, number: int
) -> tuple[float, float]:
    """One round of both, now the one first and now the other; each has new events."""
    rates = [0.0, 0.0]
    for which in (0, 1) if number % 2 == 0 else (1, 0):
        made = asyncio.run(_events(url, f"bench-{events}-{number}-{which}", events))
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, paused([server] * which):
            rates[which] = runner.run(_registrations_a_second(connects[which], made))
        asyncio.run(settled(url))
    return rates[0], rates[1]


async def _registrations_a_second(connect: Connect, events: Sequence[UUID]) -> float:
    """Everybody registers once."""

    async def some(first: int) -> None:
        async with connect() as register:
            for number in range(first, PEOPLE, CONNECTIONS):
                await register(number, events[number % len(events)])

    began = perf_counter()
    await asyncio.gather(*map(some, range(CONNECTIONS)))
    return PEOPLE / (perf_counter() - began)


@asynccontextmanager
async def _by_http(port: int, tokens: Sequence[str]) -> AsyncIterator[Register]:
    document = REGISTER.document
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def register(person: int, event: UUID) -> None:
        given = {"input": {"event": f"event_{event}"}}
        writer.write(written(graphql(document, given, authorization=f"Bearer {tokens[person]}")))
        _require_registered(await read_answer(reader))

    yield register
    writer.close()


@asynccontextmanager
async def _by_sql(url: str, people: Sequence[UUID]) -> AsyncIterator[Register]:
    connection = await asyncpg.connect(url)
    statement = await connection.prepare("select bench_register($1, $2)")

    async def register(person: int, event: UUID) -> None:
        await statement.fetchval(event, people[person])

    yield register
    await connection.close()


def _require_registered(body: bytes) -> None:
    payload = (orjson.loads(body).get("data") or {}).get("registerForEvent")
    if not payload or payload["userErrors"] or not payload["registration"]:
        raise SystemExit(f"nobody was registered: {body[:500].decode()}")


def _tokens() -> list[str]:
    key = development_tokens.key(state())
    return [development_tokens.sign(f"registrant-{number:04}", key) for number in range(PEOPLE)]


async def _prepared(url: str) -> list[UUID]:
    """The people who register; the function of the bare SQL is there."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(SQL.read_text("utf-8").replace(":people", str(PEOPLE)))
        return [row[0] for row in await connection.fetch(REGISTRANTS)]
    finally:
        await connection.close()


async def _events(url: str, slug: str, number: int) -> list[UUID]:
    """New events; half of the people find a place, if they all want the same."""
    connection = await asyncpg.connect(url)
    try:
        return [row[0] for row in await connection.fetch(EVENTS, slug, PEOPLE // 2, number)]
    finally:
        await connection.close()


def _line(found: Registrations) -> str:
    puente, bare = median(found.puente), median(found.bare)
    return f"{found.events}: {puente:.0f} a second, bare SQL {bare:.0f}: {found.ratio:.2f} times"
