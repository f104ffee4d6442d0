"""A run: writers and subscribers at once, then the verdict."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import asyncpg

from delivery.subscriptions.sessions import OpenSubscription
from models.database.client import DatabaseError
from models.loading.demo.grants import ISSUER
from tests.conftest import superuser_of
from tests.feed.oracle import wal
from tests.feed.oracle.copies import CURSOR, FOLLOW, NODES, Copy, Node
from tests.feed.oracle.operations import OWN
from tests.feed.oracle.random_rows import Draw, Pools
from tests.feed.oracle.replay import History, Replayed
from tests.feed.oracle.scenarios import play
from tests.feed.oracle.verdicts import FeedVerifier, Verdict, numbered, settled
from tests.feed.oracle.writers import LOST, Deeds, Writer, seeded
from tests.feed.subscribers import InProcessServer, Listener
from tests.personas import COMBINED
from tests.random_queries.viewers import viewers_of
from tests.reference.field_sources import NODES as TYPES
from tests.reference.field_sources import TABLE
from tests.reference.ids import global_id
from tests.reference.rows import Rows, load_rows

PEOPLE = Path(__file__).with_name("people.sql")
PAGE = 100
MADE = "select last + (select count(*) from change_note) from feed"


@dataclass
class RunFigures:
    """What a run was like."""

    changes: int = 0
    transactions: int = 0
    deliveries: int = 0
    duplicates: int = 0
    connections: int = 0
    deeds: Deeds = field(default_factory=Deeds)


async def fill(url: str) -> None:
    """The rows that are changed, and what the combined personas were granted."""
    connection = await asyncpg.connect(url)
    await connection.execute(PEOPLE.read_text(encoding="utf-8"))
    for name, grants in COMBINED.items():
        for grant in grants:
            await connection.execute(
                "insert into access_grant (issuer, subject, role, institution_id, person_id, scopes)"
                " values ($1, $2, $3, $4, $5, $6)",
                ISSUER,
                name,
                grant.role.value,
                grant.institution,
                grant.person,
                sorted(grant.scopes),
            )
    await connection.execute("analyze")
    await connection.close()


@dataclass
class Witness:
    """What was there at the beginning; PostgreSQL keeps the rest."""

    superuser: str
    rows: Rows

    @classmethod
    async def begin(cls, url: str, superuser: str) -> Witness:
        connection = await asyncpg.connect(superuser)
        while await connection.fetchval("select count(*) from change_note"):
            await asyncio.sleep(0.02)
        await wal.begin(connection)
        await connection.close()
        return cls(superuser, await load_rows(url))

    async def history(self, viewers: Sequence[str]) -> History:
        connection = await asyncpg.connect(self.superuser)
        transactions = await wal.read(connection)
        await connection.close()
        history = History(Replayed(self.rows), [viewers_of(name)[0] for name in viewers], transactions)
        history.replay()
        return history


@dataclass(frozen=True)
class Load:
    """How many changes at least are made, from how many connections, and which tables are changed in bulk."""

    changes: int
    writers: int = 4
    seed: int = 1
    pause: float = 0.0
    bulk: Sequence[str] = tuple(OWN)
    bulk_rows: int = 60


async def write(url: str, load: Load, enough: Callable[[], bool] = lambda: True) -> Deeds:
    """Write until the load's changes are made and `enough` is true."""
    watching = await asyncpg.connect(url)
    pools = await Pools.load(watching)
    pools.bulk, pools.bulk_rows = list(load.bulk), load.bulk_rows
    wanted = await watching.fetchval(MADE) + load.changes
    done = False

    async def watch() -> None:
        nonlocal done, watching
        while not done:
            try:
                done = await watching.fetchval(MADE) >= wanted and enough()
            except (*LOST, asyncpg.PostgresError):
                try:
                    watching = await asyncpg.connect(url)
                except (*LOST, asyncpg.PostgresError):
                    await asyncio.sleep(0.1)
            await asyncio.sleep(0.1)

    deeds = Deeds()
    each = [
        Writer(url, Draw(pools, seeded(load.seed, n), n, load.writers), deeds, lambda: done, load.pause)
        for n in range(load.writers)
    ]
    await asyncio.gather(watch(), *(one.run() for one in each))
    watching.terminate()
    return deeds


def every_id(rows: Rows) -> list[str]:
    return [global_id(type_, key) for type_ in TYPES for key in rows.tables[TABLE[type_]]]


async def nodes_of(server: InProcessServer, viewer: str, ids: Sequence[str]) -> dict[str, Node]:
    """Whatever of these the viewer is shown."""
    found: dict[str, Node] = {}
    for start in range(0, len(ids), PAGE):
        page = ids[start : start + PAGE]
        answered = (await server.ask(viewer, NODES, ids=page))["nodes"]
        found.update({id: node for id, node in zip(page, answered, strict=True) if node is not None})
    return found


