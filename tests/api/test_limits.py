"""Every limit: what is at the bound passes, one more is refused with a code, the limit and what was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from api.settings.settings import Settings
from delivery.request_errors import from_database
from models.database.client import Database, StatementTimeout
from tests.api.http_clients import GRAPHQL_RESPONSE, reached
from tests.house.test_docs import rows

COST, INPUT, RATE = "COST_LIMIT", "BAD_USER_INPUT", "RATE_LIMITED"
SLUG = '{ slug: { eq: "x" } } '
PROJECT = "project_00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class LimitCase:
    """A document with its variables."""

    document: str
    variables: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Limit:
    """A setting with a bound, and a request that asks for `n` of what it bounds."""

    setting: str
    bound: int
    of: Callable[[int], LimitCase]
    code: str = COST
    status: int = 400


def in_document(write: Callable[[int], str]) -> Callable[[int], LimitCase]:
    return lambda n: LimitCase(write(n))


def wrapped(opened: str, inner: str, closed: str, times: int) -> str:
    return opened * times + inner + closed * times


def projects(arguments: str, selection: str = "nodes { id }") -> str:
    return f"{{ projects{f'({arguments})' if arguments else ''} {{ {selection} }} }}"


def padded(length: int) -> str:
    return "{ __typename }".ljust(length)


def body_of(length: int) -> LimitCase:
    empty = len(b'{"query":"","variables":{}}')
    return LimitCase(padded(length - empty))


def conditions(count: int) -> LimitCase:
    """This many conditions: an `or`, and the rest in it."""
    return LimitCase(projects(f"filter: {{ or: [{SLUG * (count - 1)}] }}"))


def many(part: str, count: int) -> str:
    """A selection of a part repeated this many times; `#` in it is its number."""
    return "{ " + " ".join(part.replace("#", str(number)) for number in range(count)) + " }"


LIMITS = [
    Limit("max_body_bytes", 1024, body_of, INPUT, 413),
    Limit("max_document_bytes", 1024, in_document(padded), INPUT, 413),
    Limit(
        "max_variables_depth",
        5,
        lambda n: LimitCase("query ($f: ProjectFilter) " + projects("filter: $f"), {"f": nested(n)}),
        INPUT,
    ),
    Limit(
        "max_variables_values",
        10,
        lambda n: LimitCase(
            "query ($s: [String!]) " + projects("filter: { slug: { in: $s } }"), {"s": ["x"] * (n - 1)}
        ),
        INPUT,
    ),
    Limit(
        "max_tokens",
        100,
        in_document(lambda n: projects("filter: { slug: { in: [%s] } }" % ('"x" ' * (n - 23)))),
    ),
    Limit("max_nesting", 9, in_document(lambda n: wrapped("{ ... ", "{ __typename }", " }", n - 1))),
    Limit(
        "max_depth",
        4,
        in_document(
            lambda n: '{ institution(slug: "x") ' + wrapped("{ parent ", "{ id }", " }", n - 2) + " }"
        ),
    ),
    Limit(
        "max_fields",
        10,
        in_document(lambda n: "{ projects { nodes { ...F ...G } } }" + fragments(n - 2)),
    ),
    Limit("max_root_fields", 3, in_document(lambda n: many("a#: impact { key }", n))),
    Limit("max_aliases", 3, in_document(lambda n: many("a#: __typename", n))),
    Limit(
        "max_directives",
        3,
        in_document(lambda n: many("... @include(if: true) { __typename }", n)),
    ),
    Limit("max_overlaps", 6, lambda n: LimitCase(many("__typename", 4 if n == 6 else 5))),
    Limit(
        "max_subqueries",
        5,
        in_document(lambda n: many("a#: impact { key }", n)),
    ),
    Limit("max_conditions", 8, conditions),
    Limit(
        "max_condition_depth",
        4,
        in_document(lambda n: projects("filter: " + wrapped("{ not: ", "{}", " }", n - 1))),
    ),
    Limit("max_cost", 50, in_document(lambda n: projects(f"first: {n}"))),
    Limit(
        "max_cost",
        50,
        lambda n: LimitCase("query ($n: Int) " + projects("first: $n"), {"n": n}),
    ),
    Limit("max_page_size", 50, in_document(lambda n: projects(f"first: {n}")), INPUT),
    Limit("max_page_size", 50, in_document(lambda n: projects(f"last: {n}")), INPUT),
    Limit(
        "max_page_size", 50, lambda n: LimitCase("query ($n: Int) " + projects("last: $n"), {"n": n}), INPUT
    ),
    Limit("max_page_size", 50, in_document(lambda n: projects("", f"facets(limit: {n}) {{ name }}")), INPUT),
    Limit(
        "max_page_size",
        50,
        lambda n: LimitCase("query ($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": [PROJECT] * n}),
        INPUT,
    ),
    Limit("max_search_length", 40, in_document(lambda n: projects('search: "%s"' % ("x" * n))), INPUT),
    Limit(
        "max_search_length",
        40,
        in_document(lambda n: '{ search(text: "%s") { totalCount } }' % ("x" * n)),
        INPUT,
    ),
]


def nested(levels: int) -> Any:
    """A filter with this many levels."""
    return {"not": nested(levels - 1)} if levels > 1 else {}


def fragments(fields: int) -> str:
    """Two fragments that select this many fields together."""
    own = ["id", "slug", "title", "summary", "status", "startsOn", "endsOn", "fields", "sdgs", "version"]
    return f"fragment F on Project {{ id }} fragment G on Project {{ {' '.join(own[1:fields])} }}"


async def ask(client: httpx.AsyncClient, case: LimitCase, language: str = "en") -> httpx.Response:
    headers = {"accept": GRAPHQL_RESPONSE, "accept-language": language}
    body = {"query": case.document, "variables": case.variables}
    return await client.post("/graphql", json=body, headers=headers)


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.setting)
async def test_one_more_than_the_limit_is_refused(seeded_url: str, limit: Limit) -> None:
    settings: dict[str, Any] = {limit.setting: limit.bound}
    if limit.setting == "max_page_size":
        settings["default_page_size"] = 20
    async with reached(seeded_url, **settings) as client:
        within = await ask(client, limit.of(limit.bound))
        assert within.status_code == 200, within.text
        messages = set()
        for language in ("en", "es"):
            beyond = await ask(client, limit.of(limit.bound + 1), language)
            (error,) = beyond.json()["errors"]
            assert (beyond.status_code, error["extensions"]["code"]) == (limit.status, limit.code), error
            received = error["extensions"]
            assert received["limit"] == limit.bound
            assert received["asked"] > limit.bound
            assert limit.setting == "max_overlaps" or received["asked"] == limit.bound + 1
            assert f"{received['limit']}" in error["message"]
            assert f"{received['asked']}" in error["message"]
            messages.add(error["message"])
        assert len(messages) == 2


async def test_an_address_that_is_too_long(seeded_url: str) -> None:
    async with reached(seeded_url, max_url_bytes=1024) as client:
        for length, status in ((1024, 200), (1025, 414)):
            query = b"query={__typename}".ljust(length, b",")
            response = await client.get(httpx.URL("http://puente.test/graphql", query=query))
            assert response.status_code == status, response.text
    received = response.json()["errors"][0]["extensions"]
    assert received == {"limit": 1024, "asked": 1025, "code": INPUT}


async def test_a_statement_that_takes_too_long_says_how_long_it_may(seeded_url: str) -> None:
    database = await Database.open(seeded_url, statement_timeout=0.1)
    with pytest.raises(StatementTimeout) as ended:
        await database.fetch("select pg_sleep(2)::text")
    await database.close()
    received = from_database(ended.value)
    assert received.code == "TIMEOUT"
    (problem,) = received.problems
    assert problem.details == {"limit": 0.1}
    assert "0.1" in problem.message.read("EN")
    assert "0.1" in problem.message.read("ES")


HELD = [
    name
    for name in Settings.model_fields
    if (name.startswith(("stream", "socket")) or name.endswith("held_bytes"))
    and not name.startswith(("socket_ping", "socket_idle"))
]
"""The limits of connections that stay open: tried in `sse/`, `websocket/` and `test_held_bytes.py`."""


CONNECTIONS = (
    *("max_connections", "connections_per_address", "max_head_bytes", "max_headers", "max_heads_bytes"),
    *("head_timeout", "keep_alive", "request_timeout", "response_stall_timeout"),
)
"""The limits of connections and heads: tried in `connections/`."""
PLANNING = ("planning_percent", "planning_queue", "planning_timeout")


def test_every_limit_is_in_the_table_with_its_default() -> None:
    listed = {
        cells[0].strip("`"): cells[1].strip("`") for cells in rows("docs/limits.md", "`PUENTE_[A-Z_]+`")
    }
    limits = [
        name
        for name in Settings.model_fields
        if name.startswith("max_")
        or name.endswith("per_minute")
        or name in (*HELD, *PLANNING, *CONNECTIONS, "statement_timeout")
    ]
    expected = {f"PUENTE_{name.upper()}": str(Settings.model_fields[name].default) for name in limits}
    assert listed == expected


def test_every_limit_of_the_table_is_tried() -> None:
    tried = {f"PUENTE_{limit.setting.upper()}" for limit in LIMITS} | {
        "PUENTE_MAX_URL_BYTES",
        "PUENTE_STATEMENT_TIMEOUT",
        "PUENTE_OPERATIONS_PER_MINUTE",  # test_rate_limits.py
        "PUENTE_ADDRESS_OPERATIONS_PER_MINUTE",
        "PUENTE_MAX_TOKEN_BYTES",  # test_token_attacks.py
        "PUENTE_MAX_SCANNED_CHANGES",  # tests/feed/test_following.py
        "PUENTE_MAX_TEXT_LENGTH",  # tests/mutations/test_limits.py
        "PUENTE_MAX_REASON_LENGTH",
        "PUENTE_MAX_KEY_LENGTH",
        "PUENTE_MAX_BULK_ITEMS",
        "PUENTE_MAX_LINKS",
        "PUENTE_PLANNING_SECONDS_PER_MINUTE",  # test_planning_queue.py
        "PUENTE_ADDRESS_PLANNING_SECONDS_PER_MINUTE",
        *(f"PUENTE_{name.upper()}" for name in (*HELD, *PLANNING, *CONNECTIONS)),
    }
    assert {cells[0].strip("`") for cells in rows("docs/limits.md", "`PUENTE_[A-Z_]+`")} == tried


async def test_batches_are_refused(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json=[{"query": "{ __typename }"}] * 2)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (400, INPUT)


async def test_the_defaults_bound_what_multiplies(client: httpx.AsyncClient) -> None:
    """Documents of a few hundred characters that would be thousands of subqueries, or millions of rows."""
    twice = "".join(
        f" fragment F{n} on Institution {{ a: parent {{ ...F{n + 1} }} b: parent {{ ...F{n + 1} }} }}"
        for n in range(12)
    )
    counts = many("p#: projects { totalCount }", 90)
    hostile = {
        "fields": f'{{ institution(slug: "x") {{ ...F0 }} }} {twice} fragment F12 on Institution {{ id }}',
        "subqueries": f"{{ institutions(first: 1) {{ nodes {counts} }} }}",
        "costs": "{ institutions(first: 100) { nodes { projects(first: 100) { nodes { institutions {"
        " institution { participants(first: 100) { nodes { id } } } } } } } } }",
    }
    for case_name, document in hostile.items():
        (error,) = (await ask(client, LimitCase(document))).json()["errors"]
        assert error["extensions"]["code"] == COST, error
        assert error["extensions"]["asked"] > error["extensions"]["limit"]
        assert case_name in error["message"], error
