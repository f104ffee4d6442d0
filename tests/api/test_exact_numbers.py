"""JSON's numbers, texts and objects are read alike by every transport, and a Decimal has all its digits."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.api.http_clients import GRAPHQL_RESPONSE, JSON
from tests.api.loopback_sockets import served
from tests.api.sse.event_stream import EVENTS, Stream, reaching
from tests.api.websocket.client import talking

AMOUNT = "200000"  # of a call
MALFORMED = "malformed"

Ask = Callable[[httpx.AsyncClient, str, str], Awaitable[Any]]
"""The payload that answers a document with the variables of a JSON text; or MALFORMED, where it is none."""


def body_of(document: str, variables: str) -> str:
    return f'{{"query": {json.dumps(document)}, "variables": {variables}}}'


def answer_of(response: httpx.Response) -> Any:
    payload = response.json()
    message = payload["errors"][0]["message"] if "errors" in payload else ""
    assert response.status_code == (400 if message else 200)
    return MALFORMED if "not JSON" in message else payload


async def by_post(client: httpx.AsyncClient, document: str, variables: str) -> Any:
    headers = {"content-type": JSON, "accept": GRAPHQL_RESPONSE}
    body = body_of(document, variables)
    return answer_of(await client.post("/graphql", content=body, headers=headers))


async def by_get(client: httpx.AsyncClient, document: str, variables: str) -> Any:
    address = f"/graphql?query={quote(document)}&variables={quote(variables)}"
    return answer_of(await client.get(address, headers={"accept": GRAPHQL_RESPONSE}))


async def _by_stream(client: httpx.AsyncClient, method: str, address: str, body: str | None) -> Any:
    headers = {**EVENTS, **({"content-type": JSON} if body else {})}
    async with client.stream(method, address, content=body, headers=headers) as response:
        if response.status_code != 200:
            await response.aread()
            return answer_of(response)
        event = await Stream(response).event()
        assert event is not None
        return event.json


async def by_stream(client: httpx.AsyncClient, document: str, variables: str) -> Any:
    return await _by_stream(client, "POST", "/graphql/stream", body_of(document, variables))


async def by_stream_of_get(client: httpx.AsyncClient, document: str, variables: str) -> Any:
    address = f"/graphql/stream?query={quote(document)}&variables={quote(variables)}"
    return await _by_stream(client, "GET", address, None)


async def by_socket(client: httpx.AsyncClient, document: str, variables: str) -> Any:
    assert client.base_url.port is not None
    async with talking(client.base_url.port) as talk:
        await talk.send(f'{{"id": "1", "type": "subscribe", "payload": {body_of(document, variables)}}}')
        if variables in TEXTS_OF_NO_JSON:
            code, reason = await talk.closed()
            assert (code, "must be JSON" in reason) == (4400, True)
            return MALFORMED
        message = await talk.receive()
        return message["payload"] if message["type"] == "next" else {"errors": message["payload"]}


TRANSPORTS: dict[str, Ask] = {
    "POST": by_post,
    "GET": by_get,
    "event stream": by_stream,
    "event stream by GET": by_stream_of_get,
    "WebSocket": by_socket,
}
each_transport = pytest.mark.parametrize("ask", TRANSPORTS.values(), ids=TRANSPORTS)


@pytest.fixture(scope="module")
async def client(seeded_url: str) -> AsyncIterator[httpx.AsyncClient]:
    settings: Mapping[str, Any] = {"operations_per_minute": 100_000, "max_url_bytes": 100_000}
    async with served(seeded_url, **settings) as port, reaching(port) as client:
        yield client


COMPARED: list[tuple[str, str, bool]] = [
    ("eq", "200000", True),
    ("eq", "200000.00", True),
    ("eq", "2e5", True),
    ("eq", "2E+5", True),
    ("eq", "20000000e-2", True),
    ("eq", "200000.000000000000000001", False),
    ("eq", "199999.999999999999999999", False),
    ("lt", "200000.000000000000000001", True),
    ("lt", "200000", False),
    ("gt", "199999.999999999999999999", True),
    ("gt", "-0", True),
    ("gt", "-0.0", True),
    ("lt", "123456789012345678901234567890", True),
    ("gt", "-9223372036854775809", True),
    ("in", "[0.1, 2e5]", True),
    ("in", "[200000.000000000000000001]", False),
]
"""An operator and a number, and whether the amount fits."""


OF_PROGRAMS = "{ programs(filter: $filter) { totalCount } }"


def filter_by(operator: str, number: str) -> str:
    """A filter for the program of the call with the amount, if that fits."""
    conditions = f"{{ maxAmount: {{ eq: {AMOUNT} }} }}, {{ maxAmount: {{ {operator}: {number} }} }}"
    return f"{{ calls: {{ some: {{ and: [{conditions}] }} }} }}"


def as_json(filter: str) -> str:
    return re.sub(r"([a-zA-Z]+):", r'"\1":', filter)


@each_transport
async def test_a_decimal_has_the_digits_that_were_written(client: httpx.AsyncClient, ask: Ask) -> None:
    """As a variable, within a variable's object, and in the document."""
    for operator, number, fits in COMPARED:
        type_ = "[Decimal!]!" if operator == "in" else "Decimal!"
        of_variable = OF_PROGRAMS.replace("$filter", filter_by(operator, "$v"))
        of_number = filter_by(operator, number)
        expected = {"data": {"programs": {"totalCount": int(fits)}}}
        for document, variables in (
            (f"query ($v: {type_}) {of_variable}", f'{{"v": {number}}}'),
            (f"query ($filter: ProgramFilter) {OF_PROGRAMS}", f'{{"filter": {as_json(of_number)}}}'),
            (OF_PROGRAMS.replace("$filter", of_number), "{}"),
        ):
            assert await ask(client, document, variables) == expected, (document, variables)