class Copying(Listener):
    """A listener that keeps a copy."""

    def __init__(self, copy: Copy) -> None:
        super().__init__()
        self._copy = copy

    def next(self, payload: str, cursor: str | None) -> None:
        super().next(payload, cursor)
        change = self.payloads.pop()["changes"]
        assert cursor == change["cursor"]
        self._copy.take(change)


async def follow(
    server: InProcessServer, copy: Copy, random: Random, done: asyncio.Event
) -> OpenSubscription:
    """Follow within the process, with breaks, until it is over; what is open then stays open."""
    while True:
        listener = Copying(copy)
        copy.connected()
        try:
            opened = await server.open(copy.viewer, FOLLOW, listener, after=copy.cursor)
        except (
            DatabaseError
        ):  # over a network 503: the feed's connection was cut as they came, so they come again
            await asyncio.sleep(random.uniform(0, 0.3))
            continue
        try:
            async with asyncio.timeout(random.uniform(0.05, 1.5)):
                await done.wait()
        except TimeoutError:
            opened.close()
            if listener.ended:
                copy.faults.append(f"ended: {listener.code}")
            await asyncio.sleep(random.uniform(0, 0.3))
            continue
        return opened


async def numbered_all(url: str, patience: float) -> int | None:
    """The last number once there is nothing to number; None where that does not come."""
    connection = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(patience):
            while await connection.fetchval("select count(*) from change_note"):
                await asyncio.sleep(0.02)
        last: int = await connection.fetchval("select last from feed")
        return last
    except TimeoutError:
        return None
    finally:
        await connection.close()


async def begun(server: InProcessServer, viewer: str, ids: Sequence[str]) -> Copy:
    """A copy of what the viewer is shown now."""
    copy = Copy(viewer, "subscription")
    copy.begin((await server.ask(viewer, CURSOR))["changeCursor"])
    copy.nodes = await nodes_of(server, viewer, ids)
    return copy


async def drained(server: InProcessServer, opened: Sequence[OpenSubscription], patience: float) -> bool:
    """Whether all subscribers receive everything in time."""
    subscriptions = server.pipeline.subscriptions
    assert subscriptions is not None
    try:
        async with asyncio.timeout(patience):
            while subscriptions.fanout.lag() or any(one.task is not None for one in opened):
                await asyncio.sleep(0.02)
    except TimeoutError:
        return False
    return True


def examine(
    history: History,
    copies: Sequence[Copy],
    nodes: Mapping[str, Mapping[str, Node]],
    last: int,
    verdict: Verdict,
) -> RunFigures:
    """Compare the deliveries up to the last number, and each final copy, with what was committed."""
    changes = numbered(history.transactions, verdict)
    verifier = FeedVerifier(history, changes, verdict)
    verifier.feed()
    settled(history, verdict)
    for copy in copies:
        verifier.copy(copy, last)
        verifier.equal(copy, nodes[copy.viewer])
    return RunFigures(
        changes=len(changes),
        transactions=len(history.transactions),
        deliveries=sum(len(copy.received) for copy in copies),
        duplicates=sum(copy.duplicates for copy in copies),
        connections=sum(copy.connections for copy in copies),
    )


async def run_within(
    server: InProcessServer, url: str, viewers: Sequence[str], load: Load, patience: float
) -> tuple[Verdict, RunFigures]:
    """A run in one process, without a network, that begins with the scenarios."""
    assert server.pipeline.subscriptions is not None
    await server.pipeline.subscriptions.poller.poll()
    witness, verdict, done = await Witness.begin(url, superuser_of(url)), Verdict(), asyncio.Event()
    copies = [await begun(server, viewer, every_id(witness.rows)) for viewer in viewers]
    randoms = [Random(f"{load.seed} {copy.viewer}") for copy in copies]
    following = [
        asyncio.create_task(follow(server, copy, random, done))
        for copy, random in zip(copies, randoms, strict=True)
    ]
    await play(url)
    deeds = await write(url, load)
    last = await numbered_all(url, patience)
    if last is None:
        verdict.blame("lost", "changes are not numbered")
    done.set()
    if not await drained(server, await asyncio.gather(*following), patience):
        verdict.blame("lost", "subscribers did not receive the last changes")
    history = await witness.history(viewers)
    final = every_id(history.rows)
    nodes = {
        copy.viewer: await nodes_of(server, copy.viewer, sorted({*final, *copy.nodes})) for copy in copies
    }
    figures = examine(history, copies, nodes, last or 0, verdict)
    figures.deeds = deeds
    return verdict, figures
