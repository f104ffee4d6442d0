"""Puente's subscriptions and PostGraphile's on one machine: the server on one core, the load on another."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from uuid import UUID

import uvloop

from benchmarks.fanout.cost import Cost, measure_cost
from benchmarks.fanout.mutations import mutate, rows_of
from benchmarks.fanout.sockets import Audience, Subscribed, audience
from benchmarks.fanout.subscribers import INSTITUTIONS, Coordinators, coordinators
from benchmarks.fanout.writers import Deliveries, Load, Pace, percentile, write
from benchmarks.peers.postgraphile import following as postgraphile
from benchmarks.peers.puente import PUENTE
from benchmarks.rounds import CORE, Report
from benchmarks.roundtrips import relayed
from benchmarks.server_process import PeerServer, serving

LOAD_CORE = 1
MANY, SOME, FEW = 5_000, 1_000, 10
ADDRESSED, BROADCAST, SUSTAINED, MUTATED = "addressed", "broadcast", "sustained", "mutated"
OFFERED = 20_000  # deliveries a second that are asked for in the scenario "sustained"
MUTATIONS = 200  # a second, in the scenario "mutated"
SETTLE = 3.0  # seconds until the server has opened what it was sent


@dataclass(frozen=True)
class FanoutResult:
    """A scenario on a server: milliseconds from commit to delivery; None where nothing came in time."""

    peer: str
    subscribers: int
    scenario: str
    changes: int
    offered: int
    delivered: int
    rate: float
    numbered: float | None
    first: float | None
    p50: float | None
    p95: float | None
    last50: float | None
    last95: float | None


@dataclass(frozen=True)
class SubscriberMemory:
    """Bytes that each subscriber adds to the server's process: once open, and after all deliveries."""

    peer: str
    subscribers: int
    opened: float
    after: float


@dataclass(frozen=True)
class StatementCounts:
    """Round trips to PostgreSQL for a change that all subscribers receive."""

    subscribers: int
    round_trips: float


@dataclass(frozen=True)
class Fanout:
    results: list[FanoutResult] = field(default_factory=list)
    memory: list[SubscriberMemory] = field(default_factory=list)
    statements: list[StatementCounts] = field(default_factory=list)
    cost: list[Cost] = field(default_factory=list)


@dataclass(frozen=True)
class Scenario:
    """Which rows change, at which pace, and whether each change is for everybody or for one institution's.

    They change by plain SQL, or by Puente's own mutations (`mutated`).
    """

    name: str
    table: str
    changes: int
    pace: Pace
    mutated: bool = False

    def readers(self, subscribers: int) -> int:
        return subscribers if self.table == "project" else subscribers // INSTITUTIONS


def scenarios(changes: int, subscribers: int) -> Sequence[Scenario]:
    return (
        Scenario(ADDRESSED, "participant", changes * 10, Pace(a_second=20)),
        Scenario(BROADCAST, "project", changes, Pace(under_way=1)),
        Scenario(SUSTAINED, "project", changes * 2, Pace(a_second=OFFERED / subscribers)),
    )


def mutating(changes: int) -> Scenario:
    return Scenario(MUTATED, "participant", changes * 100, Pace(a_second=MUTATIONS), mutated=True)


def measure_fanout(url: str, *, changes: int, report: Report) -> Fanout:
    """Everything, on a database that is this measurement's own. `changes`: how many broadcasts."""
    with _pinned(), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(_puente(url, changes, report))
        if postgraphile.FOLLOWING.missing() is None:
            theirs = runner.run(_postgraphile(url, changes, report))
            found.results.extend(theirs.results)
            found.memory.extend(theirs.memory)
    return found


async def _puente(url: str, changes: int, report: Report) -> Fanout:
    coordinators_, found = await coordinators(url), Fanout()
    found.cost.extend(await measure_cost(url, report))
    for count in (FEW, MANY):
        found.statements.append(await _round_trips(url, coordinators_, count))
        report(f"{count} subscribers: {found.statements[-1].round_trips:g} round trips a change")
    for count in (SOME, MANY):
        with serving(PUENTE, url, CORE) as server:
            run = _Run(server, url, coordinators_, report)
            every = (*scenarios(changes, count), mutating(changes))
            await run.all(coordinators_.subscribed(count), every, found)
    return found


