"""Subscriptions: over a WebSocket that speaks graphql-transport-ws, opened by the first of them."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from playwright.async_api import WebSocketRoute, expect

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
    await expect(visit.page.get_by_role("region", name="Events")).to_contain_text("Ended: The server closed")


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


CHANGES = "subscription C($after: String) { changes(after: $after) { cursor } }"


class Feed:
    """A server whose connections a test can lose. Each subscription gets a change, with the next number."""

    def __init__(self) -> None:
        self.number = 0
        self.received: list[dict[str, Any]] = []
        self.socket: WebSocketRoute | None = None
        self.id = ""
        self.refusing = False
        self.closing: asyncio.Future[None] | None = None

    async def serve(self, visit: Visit) -> None:
        await visit.page.route_web_socket("**/graphql", self.open)
        await visit.page.reload()
        await visit.until_ready()

    def open(self, socket: WebSocketRoute) -> None:
        self.socket = socket
        socket.on_message(self.answer)

    def answer(self, text: str | bytes) -> None:
        message = json.loads(text)
        self.received.append(message)
        assert self.socket is not None
        if self.refusing:
            self.closing = asyncio.ensure_future(self.socket.close(code=1013, reason="Away"))
        elif message["type"] == "connection_init":
            self.socket.send(json.dumps({"type": "connection_ack"}))
        elif message["type"] == "subscribe":
            self.id = message["id"]
            self.change()

    def change(self) -> None:
        self.number += 1
        assert self.socket is not None
        payload = {"data": {"changes": {"cursor": f"cursor-{self.number}"}}}
        self.socket.send(json.dumps({"id": self.id, "type": "next", "payload": payload}))

    def payloads(self) -> list[dict[str, Any]]:
        return [message["payload"] for message in self.received if message["type"] == "subscribe"]


async def test_the_log_has_every_event_and_a_lost_connection_continues_after_the_last(visit: Visit) -> None:
    feed, page = Feed(), visit.page
    await feed.serve(visit)
    await visit.write(CHANGES)
    await visit.write("", "variables.json")
    await visit.run()
    events = page.get_by_role("region", name="Events")
    feed.change()
    await expect(events.locator("summary")).to_have_count(2)
    newest = events.locator("li").first
    await expect(newest).to_have_text(re.compile(r"^[\d:]{8}\.\d{3} cursor-2 \d+ B$"))
    await newest.locator("summary").press("Enter")
    assert json.loads(await newest.locator("pre").inner_text())["data"]["changes"]["cursor"] == "cursor-2"
    await newest.locator("summary").press("Enter")
    await expect(newest.locator("pre")).to_have_count(0)

    assert feed.socket is not None
    await feed.socket.close(code=1012, reason="restart")
    await expect(events.locator("li")).to_have_count(5)
    entries = await events.locator("li").all_inner_texts()
    assert "cursor-3" in entries[0]
    assert "Connected again. Continues after the cursor cursor-2" in entries[1]
    assert "Connection lost, connecting again. 1012 restart" in entries[2]
    assert [payload.get("variables") for payload in feed.payloads()] == [{}, {"after": "cursor-2"}]

    for _ in range(250):
        feed.change()
    await expect(events).to_contain_text("Received: 253. The newest 200 are listed.")
    await expect(events.locator("li")).to_have_count(200)
    await expect(events.locator("li").first).to_contain_text("cursor-253")
    await events.get_by_role("button", name="Clear").press("Enter")
    await expect(events.locator("li")).to_have_count(0)

    await page.get_by_role("button", name="Stop query").click()
    await expect(page.get_by_role("button", name="Execute query")).to_be_visible()
    assert feed.received[-1]["type"] == "complete", "at once, and not with the next event"
    feed.refusing = True
    message = (await visit.run())["errors"][0]["message"]
    assert message == "The server closed the subscription: 1013 Away", "at once: nothing was open"
    await visit.write("{ __typename }")
    await visit.run()
    await expect(events).to_have_count(0)


async def test_an_error_of_a_subscription_can_be_read(visit: Visit) -> None:
    await answered(visit, {"type": "error", "payload": [{"message": "Not for you."}]})
    await visit.page.reload()
    await visit.until_ready()
    await visit.write(SUBSCRIPTION)
    assert (await visit.run())["errors"] == [{"message": "Not for you."}]
