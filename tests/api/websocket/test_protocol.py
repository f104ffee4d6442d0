"""The protocol's cases: what is said, and what is heard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from api.websocket import messages
from delivery.request_errors import internal
from planner.errors import bad_input
from planner.messages import message as planner_message
from tests.api.http_clients import signed_in
from tests.api.websocket.blocked_subscriptions import BlockedServer, blocked_server, until
from tests.api.websocket.client import ACK, INIT, Talk, complete, subscribe, talking

QUERY = "{ __typename }"
RESULT = {"data": {"__typename": "Query"}}
CHANGES = "subscription { changes { id } }"
TOO_MUCH = """{
    projects(first: 100) { nodes { institutions { institution { projects(first: 100) { nodes { id } } } } } }
}"""
PING, PONG = {"type": "ping"}, {"type": "pong"}
WITH = {"payload": {"at": [1, "é", None, {"deep": True}]}}


def next(payload: Any, id: str = "1") -> dict[str, Any]:
    return {"id": id, "type": "next", "payload": payload}


@pytest.fixture(scope="module")
async def opened(seeded_url: str) -> AsyncIterator[BlockedServer]:
    async with blocked_server(seeded_url) as server:
        yield server


@pytest.fixture
def server(opened: BlockedServer) -> BlockedServer:
    """With nothing open yet, and nothing held back."""
    opened.subscriptions.opened.clear()
    opened.subscriptions.gate.set()
    opened.subscriptions.refuses = None
    opened.subscriptions.opened_count = 0
    return opened


class Close(tuple[int, str]):
    """What is heard of an end."""


def close(code: int, reason: str) -> Close:
    return Close((code, reason))


UNAUTHORIZED = close(4401, "Unauthorized")
TOO_MANY = close(4429, "Too many initialisation requests")

GREETED = (INIT, ACK)
ALIVE = (PING, PONG)

# What is said, each time with what is heard because of it: messages, the code of an error, an end.
EXCHANGES: dict[str, list[tuple[Any, ...]]] = {
    "connection_init is acknowledged": [GREETED],
    "a ping before connection_init": [(PING, PONG), GREETED],
    "a ping with a payload before connection_init": [({**PING, **WITH}, {**PONG, **WITH})],
    "a ping whose payload is null": [({**PING, "payload": None}, PONG)],
    "a ping whose payload is empty": [({**PING, "payload": {}}, {**PONG, "payload": {}})],
    "a ping after the acknowledgement": [GREETED, (PING, PONG), ({**PING, **WITH}, {**PONG, **WITH})],
    "a pong is not answered": [(PONG,), ({**PONG, **WITH},), GREETED, (PONG,), ALIVE],
    "a second connection_init": [GREETED, (INIT, TOO_MANY)],
    "a second connection_init later": [GREETED, (subscribe(CHANGES),), ALIVE, ({**INIT, **WITH}, TOO_MANY)],
    "subscribe before connection_init": [(subscribe(QUERY), UNAUTHORIZED)],
    "subscribe before connection_init, after a ping": [ALIVE, (subscribe(CHANGES), UNAUTHORIZED)],
    "a wrong operation before connection_init": [(subscribe("{"), UNAUTHORIZED)],
    "complete before connection_init": [(complete(),), GREETED],
    "complete of an unknown id": [GREETED, (complete("never"),), ALIVE],
    "a query": [GREETED, (subscribe(QUERY), next(RESULT), complete())],
    "complete of a query that is over": [
        GREETED,
        (subscribe(QUERY), next(RESULT), complete()),
        (complete(),),
        ALIVE,
    ],
    "an id again when its operation is over": [
        GREETED,
        (subscribe(QUERY), next(RESULT), complete()),
        (subscribe(QUERY), next(RESULT), complete()),
    ],
    "an id again after an error": [
        GREETED,
        (subscribe("{ nothing }"), "GRAPHQL_VALIDATION_FAILED"),
        (subscribe(QUERY), next(RESULT), complete()),
    ],
    "an id again after the client completed it": [
        GREETED,
        (subscribe(CHANGES),),
        (complete(),),
        (subscribe(CHANGES),),
        ALIVE,
    ],
    "complete twice": [GREETED, (subscribe(CHANGES),), (complete(),), (complete(),), ALIVE],
    "a document that is no GraphQL": [GREETED, (subscribe("{"), "GRAPHQL_PARSE_FAILED"), ALIVE],
    "an empty document": [GREETED, (subscribe(""), "BAD_USER_INPUT"), ALIVE],
    "a document that does not fit the schema": [
        GREETED,
        (subscribe("subscription { nothing }"), "GRAPHQL_VALIDATION_FAILED"),
        ALIVE,
    ],
    "an operation that the document does not have": [
        GREETED,
        (subscribe("query A { __typename }", operationName="B"), "BAD_USER_INPUT"),
    ],
    "several operations and no name": [
        GREETED,
        (subscribe("query A { __typename } query B { __typename }"), "BAD_USER_INPUT"),
    ],
    "one of several operations": [
        GREETED,
        (
            subscribe("query A { a: __typename } query B { __typename }", operationName="B"),
            next(RESULT),
            complete(),
        ),
    ],
    "a variable of a wrong type": [
        GREETED,
        (
            subscribe("query A($n: Int) { projects(first: $n) { totalCount } }", variables={"n": "x"}),
            "BAD_USER_INPUT",
        ),
    ],
    "a variable that is missing": [
        GREETED,
        (subscribe("query A($id: ID!) { node(id: $id) { id } }"), "BAD_USER_INPUT"),
    ],
    "too much at once": [GREETED, (subscribe(TOO_MUCH), "COST_LIMIT"), ALIVE],
    "an operation that fails next to another": [
        GREETED,
        (subscribe(CHANGES, "a"),),
        (subscribe("{", "b"), "GRAPHQL_PARSE_FAILED"),
        ALIVE,
    ],
    "an id that is taken": [
        GREETED,
        (subscribe(CHANGES),),
        (subscribe(CHANGES), close(4409, "Subscriber for 1 already exists")),
    ],
    "an id that is taken, by a query": [
        GREETED,
        (subscribe(CHANGES),),
        (subscribe(QUERY), close(4409, "Subscriber for 1 already exists")),
    ],
    "an id that is taken, by an operation that is wrong": [
        GREETED,
        (subscribe(CHANGES),),
        (subscribe("{"), close(4409, "Subscriber for 1 already exists")),
    ],
    "an id that is too long for a reason": [
        GREETED,
        (subscribe(CHANGES, "é" * 200),),
        (subscribe(CHANGES, "é" * 200), close(4409, f"Subscriber for {'é' * 45}… already exists")),
    ],
    "the same operation by two ids": [
        GREETED,
        (subscribe(CHANGES, "a"),),
        (subscribe(CHANGES, "b"),),
        ALIVE,
    ],
    "ids that differ in case or space are different": [
        GREETED,
        (subscribe(CHANGES, "a"),),
        (subscribe(CHANGES, "A"),),
        (subscribe(CHANGES, " a"),),
        ALIVE,
    ],
}


@pytest.mark.parametrize("name", EXCHANGES)
async def test_what_is_said_and_what_is_heard(server: BlockedServer, name: str) -> None:
    async with talking(server.port, init=None) as talk:
        for sent, *answers in EXCHANGES[name]:
            await talk.send(sent)
            for one in answers:
                await receive(talk, one)
        if not isinstance(EXCHANGES[name][-1][-1], Close):
            await talk.lives()


async def receive(talk: Talk, expected: Any) -> None:
    if isinstance(expected, Close):
        assert await talk.closed() == expected
    elif isinstance(expected, str):
        error = await talk.receive()
        assert (error["type"], error["payload"][0]["extensions"]["code"]) == ("error", expected)
        assert isinstance(error["payload"][0]["message"], str)
    else:
        assert await talk.receive() == expected


async def test_a_subscription_receives_until_the_server_completes_it(server: BlockedServer) -> None:
    async with talking(server.port) as talk:
        await talk.send(subscribe(CHANGES, "a"))
        opened = await server.subscriptions.until_opened()
        for n in range(3):
            opened.subscriber.next(f'{{"data": {{"n": {n}}}}}', None)
        opened.subscriber.end(None)
        opened.subscriber.next('{"data": "late"}', None)
        opened.subscriber.end(None)
        answers = [await talk.receive() for _ in range(4)]
        assert answers == [*(next({"data": {"n": n}}, "a") for n in range(3)), complete("a")]
        await talk.lives()
        await talk.send(subscribe(CHANGES, "a"))  # the id is free
        await server.subscriptions.until_opened(2)


async def test_a_subscription_that_fails_receives_an_error_and_nothing_else(server: BlockedServer) -> None:
    async with talking(server.port) as talk:
        await talk.send(subscribe(CHANGES))
        opened = await server.subscriptions.until_opened()
        opened.subscriber.end(bad_input(planner_message("argument.first_and_last"), more=1))
        opened.subscriber.end(None)
        extensions = {"code": "BAD_USER_INPUT", "more": 1}
        error = {"message": "Pass `first` or `last`, not both.", "extensions": extensions}
        assert await talk.receive() == {"id": "1", "type": "error", "payload": [error]}
        await talk.lives()


async def test_a_subscription_that_cannot_begin(server: BlockedServer) -> None:
    server.subscriptions.refuses = bad_input(planner_message("argument.no_words"))
    async with talking(server.port) as talk:
        await talk.send(subscribe(CHANGES))
        assert (await talk.receive())["payload"][0]["message"] == "Enter at least one word to search for."
        server.subscriptions.refuses = None
        await talk.send(subscribe(CHANGES))
        await server.subscriptions.until_opened()
        await talk.lives()


async def test_what_nobody_expected_ends_the_operation_alone(
    server: BlockedServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.subscriptions.refuses = ValueError("a secret of ours")
    async with talking(server.port) as talk:
        await talk.send(subscribe(CHANGES))
        [error] = (await talk.receive())["payload"]
        assert (error["extensions"]["code"], error["message"]) == (
            "INTERNAL",
            str(internal().problems[0].message),
        )
        assert error["extensions"]["requestId"] in caplog.text
        await talk.lives()


async def test_what_nobody_expected_of_a_message_ends_the_socket(
    server: BlockedServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(payload: object) -> bytes:
        raise ValueError("a secret of ours")

    monkeypatch.setattr(messages, "pong", failing)
    async with talking(server.port) as talk:
        await talk.send(PING)
        assert await talk.closed() == (1011, f"INTERNAL: {internal().problems[0].message}")
    assert "a secret of ours" in caplog.text


async def test_complete_stops_deliveries(server: BlockedServer) -> None:
    async with talking(server.port) as talk:
        await talk.send(subscribe(CHANGES))
        opened = await server.subscriptions.until_opened()
        await talk.send(complete())
        await until(lambda: opened.closed)
        opened.subscriber.next('{"data": null}', None)
        opened.subscriber.end(None)
        await talk.lives()


async def test_complete_of_one_that_is_still_starting(server: BlockedServer) -> None:
    """It receives nothing more and frees its id; its end doesn't affect another operation with the id."""
    server.subscriptions.gate.clear()
    async with talking(server.port) as talk:
        await talk.send(subscribe(CHANGES))
        await until(lambda: server.subscriptions.opened_count == 1)
        await talk.send(complete(), subscribe(CHANGES))
        await until(lambda: server.subscriptions.opened_count == 2)
        server.subscriptions.gate.set()
        second = await server.subscriptions.until_opened()
        second.subscriber.next('{"data": 2}', None)
        assert await talk.receive() == next({"data": 2})
        await talk.lives()
        assert len(server.subscriptions.opened) == 1