async def _postgraphile(url: str, changes: int, report: Report) -> Fanout:
    """Its subscribers follow participants or projects, since each needs a separate subscription."""
    coordinators_, found = await coordinators(url), Fanout()
    for count in (SOME, MANY):
        kinds: Sequence[tuple[Callable[[UUID], Subscribed], Sequence[Scenario]]] = (
            (postgraphile.participants, scenarios(changes, count)[:1]),
            (postgraphile.projects, scenarios(min(changes, 3), count)[1:]),
        )
        for subscribed, scenarios_of_kind in kinds:
            with serving(postgraphile.FOLLOWING, url, CORE) as server:
                subscribers = [subscribed(coordinators_.institutions[n % INSTITUTIONS]) for n in range(count)]
                await _Run(server, url, coordinators_, report).all(subscribers, scenarios_of_kind, found)
    return found


@dataclass(frozen=True)
class _Run:
    server: PeerServer
    url: str
    coordinators_: Coordinators
    report: Report

    async def all(
        self, subscribers: Sequence[Subscribed], scenarios: Sequence[Scenario], found: Fanout
    ) -> None:
        """The scenarios, one after the other, on the same sockets."""
        name, count, before = self.server.peer.name, len(subscribers), resident(self.server.process.pid)
        async with audience(self.server.port, subscribers) as listening:
            await listening.pause(SETTLE)
            opened = (resident(self.server.process.pid) - before) / count
            for scenario in scenarios:
                rows = (
                    self.coordinators_.participants
                    if scenario.table == "participant"
                    else self.coordinators_.projects
                )
                changed = [rows[n % len(rows)] for n in range(scenario.changes)]
                load = Load(scenario.table, changed, scenario.readers(count), scenario.pace)
                deliveries = await self._deliveries(listening, load, scenario)
                found.results.append(fanout_result(name, count, scenario, deliveries))
                self.report(_line(found.results[-1]))
            after = (resident(self.server.process.pid) - before) / count
        found.memory.append(SubscriberMemory(name, count, opened, after))
        self.report(
            f"{name}: {opened / 1000:.0f} KB, then {after / 1000:.0f} KB for each of {count} subscribers"
        )

    async def _deliveries(self, listening: Audience, load: Load, scenario: Scenario) -> Deliveries:
        if not scenario.mutated:
            return await write(self.url, listening, load)
        rows = await rows_of(self.url, self.coordinators_.participants, self.coordinators_.headers)
        return await mutate(self.server.port, listening, load, rows)


def fanout_result(peer: str, subscribers: int, scenario: Scenario, found: Deliveries) -> FanoutResult:
    return FanoutResult(
        peer,
        subscribers,
        scenario.name,
        scenario.changes,
        found.offered,
        len(found.each),
        found.rate if found.seconds else 0.0,
        percentile(found.numbered, 50) if peer == PUENTE.name else None,
        percentile(found.first, 50),
        percentile(found.each, 50),
        percentile(found.each, 95),
        percentile(found.last, 50),
        percentile(found.last, 95),
    )


async def _round_trips(url: str, coordinators_: Coordinators, count: int) -> StatementCounts:
    """The median of some changes; the first of them prepare the statements."""
    trips = []
    async with relayed(url) as relay:
        running = serving(PUENTE, relay.url, CORE)
        server = await asyncio.to_thread(running.__enter__)
        try:
            async with audience(server.port, coordinators_.subscribed(count)) as listening:
                await listening.pause(SETTLE)
                for row in coordinators_.projects[:20]:
                    before = relay.trips
                    await write(url, listening, Load("project", [row], count))
                    trips.append(relay.trips - before)
        finally:
            await asyncio.to_thread(running.__exit__, None, None, None)
    return StatementCounts(count, median(trips[5:]))


def resident(pid: int) -> int:
    """Bytes of a process in memory, those that it shares included."""
    with open(f"/proc/{pid}/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def _pinned() -> Iterator[None]:
    """The load on a separate core, if there is one."""
    before = os.sched_getaffinity(0)
    if LOAD_CORE in before:
        os.sched_setaffinity(0, {LOAD_CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _line(one: FanoutResult) -> str:
    def ms(value: float | None) -> str:
        return "–" if value is None else f"{value:.0f}"

    return (
        f"{one.peer}, {one.subscribers} subscribers, {one.scenario}: {one.delivered} of {one.offered},"
        f" {one.rate:.0f}/s, first {ms(one.first)}, p50 {ms(one.p50)}, p95 {ms(one.p95)} ms,"
        f" the last {ms(one.last50)}, {ms(one.last95)} ms, numbered {ms(one.numbered)}"
    )
