"""Over a real socket, with the real feed: what is delivered, and what ends with its client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database.client import engine_for
from tests.api.loopback_sockets import served
from tests.api.websocket.client import INIT, PATIENCE, Talk, complete, subscribe, talking
from tests.webhooks.harness import QUICK, REGISTER, new_key

FOLLOW = (
    "subscription ($after: String) { changes(after: $after, types: [PROJECT]) { cursor kind node { id } } }"
)
RENAME = (
    "update project set title_en = :title "
    "where id = (select min(id::text)::uuid from project where status <> 'DRAFT')"
)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = engine_for(database_url)
    async with engine.begin() as connection:  # a copy of a database: its feed starts a new epoch
        await connection.execute(text("select puente_number_changes(10000)"))
    yield engine
    await engine.dispose()


async def rename(engine: AsyncEngine, title: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(text(RENAME), {"title": title})


async def request_body(talk: Talk, query: str) -> dict[str, object]:
    await talk.send(subscribe(query, "asked"))
    answer: dict[str, object] = (await talk.receive())["payload"]["data"]
    assert await talk.receive() == complete("asked")
    return answer


async def test_changes_are_delivered_and_resumed(database_url: str, engine: AsyncEngine) -> None:
    async with served(database_url, feed_interval=0.1) as port:
        async with talking(port) as talk:
            after = (await request_body(talk, "{ changeCursor }"))["changeCursor"]
            await talk.send(subscribe(FOLLOW, variables={"after": after}))
            await rename(engine, "one")
            received = await talk.receive()
            assert (received["id"], received["type"]) == ("1", "next")
            change = received["payload"]["data"]["changes"]
            assert change["kind"] == "UPDATED"
        await rename(engine, "two")
        async with talking(port) as talk:
            await talk.send(subscribe(FOLLOW, variables={"after": change["cursor"]}))
            again = (await talk.receive())["payload"]["data"]["changes"]
            assert (again["kind"], again["node"]) == ("UPDATED", change["node"])
            await talk.lives()


async def test_a_cursor_that_is_none(database_url: str) -> None:
    async with served(database_url) as port, talking(port) as talk:
        await talk.send(subscribe(FOLLOW, variables={"after": "no cursor"}))
        assert (await talk.receive())["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"
        await talk.lives()


async def test_a_live_query_is_sent_again_when_its_result_changed(
    database_url: str, engine: AsyncEngine
) -> None:
    live = 'subscription { projects(first: 1, search: "Quetzal") { nodes { title(language: EN) } } }'
    async with served(database_url, feed_interval=0.1) as port, talking(port) as talk:
        await talk.send(subscribe(live))
        assert (await talk.receive())["payload"] == {"data": {"projects": {"nodes": []}}}
        await rename(engine, "Quetzal")
        assert (await talk.receive())["payload"] == {"data": {"projects": {"nodes": [{"title": "Quetzal"}]}}}
        await talk.send(complete())
        await rename(engine, "Tucan")
        await talk.lives()


@asynccontextmanager
async def locked(engine: AsyncEngine) -> AsyncIterator[None]:
    """Nobody can read a project meanwhile."""
    async with engine.begin() as connection:
        await connection.execute(text("lock table project in access exclusive mode"))
        yield


async def reading(engine: AsyncEngine, number: int) -> None:
    """Wait until this many statements wait for a project."""
    found = None
    for _ in range(int(PATIENCE / 0.02)):
        async with engine.connect() as connection:
            found = await connection.scalar(
                text("select count(*) from pg_locks where not granted and relation = 'project'::regclass")
            )
            if found == number:
                return
            await connection.execute(text("select pg_sleep(0.02)"))
    raise AssertionError(f"{found} statements wait, not {number}")


@pytest.mark.parametrize("how", ["completes it", "leaves"])
async def test_a_query_ends_in_the_database_when_its_client(
    database_url: str, engine: AsyncEngine, how: str
) -> None:
    async with served(database_url) as port, talking(port) as talk, locked(engine):
        await talk.send(subscribe("{ projects { totalCount } }"))
        await reading(engine, 1)
        if how == "leaves":
            await talk.socket.close()
        else:
            await talk.send(complete())
            await talk.lives()
        await reading(engine, 0)


async def test_a_mutation_over_a_socket_is_done_as_by_post(database_url: str, engine: AsyncEngine) -> None:
    """Once, for the token of `connection_init`; a mutation that fails leaves the socket open."""

    async def registered(talk: Talk, **input: str) -> dict[str, Any]:
        await talk.send(subscribe(REGISTER, variables={"input": {"url": "http://127.0.0.1:1/hook", **input}}))
        payload: dict[str, Any] = (await talk.receive())["payload"]["data"]["registerWebhook"]
        assert await talk.receive() == complete()
        return payload

    client = INIT | {"payload": {"authorization": f"Bearer {await new_key(engine)}"}}
    async with served(database_url, **QUICK) as port, talking(port, client) as talk, talking(port) as public:
        made = await registered(talk)
        assert made["userErrors"] == []
        for credential, input, path in (
            (talk, {"document": "{"}, ["input", "document"]),
            (public, {}, ["input"]),
        ):
            (error,) = (await registered(credential, **input))["userErrors"]
            assert error["path"] == path
        listed = await request_body(talk, "{ webhooks { nodes { id } } }")
        assert listed == {"webhooks": {"nodes": [{"id": made["webhook"]["id"]}]}}
