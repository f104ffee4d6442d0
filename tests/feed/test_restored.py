"""A restored database and the one that it is of part: whoever saw what only one has is told in the other.

Both take themselves for the same, and give the same numbers to different changes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Text, cast, literal_column

import planner.changes.change_objects
import planner.plan.subscription_plan
from delivery.subscriptions import fanout
from models.database.client import engine_for
from models.loading.seed import seed
from models.migrations import upgrade
from planner.sql import Column
from tests.api.http_clients import application
from tests.api.loopback_sockets import served
from tests.api.sse.event_stream import reaching, streamed
from tests.api.websocket.client import subscribe, talking
from tests.conftest import on, run_alone
from tests.feed.restored import IDENTITY, WAYS, Cluster, cluster, second_of
from tests.webhooks.harness import QUICK, REGISTER, Campus, Registered, new_key
from tests.webhooks.receiver import PATIENCE, Got, Receiver, receiving

TYPES = "types: [PROJECT]"
PAGE = f"""query ($after: String, $first: Int) {{ changes(after: $after, first: $first, {TYPES}) {{
    edges {{ cursor node {{ id cursor kind entityId version node {{ ... on Project {{ title }} }} }} }}
    pageInfo {{ startCursor endCursor hasNextPage }} }} }}"""
FOLLOW = f"""subscription ($after: String) {{ changes(after: $after, {TYPES}) {{
    id cursor kind entityId version node {{ ... on Project {{ title }} }} }} }}"""
DOCUMENT = "subscription { changes { id cursor entityId version node { ... on Project { title } } } }"
PROJECTS = "{ projects(first: 100) { nodes { id version title } pageInfo { hasNextPage } } }"
OTHER = """
    update project set title_en = :title
    where id = (select id from project where status = 'ACTIVE' order by id offset 1 limit 1)
"""
MESSAGES = """
    select coalesce(array_agg('change_' || tag || '_' || number order by number), '{}') from change
    where number > :after and type = 'PROJECT'