TOO_LONG = [
    "1234567890123456789012345678901",
    "1234567890123456789012345678901.5",
    "0.1234567890123456789012345678901",
    "1e30",
    "1e-31",
    "1e-400",
    "-18446744073709551617e20",
]


BY_DECIMAL = f"query ($v: Decimal!) {OF_PROGRAMS.replace('$filter', filter_by('eq', '$v'))}"


@each_transport
async def test_a_decimal_that_is_too_long_is_refused_as_written(client: httpx.AsyncClient, ask: Ask) -> None:
    for number in TOO_LONG:
        (error,) = (await ask(client, BY_DECIMAL, f'{{"v": {number}}}'))["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert f"{number} has more than 30 digits" in error["message"]


NAMED = """query ($name: String!, $first: Int) {
    __type(name: $name) { name }
    programs(first: $first) { nodes { id } }
}"""
TEXTS_OF_NO_JSON = [
    f'{{"name": {value}}}'
    for value in (
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "-1e400",
        "9" * 400,
        "01",
        "+1",
        ".5",
        "1.",
        "0x1F",
        "1_000",
        '"\\ud800"',
        '"\\udc00\\ud800"',
        "[" * 2_000 + "]" * 2_000,
        "'Query'",
        '"a\tb"',
        '"Query",',
    )
]


@each_transport
async def test_what_is_no_json_is_refused(client: httpx.AsyncClient, ask: Ask) -> None:
    for variables in TEXTS_OF_NO_JSON:
        assert await ask(client, NAMED, variables) == MALFORMED, variables[:80]


@each_transport
async def test_of_a_member_that_comes_twice_the_last_counts(client: httpx.AsyncClient, ask: Ask) -> None:
    """Also where a number has the variables read a second time."""
    for more in ("", ', "other": 0.1'):
        answer = await ask(client, NAMED, f'{{"name": "Nobody", "name": "Query", "first": 0{more}}}')
        assert answer["data"]["__type"] == {"name": "Query"}


@each_transport
async def test_other_scalars_read_the_same_numbers_as_before(client: httpx.AsyncClient, ask: Ask) -> None:
    document = "query ($first: Int) { programs(first: $first) { nodes { __typename } } }"
    for number in ("1", "1.0", "1e0"):
        answer = await ask(client, document, f'{{"first": {number}}}')
        assert answer == {"data": {"programs": {"nodes": [{"__typename": "Program"}]}}}
    for number in ("1.5", "9007199254740993", "18446744073709551616", "1e300"):
        (error,) = (await ask(client, document, f'{{"first": {number}}}'))["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"


@each_transport
async def test_what_is_not_read_again_is_refused_for_a_decimal(client: httpx.AsyncClient, ask: Ask) -> None:
    """Other numbers in the request than those of the variables don't have it read slowly, nor rounded."""
    many = ",".join(["0.5"] * 5_001)
    payload = await ask(client, BY_DECIMAL, f'{{"v": {AMOUNT}.0}}, "extensions": {{"x": [{many}]}}')
    if ask in (by_get, by_stream_of_get):
        assert payload == MALFORMED
        return
    (error,) = payload["errors"]
    assert "may have been rounded" in error["message"]
