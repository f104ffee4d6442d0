"""A restored database and its origin diverge: a subscriber who saw what only one has is told by the other.

Both take themselves for the same, and give the same numbers to different changes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Text, cast, literal_column

import planner.changes.change_objects
import planner.plan.subscription_plan
from delivery.subscriptions import fanout
from models.database.client import engine_for
from planner.sql import Column
from tests.api.sse.event_stream import reaching, streamed
from tests.api.websocket.client import subscribe, talking
from tests.conftest import run_alone, sibling_url
from tests.feed.oracle.clusters import seeded
from tests.feed.restored import IDENTITY, WAYS, Cluster, cluster, second_of
from tests.feed.restored_sides import (
    COMING_BACK,
    FOLLOW,
    MESSAGES,
    OTHER,
    Before,
    Copied,
    Side,
    begun,
    everything_after,
    lost_cursors,
    side,
    with_last_event,
)
from tests.webhooks.harness import new_key
from tests.webhooks.receiver import PATIENCE, Got, Receiver, receiving


async def parted(other: Side, least: int) -> None:
    """Other changes, until as many numbers were given as in the database that was left."""
    while await other.last() < least:
        await other.campus.sql(*(OTHER.replace(":title", f"'Other {uuid4()}'") for _ in range(3)))
        await other.campus.rename(f"Other {uuid4()}")
        await other.settled()


async def not_refused(other: Side, lost: Mapping[str, str]) -> list[str]:
    """The ways to come back that do not say that the history is another."""
    answers = {
        (name, how): await come_back(other, cursor)
        for name, cursor in lost.items()
        for how, come_back in COMING_BACK.items()
    }
    return [
        f"{name} by {how}: {outcome}"
        for (name, how), outcome in answers.items()
        if outcome != "CURSOR_EXPIRED EPOCH"
    ]


async def gone_on(other: Side, before: Before) -> Copied:
    """What a client has that continues with its earlier cursor, page by page."""
    copy = dict(before.copy)
    for edge in await everything_after(other, before.cursor):
        change = edge["node"]
        copy[change["entityId"]] = (change["version"], change["node"]["title"])
    return copy


async def followed_on(other: Side, cursor: str, most: int) -> list[str]:
    """Messages of the first changes after a cursor, by a stream and a socket that go on in turn."""
    ids: list[str] = []
    while len(ids) < most:
        async with (
            reaching(other.port) as http,
            streamed(http, FOLLOW, None, with_last_event(other, cursor)) as events,
        ):
            event = await events.event()
            assert event is not None
            change = event.json["data"]["changes"]
        ids, cursor = [*ids, change["id"]], change["cursor"]
        async with talking(other.port, headers=other.headers) as talk:
            await talk.send(subscribe(FOLLOW, variables={"after": cursor}))
            change = (await talk.receive())["payload"]["data"]["changes"]
        ids, cursor = [*ids, change["id"]], change["cursor"]
    return [f"change_{id.replace('.', '_')}" for id in ids]


async def webhook_faults(other: Side, before: Before, receiver: Receiver, at_one: list[Got]) -> list[str]:
    """Everything was sent by one or the other; an id that the receiver knows stands for what it stood for."""
    known = {one.message: one for one in at_one}
    wanted = set(await other.campus.value(MESSAGES, after=before.number)) - known.keys()
    got, moved_at = 0, time.monotonic()
    while time.monotonic() < moved_at + PATIENCE:  # as long as more come
        sent = receiver.got[len(at_one) :]
        if wanted <= {one.message for one in sent}:
            break
        if len(sent) > got:
            got, moved_at = len(sent), time.monotonic()
        await asyncio.sleep(0.02)
    faults = [f"{message} is missing" for message in wanted - {one.message for one in sent}]
    for one in sent:
        former = known.get(one.message)
        if former is not None and meant(former) != meant(one):
            faults.append(f"{one.message} was {meant(former)}, now it is {meant(one)}")
    if (await other.campus.webhook(before.webhook.id))["state"] != "ACTIVE":
        faults.append("it is parked")
    return faults


def meant(got: Got) -> tuple[str, int, str]:
    data = got.payload["data"]
    return data["entityId"], data["version"], got.payload["timestamp"]


@pytest.fixture(scope="module")
async def origin() -> AsyncIterator[Cluster]:
    async with cluster() as made:
        await seeded(made.url)
        yield made


@asynccontextmanager
async def written_to(one: Side, *, busy: bool) -> AsyncIterator[None]:
    """Somebody writes, change after change, while the block lasts."""

    async def write() -> None:
        while True:
            await one.campus.rename(f"Under load {uuid4()}")
            await asyncio.sleep(0.02)

    writing = asyncio.create_task(write()) if busy else None
    try:
        yield
    finally:
        if writing is not None:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)


@pytest.mark.proof
@pytest.mark.parametrize("way", WAYS)
async def test_a_copy_and_its_origin_part(origin: Cluster, way: str) -> None:
    engine = engine_for(origin.url)
    key = await new_key(engine, f"Registrar {way}")
    await engine.dispose()
    async with receiving() as receiver, side(origin.url, key) as one:
        before = await begun(one, receiver)

        async def filled_by(target: Path) -> None:
            async with written_to(one, busy=way != "a copied folder"):
                await WAYS[way](origin, target)

        async with cluster(filled_by) as copy:
            lost = await lost_cursors(one, before, receiver)
            last = await one.last()
            await one.campus.do("pauseWebhook", before.webhook.id)
            await both_are_taken_for_one(origin, copy)
            at_one = list(receiver.got)
            async with side(copy.url, key) as other:
                await parted(other, last + 1)
                await compared(other, before, lost, receiver, at_one)


async def test_a_copy_within_a_cluster_and_its_origin_part(database_url: str, superuser_url: str) -> None:
    """The least that makes two of one: what a backup brings along besides is for the tests above."""
    name = database_url.partition("@/")[2].partition("?")[0]
    engine = engine_for(database_url)
    key = await new_key(engine)
    await engine.dispose()
    async with receiving() as receiver, side(database_url, key) as one:
        before = await begun(one, receiver)
        await second_of(name, f"{name}_copy", superuser_url)
        lost = await lost_cursors(one, before, receiver)
        last = await one.last()
        await one.campus.do("pauseWebhook", before.webhook.id)
        at_one = list(receiver.got)
        async with side(sibling_url(f"{name}_copy", database_url), key) as other:
            await parted(other, last + 1)
            await compared(other, before, lost, receiver, at_one)
    await run_alone(superuser_url, f"drop database {name}_copy (force)")


async def compared(
    other: Side, before: Before, lost: Mapping[str, str], receiver: Receiver, at_one: list[Got]
) -> None:
    assert await webhook_faults(other, before, receiver, at_one) == []
    assert await gone_on(other, before) == await other.copy()
    noticed = await other.campus.value(MESSAGES, after=int(before.cursor.split(".")[1]))
    assert await followed_on(other, before.cursor, 4) == noticed[:4]
    assert await not_refused(other, lost) == []


async def both_are_taken_for_one(origin: Cluster, copy: Cluster) -> None:
    """By everything that PostgreSQL has to say of who it is."""
    for question in (IDENTITY, "select epoch || incarnation from feed"):
        found = set()
        for one in (origin, copy):
            engine = engine_for(sibling_url("puente", one.url, "postgres"))
            async with engine.connect() as connection:
                found.add((await connection.exec_driver_sql(question)).scalar_one())
            await engine.dispose()
        assert len(found) == 1, question


def everything_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tag of a cursor is not compared where it is read."""
    for module in (planner.changes.change_objects, planner.plan.subscription_plan):
        monkeypatch.setattr(module, "is_known", lambda *_: literal_column("true"))
    monkeypatch.setattr(fanout, "require_kept", lambda *_: None)


