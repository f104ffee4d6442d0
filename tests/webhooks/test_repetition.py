"""Mutations of webhooks are as all others are: keys, versions, dry runs, transports, and the audit log."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from tests.api.http_clients import application, ask, bearer
from tests.api.loopback_sockets import listening
from tests.api.sse.event_stream import EVENTS, reaching
from tests.api.websocket.client import talking
from tests.webhooks.harness import QUICK, REGISTER, Campus, MutationArguments, campus, mutation, new_key
from tests.webhooks.receiver import receiving

URL = "https://receiver.example.org/hook"
CLIENTS = 8
STEPS = ("rotateWebhookSecret", "redeliver", "pauseWebhook", "resumeWebhook", "removeWebhook")
WAITING = """
    select coalesce(array_agg(pid), '{}') from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%puente_write%'
"""
ENTRIES = """
    select mutation, operation, columns, actor from audit_entry where entity = 'webhook' order by number
"""
VALUES = """
    select coalesce(string_agg(concat(before, after), ' '), '') from audit_value
    where entry in (select number from audit_entry where entity = 'webhook')
"""


@pytest.fixture
async def merced(database_url: str) -> AsyncIterator[Campus]:
    async with campus(
        database_url, operations_per_minute=0, pool_timeout=60.0, write_pool_size=CLIENTS
    ) as made:
        yield made


KEY, OTHER_KEY = MutationArguments("k"), MutationArguments("other")
DRY = MutationArguments(dry=True)


async def register(merced: Campus, **variables: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await merced.ask(REGISTER, input={"url": URL}, **variables))["registerWebhook"]
    return payload


async def more_of(merced: Campus, name: str) -> dict[str, Any]:
    """What an input needs besides the row."""
    return (
        {"fromCursor": (await merced.ask("{ changeCursor }"))["changeCursor"]} if name == "redeliver" else {}
    )


async def entries(merced: Campus) -> list[Any]:
    async with merced.engine.connect() as connection:
        return list((await connection.execute(text(ENTRIES))).all())


async def test_one_key_sent_often_at_once_registers_once(merced: Campus) -> None:
    """One of the answers has the secret; a client that got another one rotates it."""
    payloads = await asyncio.gather(*(register(merced, key="k") for _ in range(CLIENTS)))
    assert Counter(one["replayed"] for one in payloads) == {False: 1, True: CLIENTS - 1}
    assert len({one["webhook"]["id"] for one in payloads}) == 1
    (secret,) = [one["secret"] for one in payloads if not one["replayed"]]
    assert secret.startswith("whsec_")
    assert {one["secret"] for one in payloads if one["replayed"]} == {None}
    assert await merced.value("select count(*) from webhook") == 1
    assert [one.mutation for one in await entries(merced)] == ["registerWebhook"]


async def test_a_client_that_lost_the_answer_rotates_the_secret_with_another_key(merced: Campus) -> None:
    async with receiving() as receiver:
        await merced.ask(REGISTER, input={"url": receiver.url, "types": ["PROJECT"]}, key="lost")
        again = (await merced.ask(REGISTER, input={"url": receiver.url, "types": ["PROJECT"]}, key="lost"))[
            "registerWebhook"
        ]
        assert (again["replayed"], again["secret"]) == (True, None)
        id, version = again["webhook"]["id"], again["webhook"]["version"]
        renewed = await merced.do("rotateWebhookSecret", id, arguments=OTHER_KEY, expectedVersion=version)
        await merced.rename("Signed")
        await receiver.until(lambda one: len(one.got) == 1)
    assert receiver.got[0].verified(renewed["secret"])["type"] == "PROJECT.UPDATED"


async def test_each_is_done_once_under_a_key_and_not_after_a_change(merced: Campus) -> None:
    made = await register(merced)
    id, version = made["webhook"]["id"], 1
    for name in STEPS:
        more = await more_of(merced, name)
        stale = await merced.tried(name, id, expectedVersion=9, **more)
        assert [(one["code"], one["path"]) for one in stale["userErrors"]] == [
            ("CONFLICT", ["input", "expectedVersion"])
        ], name
        assert (stale["webhook"]["id"], stale["webhook"]["version"]) == (id, version), "the current row"
        first = await merced.do(name, id, arguments=KEY, expectedVersion=version, **more)
        again = await merced.do(name, id, arguments=KEY, expectedVersion=version, **more)
        assert (first["replayed"], again["replayed"]) == (False, True)
        assert first["changed"] == again["changed"]
        if name == "removeWebhook":
            assert first["removedId"] == again["removedId"] == id
            assert first["webhook"] is again["webhook"] is None
        else:
            assert first["webhook"]["version"] == again["webhook"]["version"] == version + 1
            late = await merced.tried(name, id, expectedVersion=version, **more)
            assert "CONFLICT" in [one["code"] for one in late["userErrors"]], "the version protects"
        if name == "rotateWebhookSecret":
            assert (first["secret"].startswith("whsec_"), again["secret"]) == (True, None)
        version += 1
        (mismatch,) = (await merced.tried(name, id, arguments=KEY, expectedVersion=version, **more))[
            "userErrors"
        ]
        assert (mismatch["code"], mismatch["path"]) == ("IDEMPOTENCY_MISMATCH", ["idempotencyKey"])
    assert [one.mutation for one in await entries(merced)] == ["registerWebhook", *STEPS]


async def test_a_dry_run_says_what_would_be_and_does_nothing(merced: Campus) -> None:
    id = (await register(merced))["webhook"]["id"]
    rows = "select json_agg(to_jsonb(webhook)) from webhook"
    for name in ("registerWebhook", *STEPS):
        if name == "resumeWebhook":
            await merced.do("pauseWebhook", id)
        before, logged = await merced.value(rows), len(await entries(merced))
        if name == "registerWebhook":
            payload = await register(merced, dry=True, key="k")
        else:
            more = await more_of(merced, name)
            payload = await merced.tried(name, id, arguments=MutationArguments("k", dry=True), **more)
            refused = await merced.tried(name, id, arguments=DRY, expectedVersion=9, **more)
            assert [one["code"] for one in refused["userErrors"]] == ["CONFLICT"]
        assert (payload["userErrors"], payload["replayed"]) == ([], False), name
        assert payload.get("secret") is None
        assert payload["changed"] or name in ("removeWebhook", "redeliver"), name  # it is there already
        assert await merced.value(rows) == before, name
        assert len(await entries(merced)) == logged
    assert await merced.value("select count(*) from idempotency_key where key = 'k'") == 0


async def test_the_log_has_each_act_and_no_secret(merced: Campus) -> None:
    """And nothing of what workers do, who write how far they have got."""
    async with receiving() as receiver:
        made = await merced.register(receiver.url, types=["PROJECT"])
        renewed = await merced.do("rotateWebhookSecret", made.id)
        sealed = await merced.value("select convert_from(secret, 'UTF8') from webhook")
        await merced.rename("One", "Two")
        await receiver.until(lambda one: len(one.got) == 2)
        await merced.until_logged(made.id, 2)
        for name in ("redeliver", "pauseWebhook", "resumeWebhook"):
            await merced.do(name, made.id, **await more_of(merced, name))
        await merced.do("removeWebhook", made.id, bearer("admin"))
    found = await entries(merced)
    assert [(one.mutation, one.operation) for one in found] == [
        ("registerWebhook", "INSERT"),
        ("rotateWebhookSecret", "UPDATE"),
        ("redeliver", "UPDATE"),
        ("pauseWebhook", "UPDATE"),
        ("resumeWebhook", "UPDATE"),
        ("removeWebhook", "DELETE"),
    ]
    assert {"secret", "old_secret_until"} <= set(found[1].columns)
    assert found[3].columns == ["state"]
    assert found[0].actor.startswith("client ")
    values = await merced.value(VALUES)
    for secret in (made.secret, renewed["secret"]):
        assert secret.removeprefix("whsec_") not in values
    assert sealed not in values
    assert sealed.encode().hex() not in values
    assert receiver.url in values


async def test_plain_sql_leaves_an_entry_where_it_is_an_act(merced: Campus) -> None:
    await merced.register(URL)
    await merced.sql("update webhook set number = number, attempts = 1", "update webhook set lease = null")
    assert len(await entries(merced)) == 1
    await merced.sql("update webhook set secret = secret || 'x'::bytea")
    (*_, last) = await entries(merced)
    assert (last.mutation, last.columns) == (None, ["secret"])


async def test_one_that_is_killed_did_nothing_and_is_done_again(merced: Campus) -> None:
    """The connection of a registration that waits is cut: with a key it is carried out, without it not."""
    async with merced.engine.connect() as holder:
        await holder.execute(text("select from api_client where name = 'Registrar' for update"))
        writes = [
            asyncio.create_task(
                ask(merced.http, REGISTER, {"input": {"url": URL}, "key": key}, headers(merced))
            )
            for key in ("k", None)
        ]
        async with asyncio.timeout(60):
            while len(pids := await merced.value(WAITING)) < len(writes):
                await asyncio.sleep(0.02)
        await merced.value(
            "select count(pg_terminate_backend(pid)) from unnest(cast(:pids as int[])) pid", pids=pids
        )
        await holder.rollback()
    keyed, unkeyed = await asyncio.gather(*writes)
    assert unkeyed.status_code == 503
    assert keyed.json()["data"]["registerWebhook"]["secret"].startswith("whsec_")
    assert await merced.value("select count(*) from webhook") == 1
    assert [one.mutation for one in await entries(merced)] == ["registerWebhook"]


def headers(merced: Campus) -> dict[str, str]:
    return {"authorization": f"Bearer {merced.key}"}


async def test_each_transport(database_url: str) -> None:
    async with campus(database_url) as merced:
        made = await merced.register(URL)
        auth = {"authorization": f"Bearer {await new_key(merced.engine)}"}  # another key of the client

        def sent(name: str, version: int) -> dict[str, Any]:
            input = {"id": made.id, "expectedVersion": version}
            return {"query": mutation(name), "variables": {"input": input, "key": name}}

        async with (
            listening(application(database_url, **QUICK)) as (port, _),
            reaching(port) as client,
            talking(port, headers=auth) as talk,
        ):
            answer = await client.post("/graphql", json=sent("pauseWebhook", 1), headers=auth)
            by_post = answer.json()["data"]["pauseWebhook"]
            async with client.stream(
                "POST", "/graphql/stream", json=sent("resumeWebhook", 2), headers={**EVENTS, **auth}
            ) as events:
                data = [line async for line in events.aiter_lines() if line.startswith("data: {")]
            by_sse = json.loads(data[0].removeprefix("data: "))["data"]["resumeWebhook"]
            await talk.send({"id": "1", "type": "subscribe", "payload": sent("rotateWebhookSecret", 3)})
            by_socket = (await talk.receive())["payload"]["data"]["rotateWebhookSecret"]
    assert [one["userErrors"] for one in (by_post, by_sse, by_socket)] == [[], [], []]
    assert [one["webhook"]["version"] for one in (by_post, by_sse, by_socket)] == [2, 3, 4]
    assert by_socket["secret"].startswith("whsec_")


async def test_the_header_names_each_of_several(merced: Campus) -> None:
    document = """mutation ($input: RegisterWebhookInput!) {
        one: registerWebhook(input: $input) { webhook { id } secret replayed }
        two: registerWebhook(input: $input) { webhook { id } secret replayed }
    }"""
    named = {**headers(merced), "idempotency-key": "both"}
    first, again = [await merced.ask(document, named, input={"url": URL}) for _ in range(2)]
    assert first["one"]["webhook"] != first["two"]["webhook"]
    assert [again[name]["webhook"] for name in ("one", "two")] == [
        first[name]["webhook"] for name in ("one", "two")
    ]
    assert [(again[name]["replayed"], again[name]["secret"]) for name in ("one", "two")] == [(True, None)] * 2
    assert await merced.value("select count(*) from webhook") == 2


async def test_what_may_be_done_is_said_beforehand(merced: Campus) -> None:
    """In the list, too: for the client, and for staff, who may not have its secret or send for it."""
    document = """{ webhooks { totalCount nodes { version availableActions {
        name allowed reasons { code path } } } } }"""
    made = await merced.register(URL)

    async def actions(of: dict[str, str] | None = None) -> dict[str, list[str]]:
        (node,) = (await merced.ask(document, of))["webhooks"]["nodes"]
        return {
            one["name"]: [reason["code"] for reason in one["reasons"]] for one in node["availableActions"]
        }

    active = await actions()
    assert active == {name: ["WRONG_STATE"] if name == "resumeWebhook" else [] for name in sorted(STEPS)}
    staff = await actions(bearer("admin"))
    assert {name for name, reasons in staff.items() if "FORBIDDEN" in reasons} == {
        "rotateWebhookSecret",
        "redeliver",
    }
    await merced.sql("update webhook set state = 'PARKED', parked_for = 'AGE'")
    assert (await actions())["resumeWebhook"] == ["INCOMPLETE"]
    assert (await actions())["pauseWebhook"] == ["WRONG_STATE"]
    cursor = (await merced.ask("{ changeCursor }"))["changeCursor"]
    assert (await merced.do("resumeWebhook", made.id, after=cursor))["webhook"]["state"] == "ACTIVE"


async def test_staff_resume_only_from_the_webhooks_own_place(merced: Campus) -> None:
    made = await merced.register(URL)
    await merced.do("pauseWebhook", made.id)
    cursor = (await merced.ask("{ changeCursor }", bearer("admin")))["changeCursor"]
    refused = await merced.tried("resumeWebhook", made.id, bearer("admin"), after=cursor)
    assert [(one["code"], one["path"]) for one in refused["userErrors"]] == [
        ("FORBIDDEN", ["input", "after"])
    ]
    assert refused["webhook"]["state"] == "PAUSED"
