"""Two databases of one backup, each with a server: what is asked of them, and how a cursor is resumed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from models.database.client import engine_for
from tests.api.http_clients import application
from tests.api.loopback_sockets import served
from tests.api.sse.event_stream import reaching, streamed
from tests.api.websocket.client import subscribe, talking
from tests.webhooks.harness import QUICK, REGISTER, Campus, Registered
from tests.webhooks.receiver import Got, Receiver

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
        """This many changes are waiting to be delivered."""

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
        await talk.send(subscribe(FOLLOW, variables={"after": near}))
        received = (await talk.receive())["payload"]["data"]["changes"]
    assert event is not None
    cursors = [
        event.id,
        event.json["data"]["changes"]["cursor"],
        received["cursor"],
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
        await talk.send(subscribe(FOLLOW, variables={"after": cursor}))
        message = await talk.receive()
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
    expired = [one for one in errors if one["code"] == "CURSOR_EXPIRED"] or errors
    return f"{expired[0]['code']} {'restored' in expired[0]['message'] and 'EPOCH'}" if expired else "goes on"


COMING_BACK: dict[str, Callable[[Side, str], Awaitable[str]]] = {
    "a page": by_page,
    "Last-Event-ID": by_last_event_id,
    "an event stream": by_stream,
    "a socket": by_socket,
    "registerWebhook": by_register,
    "resumeWebhook": by_resume,
    "redeliver": by_redeliver,
}