"""

SENDING = {**QUICK, "webhook_timeout": 3.0, "webhook_lease": 8.0}
"""A lease that was copied with the webhook is waited for."""

Copied = dict[str, tuple[int, str]]


@dataclass
class Side:
    """A server on one of the two databases, and the same API client at it."""

    campus: Campus
    port: int
    app: Any

    async def until_open(self, subscriptions: int) -> None:
        """So many are there to be told."""

        async def there() -> bool:
            return bool(self.app.parts.pipeline.subscriptions.sessions.subscriptions >= subscriptions)

        await self.campus.until(there)

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.campus.key}"}

    async def last(self) -> int:
        return int(await self.campus.value("select last from feed"))

    async def settled(self) -> None:
        async def numbered() -> bool:
            return not await self.campus.value("select count(*) from change_note")

        await self.campus.until(numbered)

    async def cursor(self) -> str:
        await self.settled()
        return str((await self.campus.ask("{ changeCursor }"))["changeCursor"])

    async def page(self, after: str | None, first: int = 20) -> Any:
        return (await self.campus.ask(PAGE, after=after, first=first))["changes"]

    async def copy(self) -> Copied:
        """What a client has that has read everything."""
        found = (await self.campus.ask(PROJECTS))["projects"]
        assert not found["pageInfo"]["hasNextPage"]
        return {node["id"]: (node["version"], node["title"]) for node in found["nodes"]}


@dataclass
class Before:
    """What there was when the databases were one: a cursor with what its client has, and a webhook."""

    cursor: str
    copy: Copied
    webhook: Registered
    number: int
    sent: list[Got] = field(default_factory=list)


@asynccontextmanager
async def side(url: str, key: str) -> AsyncIterator[Side]:
    engine = engine_for(url)
    settings: dict[str, Any] = {"feed_interval": 0.1, **SENDING}
    app = application(url, **settings)
    async with served(url, app, **settings) as port, reaching(port) as http:
        yield Side(Campus(http, engine, key), port, app)
    await engine.dispose()


async def begun(one: Side, receiver: Receiver) -> Before:
    """Some changes, a client that has them all, and a webhook that got two of them."""
    made = await one.campus.register(receiver.url, types=["PROJECT"], document=DOCUMENT)
    await one.campus.rename("Both 1", "Both 2")
    await receiver.until(lambda it: len(it.accepted) >= 2)
    cursor = await one.cursor()
    number = int(cursor.split(".")[1])
    return Before(cursor, await one.copy(), made, number)


async def lost_cursors(one: Side, before: Before, receiver: Receiver) -> dict[str, str]:
    """More changes that only this database has; every way in which one is given a cursor then."""
    await one.campus.rename("Lost 1", "Lost 2", "Lost 3")
    await receiver.until(lambda it: it.got[-1].payload["data"]["node"]["title"] == "Lost 3")
    now = await one.cursor()
    edges = await everything_after(one, before.cursor)
    short, old = await one.page(before.cursor, 1), await one.page(None, 2)
    near = edges[-3]["cursor"]
    async with reaching(one.port) as http, streamed(http, FOLLOW, None, with_last_event(one, near)) as events:
        event = await events.event()
    async with talking(one.port, headers=one.headers) as talk:
        await talk.say(subscribe(FOLLOW, variables={"after": near}))
        heard = (await talk.hear())["payload"]["data"]["changes"]
    assert event is not None
    cursors = [
        event.id,
        event.json["data"]["changes"]["cursor"],
        heard["cursor"],
        edges[-2]["node"]["cursor"],
    ]
    assert cursors == [edges[-2]["cursor"]] * 4, "a change has one cursor"
    return {
        "changeCursor": now,
        "the end of a page": (await one.page(near))["pageInfo"]["endCursor"],
        "the end of a page of what both have": short["pageInfo"]["endCursor"],
        "the end of old changes that were read late": old["pageInfo"]["endCursor"],
        "the first change that was lost": near,
        "a change in the middle": str(event.id),
        "the last change": edges[-1]["cursor"],
        "a webhook's message": receiver.got[-1].payload["data"]["cursor"],
        "a webhook's place": (await one.campus.webhook(before.webhook.id))["cursor"],
    }


async def everything_after(one: Side, cursor: str) -> list[Any]:
    edges, more = [], True
    while more:
        page = await one.page(cursor)
        edges += page["edges"]
        cursor, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return edges


def with_last_event(one: Side, cursor: str) -> dict[str, str]:
    return {**one.headers, "last-event-id": cursor}


async def by_page(other: Side, cursor: str) -> str:
    body = {"query": PAGE, "variables": {"after": cursor}}
    answer = (await other.campus.http.post("/graphql", json=body, headers=other.headers)).json()
    return reason_in(answer)


async def by_last_event_id(other: Side, cursor: str) -> str:
    async with (
        reaching(other.port) as http,
        streamed(http, FOLLOW, None, with_last_event(other, cursor)) as events,
    ):
        event = await events.event()
        return reason_in(event.json) if event else "nothing"


async def by_stream(other: Side, cursor: str) -> str:
    async with (
        reaching(other.port) as http,
        streamed(http, FOLLOW, {"after": cursor}, other.headers) as events,
    ):
        event = await events.event()
        return reason_in(event.json) if event else "nothing"


async def by_socket(other: Side, cursor: str) -> str:
    async with talking(other.port, headers=other.headers) as talk:
        await talk.say(subscribe(FOLLOW, variables={"after": cursor}))
        message = await talk.hear()
        return reason_in({"errors": message["payload"]} if message["type"] == "error" else message["payload"])


async def by_register(other: Side, cursor: str) -> str:
    input = {"url": "https://receiver.example.org", "after": cursor}
    payload = (await other.campus.ask(REGISTER, input=input))["registerWebhook"]
    return refusal_in(payload)


async def by_resume(other: Side, cursor: str) -> str:
    id = (await other.campus.ask("{ webhooks { nodes { id } } }"))["webhooks"]["nodes"][0]["id"]
    return refusal_in(await other.campus.tried("resumeWebhook", id, after=cursor))


async def by_redeliver(other: Side, cursor: str) -> str:
    id = (await other.campus.ask("{ webhooks { nodes { id } } }"))["webhooks"]["nodes"][0]["id"]
    return refusal_in(await other.campus.tried("redeliver", id, fromCursor=cursor))


def reason_in(answer: Mapping[str, Any]) -> str:
    if "errors" not in answer:
        return "goes on"
    extensions = answer["errors"][0]["extensions"]
    return f"{extensions['code']} {extensions.get('reason')}"


def refusal_in(payload: Mapping[str, Any]) -> str:
    errors = payload["userErrors"]
    return f"{errors[0]['code']} {'restored' in errors[0]['message'] and 'EPOCH'}" if errors else "goes on"


COMING_BACK: dict[str, Callable[[Side, str], Awaitable[str]]] = {
    "a page": by_page,
    "Last-Event-ID": by_last_event_id,
    "an event stream": by_stream,
    "a socket": by_socket,
    "registerWebhook": by_register,
    "resumeWebhook": by_resume,
    "redeliver": by_redeliver,
}


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
        f"{name} by {how}: {said}" for (name, how), said in answers.items() if said != "CURSOR_EXPIRED EPOCH"
    ]


async def gone_on(other: Side, before: Before) -> Copied:
    """What a client has that goes on with its cursor from before, page by page."""
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
            await talk.say(subscribe(FOLLOW, variables={"after": cursor}))
            change = (await talk.hear())["payload"]["data"]["changes"]
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
        await upgrade(made.url)
        engine = engine_for(made.url)
        await seed(engine)
        await engine.dispose()
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


OFTEN = ("pg_basebackup", "a snapshot of the volume")


@pytest.mark.parametrize(
    "way", [pytest.param(way, marks=[] if way in OFTEN else [pytest.mark.proof]) for way in WAYS]
)
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
                await judged(other, before, lost, receiver, at_one)


async def judged(
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
            engine = engine_for(on("puente", one.url, "postgres"))
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
        async with side(on(f"{name}_copy", database_url), key) as other:
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