async def test_an_id_is_taken_while_its_operation_is_still_starting(server: BlockedServer) -> None:
    server.subscriptions.gate.clear()
    async with talking(server.port) as talk:
        await talk.send(subscribe(CHANGES), subscribe(CHANGES))
        assert await talk.closed() == (4409, "Subscriber for 1 already exists")
    server.subscriptions.gate.set()
    assert server.subscriptions.opened == []


async def test_what_begins_when_its_client_has_gone_is_closed(server: BlockedServer) -> None:
    server.subscriptions.gate.clear()
    async with talking(server.port) as talk:
        await talk.send(subscribe(CHANGES))
        await until(lambda: server.subscriptions.opened_count == 1)
    await until(lambda: server.sockets.open == 0)
    server.subscriptions.gate.set()
    await until(lambda: not server.sockets.tasks)
    assert all(one.closed for one in server.subscriptions.opened)


@pytest.mark.parametrize("how", ["closes", "is cut off"])
async def test_what_is_open_ends_with_its_socket(server: BlockedServer, how: str) -> None:
    async with talking(server.port) as talk:
        await talk.send(subscribe(CHANGES, "a"), subscribe(CHANGES, "b"))
        await server.subscriptions.until_opened(2)
        if how == "closes":
            await talk.socket.close()
        else:
            talk.socket.transport.abort()
        await until(lambda: all(one.closed for one in server.subscriptions.opened))
        await until(lambda: server.sockets.open == 0)


