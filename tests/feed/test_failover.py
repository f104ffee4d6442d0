"""A server stays up while its database is replaced by a restored one: subscribers notice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from models.database.client import engine_for
from tests.api.sse.event_stream import Event, Stream, reaching, streamed
from tests.api.websocket.client import Talk, subscribe, talking
from tests.conftest import run_alone, sibling_url
from tests.feed.restored import second_of, substituted
from tests.feed.restored_sides import FOLLOW, Side, by_page, by_socket, side
from tests.webhooks.harness import RENAME, new_key
from tests.webhooks.receiver import receiving

LIVE = "subscription { projects(first: 100) { nodes { title } } }"
NUMBER = "select puente_number_changes()"
OTHERS = "update project set title_en = 'Other ' || version where id in (select id from project limit 3)"


@dataclass
class Pair:
    """A server on a database, of which there is a copy that can take its place."""

    one: Side
    database: str
    superuser: str

    @property
    def copy(self) -> str:
        return f"{self.database}_copy"

    async def copied(self) -> None:
        await second_of(self.database, self.copy, self.superuser)

    async def in_copy(self, *statements: str) -> None:
        await run_alone(sibling_url(self.copy, self.superuser, "postgres"), *statements)

    async def last_of_copy(self) -> int:
        engine = engine_for(sibling_url(self.copy, self.superuser, "postgres"))
        async with engine.connect() as connection:
            last = (await connection.exec_driver_sql("select last from feed")).scalar_one()
        await engine.dispose()
        return int(last)

    async def replaced(self) -> None:
        await substituted(self.database, self.copy, self.superuser)


@pytest.fixture
async def pair(database_url: str, superuser_url: str) -> AsyncIterator[Pair]:
    name = database_url.partition("@/")[2].partition("?")[0]
    engine = engine_for(database_url)
    key = await new_key(engine)
    await engine.dispose()
    async with side(database_url, key) as one:
        yield Pair(one, name, superuser_url)
    for leftover in (f"{name}_lost", f"{name}_copy"):
        await run_alone(superuser_url, f"drop database if exists {leftover} (force)")


@dataclass
class Followers:
    """Changes by a stream and by a socket, and a live query."""

    events: Stream
    talk: Talk
    live: Stream

    async def next(self) -> tuple[Any, Any]:
        event, message = await self.events.event(), await self.talk.receive()
        assert event is not None
        return event.json, message["payload"]


@asynccontextmanager
async def followers(one: Side) -> AsyncIterator[Followers]:
    async with (
        reaching(one.port) as http,
        streamed(http, FOLLOW, None, one.headers) as events,
        streamed(http, LIVE, None, one.headers) as live,
        talking(one.port, headers=one.headers) as talk,
    ):
        await talk.send(subscribe(FOLLOW))
        assert await live.event() is not None
        await one.until_open(3)
        yield Followers(events, talk, live)


def titles(event: Event | None) -> set[str]:
    assert event is not None
    return {node["title"] for node in event.json["data"]["projects"]["nodes"]}


@pytest.mark.parametrize("ahead", [-1, 0, 2], ids=["fewer changes", "as many", "more"])
async def test_subscribers_learn_that_the_history_is_another(pair: Pair, ahead: int) -> None:
    one = pair.one
    await one.campus.rename("Both")
    before = await one.cursor()
    async with followers(one) as following:
        await pair.copied()
        await one.campus.rename("Lost 1", "Lost 2", "Lost 3")
        for _ in range(3):
            for result in await following.next():
                lost = result["data"]["changes"]["cursor"]
        while "Lost 3" not in titles(await following.live.event()):
            pass
        for _ in range(await one.last() + ahead - await pair.last_of_copy()):
            await pair.in_copy(RENAME.replace(":title", "'Other'"), NUMBER)
        await pair.replaced()
        event, message = await following.next()
        assert [event["errors"][0]["extensions"]["reason"], message[0]["extensions"]["reason"]] == [
            "EPOCH"
        ] * 2
        assert [last.name for last in await following.events.rest()] == ["complete"]
        assert titles(await following.live.event()) >= {"Other"}
    assert await by_page(one, lost) == await by_socket(one, lost) == "CURSOR_EXPIRED EPOCH"
    page = await one.page(before)
    assert {edge["node"]["node"]["title"] for edge in page["edges"]} == {"Other"}


async def test_who_saw_nothing_that_was_lost_goes_on(pair: Pair) -> None:
    """The copy has all that the database had: only the connections were cut."""
    one = pair.one
    await one.campus.rename("Both")
    await one.settled()
    async with followers(one) as following:
        await pair.copied()
        await pair.replaced()
        await one.campus.rename("Other")
        for result in await following.next():
            assert result["data"]["changes"]["node"]["title"] == "Other"


async def test_a_webhook_goes_on_from_its_place_in_the_copy(pair: Pair) -> None:
    """Though a lease of it, and its place, are of the same worker: nothing of the lost history moves it."""
    one = pair.one
    async with receiving() as receiver:
        made = await one.campus.register(receiver.url, types=["PROJECT"])
        await one.campus.rename("Both")
        await receiver.until(lambda it: len(it.accepted) == 1)
        await pair.copied()
        await one.campus.rename("Lost 1", "Lost 2", "Lost 3")
        await receiver.until(lambda it: len(it.accepted) == 4)
        for _ in range(5):
            await pair.in_copy(RENAME.replace(":title", "'Other'"), NUMBER)
        await pair.replaced()
        await receiver.until(lambda it: len(it.accepted) >= 9)
        assert len(set(receiver.messages)) == 9
        assert (await one.campus.webhook(made.id))["state"] == "ACTIVE"


async def test_grants_are_read_anew(pair: Pair) -> None:
    """Their epochs are numbers too: in the copy the next one is of something else."""
    one = pair.one
    await pair.copied()
    await one.campus.sql("update api_client set name = name || '!'")
    epoch = await one.campus.value("select version from access_epoch")
    assert (await one.campus.ask("{ viewer { __typename } }"))["viewer"]
    await pair.in_copy("update api_key set revoked_at = now()", OTHERS, NUMBER)
    await pair.replaced()
    assert await one.campus.value("select version from access_epoch") == epoch, "or this test shows nothing"

    async def refused() -> bool:
        body = {"query": "{ projects(first: 1) { nodes { id } } }"}
        return (await one.campus.http.post("/graphql", json=body, headers=one.headers)).status_code == 401

    await one.campus.until(refused)
