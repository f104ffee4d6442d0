"""Somebody follows while a grant of theirs is revoked and given again: a copy for each time between turns."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import asyncpg

from models.database.client import DatabaseError
from models.loading.natural_keys import id_of
from planner.errors import RequestError
from tests.feed.oracle.copies import CURSOR, FOLLOW, Copy, Node, number_of
from tests.feed.oracle.run import Copying, Load, every_id, nodes_of, numbered_all, write
from tests.feed.oracle.verdicts import Verdict
from tests.feed.subscribers import InProcessServer
from tests.reference.rows import load_rows

VIEWER = "two-campuses"
CAMPUS = id_of("institution", "uc-davis")
REVOKE = """
    update access_grant set revoked_at = clock_timestamp()
    where subject = $1 and institution_id = $2 and revoked_at is null
"""
GIVE = """
    insert into access_grant (issuer, subject, role, institution_id)
    select distinct issuer, subject, role, institution_id from access_grant
    where subject = $1 and institution_id = $2
"""
TURNS = 4
PATIENCE = 90.0  # seconds


@dataclass
class Follower:
    """Takes a snapshot, follows until the cursor expires, and starts over, with a new copy each time.

    `lasts` has, for each turn of the grant, the last number of what was committed before it; `begun` counts
    turns that may not be committed yet. A copy that a turn came into before it was followed is not kept.
    """

    server: InProcessServer
    url: str
    done: asyncio.Event = field(default_factory=asyncio.Event)
    copies: list[tuple[int, Copy]] = field(default_factory=list)
    lasts: list[int] = field(default_factory=list)
    begun: int = 0

    async def run(self) -> None:
        while not self.done.is_set():
            turn, copy = self.begun, Copy(VIEWER, f"subscription {len(self.copies)}")
            try:
                copy.begin((await self.server.ask(VIEWER, CURSOR))["changeCursor"])
                copy.nodes = await nodes_of(self.server, VIEWER, every_id(await load_rows(self.url)))
                copy.connected()
                listener = Copying(copy)
                opened = await self.server.open(VIEWER, FOLLOW, listener, after=copy.cursor)
            except (RequestError, DatabaseError):  # the grant turned before it was open, or it was cut off
                continue
            if turn == self.begun == len(self.lasts):
                self.copies.append((turn, copy))
                await self._ended(listener)
            opened.close()

    async def _ended(self, listener: Copying) -> None:
        while not listener.ended and not self.done.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await listener.moved.wait()
            listener.moved.clear()

    async def turn(self) -> None:
        """Revoke the grant and give it again, each time once a copy is followed, if one is at all."""
        connection = await asyncpg.connect(self.url)
        try:
            for number in range(TURNS):
                with suppress(TimeoutError):
                    async with asyncio.timeout(PATIENCE):
                        while not (any(turn == number for turn, _ in self.copies) or list(self.leaks())):
                            await asyncio.sleep(0.02)
                await asyncio.sleep(0.3)
                self.begun += 1
                await connection.execute(GIVE if number % 2 else REVOKE, VIEWER, CAMPUS)
                self.lasts.append(await connection.fetchval("select last from puente_number_changes()"))
        finally:
            await connection.close()

    async def at_the_end(self) -> bool:
        """Whether a subscriber has followed since the last turn and received everything."""
        last = await numbered_all(self.url, PATIENCE)
        turn, copy = self.copies[-1]
        return turn == TURNS and last is not None and number_of(copy.cursor) >= last

    def verify(self, verdict: Verdict) -> None:
        """After a turn of grants, nothing later may be delivered by the former grants."""
        for words in self.leaks():
            verdict.blame("leaked", words)
        for _, copy in self.copies:
            for fault in copy.faults:
                verdict.blame("out of order", f"{copy.name}: {fault}")

    def leaks(self) -> Iterator[str]:
        for turn, copy in self.copies:
            for received in copy.received:
                if turn < len(self.lasts) and received.number > self.lasts[turn]:
                    yield f"{copy.name}: {received}, after {self.lasts[turn]}"


async def run_with_grants(
    server: InProcessServer, url: str, changes: int, *, seed: int = 1
) -> tuple[Verdict, Follower]:
    follower, verdict = Follower(server, url), Verdict()
    following, turning = asyncio.create_task(follower.run()), asyncio.create_task(follower.turn())
    await write(url, Load(changes, writers=3, seed=seed, pause=0.02), turning.done)
    await turning
    try:
        async with asyncio.timeout(PATIENCE):
            while not await follower.at_the_end():
                await settle(url)
                await asyncio.sleep(0.1)
    except TimeoutError:
        verdict.blame("lost", "the last copy did not receive the last changes")
    follower.done.set()
    await following
    follower.verify(verdict)
    nodes = await nodes_of(server, VIEWER, every_id(await load_rows(url)))
    equal(follower.copies[-1][1], nodes, verdict)
    return verdict, follower


async def settle(url: str) -> None:
    """A change that everyone sees, so that every subscriber reaches the end."""
    connection = await asyncpg.connect(url)
    await connection.execute(
        "update venue set address = 'The end' where id = (select id from venue order by id limit 1)"
    )
    await connection.close()


def equal(copy: Copy, nodes: dict[str, Node], verdict: Verdict) -> None:
    for id in sorted(copy.nodes.keys() | nodes.keys()):
        if copy.nodes.get(id) != nodes.get(id):
            verdict.blame("unequal", f"{copy.name}: {id}")
