"""Somebody whose grant goes and comes while they read a snapshot or are away: their copy ends equal."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from random import Random

import asyncpg

from models.database.client import DatabaseError
from planner.errors import CursorExpired
from tests.feed.oracle.copies import CURSOR, FOLLOW, POLL, Copy, number_of
from tests.feed.oracle.grants import CAMPUS, GIVE, PATIENCE, REVOKE, VIEWER, equal, settle
from tests.feed.oracle.run import PAGE, Copying, Load, every_id, nodes_of, numbered_all, write
from tests.feed.oracle.verdicts import Verdict
from tests.feed.subscribers import InProcessServer
from tests.reference.rows import load_rows

SNAPSHOTS, ABSENCES = 3, 3
"""How often the grant goes and comes during the one and the other."""
TURNS = 12
"""How often a subscriber continues from a snapshot before it counts as accepted."""


@dataclass
class Follower:
    """Reads a snapshot, follows by subscription and by pages in turns, and starts over if its cursor expires.

    Among the pages of the first snapshots the grant is revoked, and given again after the last; so it is now
    and then while they are away, between two turns.
    """

    server: InProcessServer
    url: str
    connection: asyncpg.Connection
    random: Random
    copy: Copy = field(default_factory=lambda: Copy(VIEWER, "none"))
    begun: int = 0
    expired: int = 0
    snapshots: int = 0
    absences: int = 0
    turns: int = 0
    last: int | None = None

    @property
    def through(self) -> bool:
        return self.last is not None and number_of(self.copy.cursor) >= self.last

    @property
    def tried(self) -> bool:
        return self.absences >= ABSENCES and (self.snapshots >= SNAPSHOTS or self.turns >= TURNS)

    async def run(self) -> None:
        while not self.through:
            self.copy = await self.snapshot()
            try:
                await self.follow()
            except CursorExpired:
                self.expired += 1

    async def snapshot(self) -> Copy:
        copy = Copy(VIEWER, f"snapshot {self.begun}")
        self.begun += 1
        copy.begin((await self.server.ask(VIEWER, CURSOR))["changeCursor"])
        ids = every_id(await load_rows(self.url))
        pages = [ids[start : start + PAGE] for start in range(0, len(ids), PAGE)]
        turns = self.snapshots < SNAPSHOTS and self.last is None
        revoked = self.random.randrange(1 + len(pages) // 3) if turns else len(pages)
        for number, page in enumerate(pages):
            if number == revoked:
                await self.connection.execute(REVOKE, VIEWER, CAMPUS)
            copy.nodes |= await nodes_of(self.server, VIEWER, page)
        if turns:
            await self.connection.execute(GIVE, VIEWER, CAMPUS)
            self.snapshots += 1
        return copy

    async def follow(self) -> None:
        """Until everything was received; raises CursorExpired."""
        self.turns = 0
        while not self.through:
            await (self.subscribed() if self.turns % 2 else self.polled())
            self.turns += 1
            if self.turns % 4 == 3 and self.last is None:
                await self.connection.execute(REVOKE, VIEWER, CAMPUS)
                await asyncio.sleep(self.random.uniform(0.0, 0.3))
                await self.connection.execute(GIVE, VIEWER, CAMPUS)
                self.absences += 1

    async def polled(self) -> None:
        self.copy.connected()
        page = (await self.server.ask(VIEWER, POLL, after=self.copy.cursor, first=100))["changes"]
        for change in page["nodes"]:
            self.copy.take(change)
        self.copy.cursor = page["pageInfo"]["endCursor"]

    async def subscribed(self) -> None:
        self.copy.connected()
        listener = Copying(self.copy)
        try:
            opened = await self.server.open(VIEWER, FOLLOW, listener, after=self.copy.cursor)
        except DatabaseError:
            return
        until = asyncio.get_running_loop().time() + self.random.uniform(0.1, 0.5)
        while not (listener.ended or self.through) and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.02)
        opened.close()
        if listener.error is not None:
            raise listener.error


async def run_with_grants_given(
    server: InProcessServer, url: str, changes: int, *, seed: int = 1
) -> tuple[Verdict, Follower]:
    connection, verdict = await asyncpg.connect(url), Verdict()
    follower = Follower(server, url, connection, Random(seed))
    following = asyncio.create_task(follower.run())
    load = Load(changes, writers=3, seed=seed, pause=0.02)
    await write(url, load, lambda: follower.tried or following.done())
    await settle(url)
    follower.last = await numbered_all(url, PATIENCE)
    try:
        async with asyncio.timeout(4 * PATIENCE):
            await following
    except TimeoutError:
        verdict.blame("lost", "the copy did not receive the last changes")
    await connection.close()
    nodes = await nodes_of(server, VIEWER, sorted({*every_id(await load_rows(url)), *follower.copy.nodes}))
    equal(follower.copy, nodes, verdict)
    for fault in follower.copy.faults:
        verdict.blame("out of order", f"{follower.copy.name}: {fault}")
    return verdict, follower
