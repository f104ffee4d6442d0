"""Subscriptions: over a WebSocket that speaks graphql-transport-ws, opened by the first of them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from playwright.async_api import WebSocketRoute

from api.auth import development_tokens
from api.auth.jwt import read
from tests.api.http_clients import state
from tests.explorer.browser import Visit

SUBSCRIPTION = "subscription { changes { id } }"


async def test_a_live_query_of_this_server_is_shown(visit: Visit) -> None:
    """No socket is opened before, and it is within what the page may reach."""
    assert visit.sockets == []
    await visit.write("subscription { events(first: 1) { totalCount } }")
    result = await visit.run()
    assert result["data"]["events"]["totalCount"] > 0
    assert visit.sockets == [visit.address.replace("http", "ws") + "/graphql"]


async def test_a_socket_that_the_server_closes_is_reported(visit: Visit) -> None:
    def close(socket: WebSocketRoute) -> None:
        socket.on_message(lambda _: asyncio.ensure_future(socket.close(code=4429, reason="Too many")))

    await visit.page.route_web_socket("**/graphql", close)
    await visit.page.reload()
    await visit.until_ready()
    await visit.write(SUBSCRIPTION)
    message = (await visit.run())["errors"][0]["message"]
    assert message == "The server closed the subscription: 4429 Too many"


async def answered(visit: Visit, *messages: dict[str, Any]) -> list[dict[str, Any]]:
    """What the page says to a server that accepts it, and answers its subscription with these messages."""
    received: list[dict[str, Any]] = []

    def open_socket(socket: WebSocketRoute) -> None:
        def on_message(text: str | bytes) -> None:
            frame_message = json.loads(text)
            received.append(frame_message)
            if frame_message["type"] == "connection_init":
                socket.send(json.dumps({"type": "connection_ack"}))
            if frame_message["type"] == "subscribe":
                for message in messages:
                    socket.send(json.dumps({"id": frame_message["id"], **message}))

        socket.on_message(on_message)

    await visit.page.route_web_socket("**/graphql", open_socket)
    return received


async def test_what_comes_is_shown(visit: Visit, staff: dict[str, str]) -> None:
    first, second = ({"type": "next", "payload": {"data": {"changes": {"id": number}}}} for number in (1, 2))
    received = await answered(visit, first, second, {"type": "complete"})
    await visit.page.reload()
    await visit.until_ready()
    await visit.as_staff(staff)
    await visit.write(SUBSCRIPTION)
    await visit.run()
    await visit.page.wait_for_timeout(200)
    assert json.loads(await visit.text("response.json")) == {"data": {"changes": {"id": 2}}}
    assert received[0]["payload"] == {"accept-language": "en", **staff}
    assert received[1]["payload"]["query"] == SUBSCRIPTION


async def test_the_chosen_persona_asks_and_another_one_on_a_connection_of_its_own(visit: Visit) -> None:
    received = await answered(
        visit, {"type": "next", "payload": {"data": {"changes": {"id": 1}}}}, {"type": "complete"}
    )
    await visit.page.reload()
    await visit.until_ready()
    await visit.write(SUBSCRIPTION)
    for label, persona in (("Mentor", "mentor"), ("Integration", "integration"), ("Public", None)):
        await visit.view_as(label)
        received.clear()
        await visit.run()
        token = received[0]["payload"].get("authorization", "").removeprefix("Bearer ")
        key = development_tokens.key(state())
        assert (development_tokens.identify(read(token), key).subject if token else None) == persona


async def test_an_error_of_a_subscription_can_be_read(visit: Visit) -> None:
    await answered(visit, {"type": "error", "payload": [{"message": "Not for you."}]})
    await visit.page.reload()
    await visit.until_ready()
    await visit.write(SUBSCRIPTION)
    assert (await visit.run())["errors"] == [{"message": "Not for you."}]
