"""A mutation does the same over each transport, and subscribers receive its changes."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.http_clients import application, ask, signed_in
from tests.api.loopback_sockets import listening
from tests.api.sse.event_stream import EVENTS, reaching, streamed
from tests.api.websocket.client import talking
from tests.models.statements import rows
from tests.mutations.harness import ACTIONS, document
from tests.mutations.test_upserts import HEAT, SYSTEM

UPDATE = document(ACTIONS["updateProgram"], "name")
UPSERT = document(ACTIONS["upsertProjectByExternalId"], "title externalIds { scheme value }")
FOLLOW = "subscription { changes(types: [PROGRAM]) { kind changedFields node { ... on Program { name } } } }"


async def test_each_transport_and_a_follower(database_url: str, engine: AsyncEngine) -> None:
    ((id, version),) = await rows(engine, "select id, version from program order by id limit 1")
    headers = signed_in("admin")

    def variables(name: str) -> dict[str, Any]:
        nonlocal version
        input = {"id": f"program_{id}", "expectedVersion": version, "names": {"en": name, "es": name}}
        version += 1
        return {"input": input, "key": name}

    async with (
        listening(application(database_url)) as (port, _),
        reaching(port) as client,
        streamed(client, FOLLOW) as stream,
        talking(port, headers=headers) as talk,
    ):
        response = await ask(client, UPDATE, variables("By POST"), headers)
        payloads = [response.json()["data"]["updateProgram"]]
        sent = {"query": UPDATE, "variables": variables("By SSE")}
        async with client.stream(
            "POST", "/graphql/stream", json=sent, headers={**EVENTS, **headers}
        ) as events:
            data = [line async for line in events.aiter_lines() if line.startswith("data: {")]
        payloads.append(json.loads(data[0].removeprefix("data: "))["data"]["updateProgram"])
        await talk.send(
            {"id": "1", "type": "subscribe", "payload": {"query": UPDATE, "variables": variables("By WS")}}
        )
        payloads.append((await talk.receive())["payload"]["data"]["updateProgram"])
        for payload, name in zip(payloads, ("By POST", "By SSE", "By WS"), strict=True):
            assert payload["userErrors"] == []
            assert payload["changed"] == ["names"]
            assert payload["program"]["name"] == name
            event = await stream.event()
            assert event is not None
            change = json.loads(event.data)["data"]["changes"]
            assert change["kind"] == "UPDATED"
            assert {"name", "names"} <= set(change["changedFields"])
            assert change["node"]["name"] in ("By POST", "By SSE", "By WS")


async def test_messages_are_in_the_readers_language(database_url: str) -> None:
    async with listening(application(database_url)) as (port, _), reaching(port) as client:
        missing = {"input": {"id": "program_x", "expectedVersion": 1}}
        headers = {**signed_in("admin"), "accept-language": "es"}
        payload = (await ask(client, UPDATE, missing, headers)).json()["data"]["updateProgram"]
    assert payload["program"] is None
    assert payload["userErrors"][0]["message"] == "No existe ese objeto, o usted no puede verlo."


async def test_a_system_sends_a_row_by_its_own_id(database_url: str) -> None:
    """Under the same header again it is a repetition; both mutations that it may become are planned."""
    headers = signed_in(SYSTEM)
    async with listening(application(database_url)) as (port, _), reaching(port) as client:

        async def send(key: str, **values: Any) -> dict[str, Any]:
            answer = await ask(client, UPSERT, {"input": HEAT | values}, headers | {"idempotency-key": key})
            payload: dict[str, Any] = answer.json()["data"]["upsertProjectByExternalId"]
            return payload

        first, again = await send("a"), await send("a")
        changed = await send("b", titles={"es": "Calor"})
    assert [(one["created"], one["replayed"], one["userErrors"]) for one in (first, again, changed)] == [
        (True, False, []),
        (True, True, []),
        (False, False, []),
    ]
    assert again["project"] == first["project"]
    assert (changed["changed"], changed["project"]["id"]) == (["titles"], first["project"]["id"])
    assert first["project"]["externalIds"] == [{"scheme": HEAT["scheme"], "value": HEAT["value"]}]