async def test_what_is_said_while_who_it_is_is_looked_up(
    server: BlockedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pings are answered; what needs an acknowledgement is not allowed before it is there."""
    looked_up = server.subscriptions.gate
    looked_up.clear()
    viewers = server.sockets.pipeline.viewers
    known = viewers.authenticate

    async def init_payload(authorization: bytes, *_: object) -> Any:
        await looked_up.wait()
        return await known(authorization)

    monkeypatch.setattr(viewers, "authenticate", init_payload)
    init = {**INIT, "payload": signed_in("admin")}
    async with talking(server.port, init=None) as talk:
        await talk.send(init, PING)
        assert await talk.receive() == PONG
        looked_up.set()
        assert await talk.receive() == ACK
    looked_up.clear()
    for message, closed in ((init, TOO_MANY), (subscribe(QUERY), UNAUTHORIZED)):
        async with talking(server.port, init=None) as talk:
            await talk.send(init, message)
            assert await talk.closed() == closed
    looked_up.set()


@pytest.mark.parametrize("offered", [None, ["graphql-ws"], ["graphql-transport-wss", "Graphql-Transport-Ws"]])
async def test_another_subprotocol_is_not_acceptable(
    server: BlockedServer, offered: list[str] | None
) -> None:
    async with talking(server.port, init=None, subprotocols=offered) as talk:
        assert talk.socket.subprotocol is None
        assert await talk.closed() == (4406, "Subprotocol not acceptable")


async def test_ours_is_chosen_of_several(server: BlockedServer) -> None:
    async with talking(server.port, subprotocols=["graphql-ws", "graphql-transport-ws"]) as talk:
        assert talk.socket.subprotocol == "graphql-transport-ws"
        await talk.lives()
