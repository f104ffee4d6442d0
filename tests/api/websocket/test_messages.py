"""What is no message of a client closes the socket with 4400, at any time."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from api.websocket.messages import Malformed, Subscribe, read_message
from tests.api.loopback_sockets import served
from tests.api.websocket.client import INIT, complete, subscribe, talking
from tests.api.websocket.raw import raw

WRONG_TYPES: list[object] = [0, 1.5, True, "text", ["list"]]
NO_TYPES: list[object] = [None, 1, True, [], {}, ["ping"]]
QUERY = "{ __typename }"


def without_member(message: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in message.items() if key != name}


def operation(**payload: object) -> dict[str, Any]:
    return {"id": "1", "type": "subscribe", "payload": payload}


MALFORMED: dict[str, object] = {
    "a binary frame": orjson.dumps({"type": "ping"}),
    "an empty binary frame": b"",
    "an empty text": "",
    "a text that is no JSON": "hello",
    "JSON that is cut off": '{"type": "ping"',
    "two JSON values": '{"type":"ping"}{"type":"ping"}',
    "a ping that nests too deeply for its answer": '{"type":"ping","payload":'
    + '{"a":' * 300
    + "1"
    + "}" * 301,
    "NaN": '{"type":"ping","payload":{"a":NaN}}',
    "half a surrogate pair": '{"type":"complete","id":"\\ud800"}',
    "JSON that nests too deeply": '{"type":"ping","payload":' + '{"a":' * 2_000 + "1" + "}" * 2_001,
    **{f"{text} alone": text for text in ("null", "true", "7", '"ping"', "[]", '[{"type":"ping"}]')},
    "no type": {"id": "1"},
    "an empty object": {},
    **{f"a type that is {value!r}": {"type": value} for value in NO_TYPES},
    "an empty type": {"type": ""},
    "an unknown type": {"type": "hello"},
    "a type of the older protocol": {"type": "start", "id": "1", "payload": {"query": QUERY}},
    "a type in capitals": {"type": "PING"},
    **{
        f"a {type} of the server": {"type": type, "id": "1", "payload": payload}
        for type, payload in (
            ("connection_ack", {}),
            ("next", {"data": None}),
            ("error", [{"message": "no"}]),
        )
    },
    **{
        f"a {type} whose payload is {value!r}": {"type": type, "payload": value}
        for type in ("connection_init", "ping", "pong")
        for value in WRONG_TYPES
    },
    **{f"a {one['type']} without an id": without_member(one, "id") for one in (subscribe(QUERY), complete())},
    **{
        f"a {one['type']} whose id is {value!r}": {**one, "id": value}
        for one in (subscribe(QUERY), complete())
        for value in (None, "", 1, 1.5, True, ["1"], {"id": "1"}, "x" * 1_025)
    },
    "a subscribe without a payload": without_member(subscribe(QUERY), "payload"),
    **{
        f"a subscribe whose payload is {value!r}": {**operation(), "payload": value}
        for value in (None, *WRONG_TYPES)
    },
    "a subscribe without a query": operation(variables={}),
    **{f"a query that is {value!r}": operation(query=value) for value in (None, 1, True, [QUERY], {"a": 1})},
    **{
        f"an operationName that is {value!r}": operation(query=QUERY, operationName=value)
        for value in (0, 1.5, False, ["a"], {"a": 1})
    },
    **{
        f"{name} that are {value!r}": operation(query=QUERY, **{name: value})
        for name in ("variables", "extensions")
        for value in (0, 1.5, False, "text", "", [], ["a"])
    },
}


@pytest.fixture(scope="module")
async def port(seeded_url: str) -> AsyncIterator[int]:
    async with served(seeded_url) as port:
        yield port


@pytest.mark.parametrize("case", MALFORMED)
async def test_what_is_malformed_closes_the_socket(port: int, case: str) -> None:
    message: Any = MALFORMED[case]
    async with talking(port, init=None) as talk:
        await talk.send(message)
        before = await talk.closed()
    async with talking(port) as talk:
        await talk.send(message)
        assert before == await talk.closed()
    code, reason = before
    assert (code, reason.startswith(("Invalid message: ", "Messages must be text"))) == (4400, True)


NO_FRAMES: dict[str, tuple[bytes, int]] = {
    "a text that is no UTF-8": (Frame(Opcode.TEXT, b"\xff").serialize(mask=True), 1007),
    "a text that ends within a character": (Frame(Opcode.TEXT, "é".encode()[:1]).serialize(mask=True), 1007),
    "a frame without a mask": (Frame(Opcode.TEXT, b"{}").serialize(mask=False), 1002),
    "a frame with a reserved bit": (b"\xc1\x80\x00\x00\x00\x00", 1002),
    "a frame of an unknown kind": (b"\x83\x80\x00\x00\x00\x00", 1002),
    "a continuation of nothing": (Frame(Opcode.CONT, b"{}").serialize(mask=True), 1002),
    "a ping in pieces": (b"\x09\x80\x00\x00\x00\x00", 1002),
}


@pytest.mark.parametrize("case", NO_FRAMES)
async def test_what_is_no_web_socket(port: int, case: str, caplog: pytest.LogCaptureFixture) -> None:
    """It ends as RFC 6455 has it, and is no failure of ours."""
    frame, code = NO_FRAMES[case]
    with raw() as client:
        await client.begin(port)
        await client.send(frame)
        received = await client.until(code.to_bytes(2, "big"))
        assert received[0] == 0x88
    assert caplog.records == []


MEMBERS = st.sampled_from(["type", "id", "payload", "query", "variables", "operationName", "extensions"])
TYPES = st.sampled_from(["connection_init", "ping", "pong", "subscribe", "complete"])

WELL_FORMED: dict[str, dict[str, Any]] = {
    "nothing but what must be": subscribe(QUERY),
    "null for all that may be": subscribe(QUERY, operationName=None, variables=None, extensions=None),
    "all that may be": {
        **subscribe("query A { __typename }", operationName="A", variables={}, extensions={})
    },
    "more than is known": {**subscribe(QUERY, more=1), "more": [1]},
    "an empty operationName": subscribe(QUERY, operationName=""),
    "an id of 1,024 characters": subscribe(QUERY, "í" * 1_024),
    "an id that JSON must escape": subscribe(QUERY, 'a"b\\c\n\u2028é😀'),
}


@pytest.mark.parametrize("case", WELL_FORMED)
async def test_what_is_well_formed_is_answered(port: int, case: str) -> None:
    message = WELL_FORMED[case]
    async with talking(port) as talk:
        await talk.send(message)
        answer = {"data": {"__typename": "Query"}}
        assert await talk.receive() == {"id": message["id"], "type": "next", "payload": answer}
        assert await talk.receive() == complete(message["id"])
        await talk.lives()


@pytest.mark.parametrize("payload", [{}, {"payload": None}, {"payload": {}}, {"payload": {"any": ["thing"]}}])
async def test_what_is_said_at_the_beginning_may_be_nothing(port: int, payload: dict[str, Any]) -> None:
    async with talking(port, init={**INIT, **payload}) as talk:
        await talk.lives()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(MEMBERS | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(
    message=st.dictionaries(MEMBERS, JSON | TYPES | st.fixed_dictionaries({"query": JSON}), max_size=4) | JSON
)
def test_whatever_is_read_is_a_message_or_malformed(message: Any) -> None:
    try:
        read = read_message(json.dumps(message))
    except Malformed:
        return
    assert read.__class__.__name__ in ("ConnectionInit", "Ping", "Pong", "Subscribe", "Complete")
    if isinstance(read, Subscribe):
        assert set(map(type, (read.id, read.payload["query"]))) == {str}