def ids_without_a_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    """The id of a change is its number, as in the database that was lost."""
    plain: Column = literal_column("'000000000000.'")
    monkeypatch.setattr(
        planner.changes.change_objects,
        "change_id",
        lambda change: plain.concat(cast(change.c.number, Text)),
    )


@pytest.mark.proof
@pytest.mark.usefixtures("nothing_planned")
@pytest.mark.parametrize("bug", [everything_known, ids_without_a_tag])
async def test_a_planted_mistake_is_found(
    database_url: str,
    superuser_url: str,
    monkeypatch: pytest.MonkeyPatch,
    bug: Callable[[pytest.MonkeyPatch], None],
) -> None:
    bug(monkeypatch)
    name = database_url.partition("@/")[2].partition("?")[0]
    engine = engine_for(database_url)
    key = await new_key(engine)
    await engine.dispose()
    async with receiving() as receiver:
        async with side(database_url, key) as one:
            before = await begun(one, receiver)
            await second_of(name, f"{name}_copy", superuser_url)
            lost = await lost_cursors(one, before, receiver)
            last = await one.last()
        at_one = list(receiver.got)
        async with side(sibling_url(f"{name}_copy", database_url), key) as other:
            await parted(other, last + 1)
            if bug is everything_known:
                ways = {
                    fault.partition(" by ")[2].partition(":")[0] for fault in await not_refused(other, lost)
                }
                assert ways == {"a page", "Last-Event-ID", "an event stream", "a socket"}
            else:
                faults = await webhook_faults(other, before, receiver, at_one)
                assert any(" was " in fault for fault in faults), faults
    await run_alone(superuser_url, f"drop database {name}_copy (force)")
