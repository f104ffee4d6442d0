"""Values beyond the ends of a scalar are refused in words, wherever the schema takes them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

import httpx
import pytest
from graphql import GraphQLInputObjectType, GraphQLInputType, get_named_type, is_list_type
from graphql.type import get_nullable_type

import schema
from planner.declaration.bindings import ToConnection, Value
from tests.api.http_clients import admin, ask, codes, reached

INPUT = "BAD_USER_INPUT"
VALIDATION = "GRAPHQL_VALIDATION_FAILED"
BEYOND: Mapping[str, Sequence[Any]] = {
    "Date": ["0000-12-31", "10000-01-01", "-0001-01-01", "infinity", "2026-02-30", "٢٠٢٦-01-01", "", 0, True],
    "DateTime": [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.999999-00:01",
        "10000-01-01T00:00:00Z",
        "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00",
        "infinity",
        1,
    ],
    "Decimal": [
        "NaN",
        "-Infinity",
        "1e30",
        "1e-31",
        "1e999999999",
        "1e-999999999",
        "9" * 5_000,
        "1_0",
        "",
        True,
    ],
    "Int": [2**31, -(2**31) - 1, 2**63, 1.5, "1", True],
    "Boolean": ["true", 1],
    "ID": ["", "x", "\0", "project_", "project_" + "0" * 36, "x" * 10_000, 1.5],
    "RORID": ["https://ror.org/0", "\0", "0" * 10_000, 1],
    "TimeZone": ["Mars/Base", "america/tijuana", "\0", 1],
    "CountryCode": ["mx", "MXX", "\0", 1],
    "CurrencyCode": ["usd", "\0", 1],
    "URL": ["ftp://example.org", "http://[", "\0", 1],
    "String": ["\0", 1, ["a", "b"]],
}
"""By scalar: what no value of it is, and what can't be stored."""


assert schema.graphql_schema.query_type is not None
QUERY = schema.graphql_schema.query_type


def fields_of(type_: GraphQLInputType) -> Mapping[str, Any]:
    named = get_named_type(type_)
    return named.fields if isinstance(named, GraphQLInputObjectType) else {}


def filter_paths() -> dict[str, tuple[str, str, str]]:
    """For each filter of a scalar, its first operator with a value and with a list of them.

    The root field, the field of its filter, the operator.
    """
    found: dict[str, tuple[str, str, str]] = {}
    for root, field in QUERY.fields.items():
        conditions = fields_of(field.args["filter"].type) if "filter" in field.args else {}
        for name, condition in conditions.items():
            for operator, value in fields_of(condition.type).items():
                form = "list" if is_list_type(get_nullable_type(value.type)) else "value"
                if get_named_type(value.type).name in BEYOND and name not in ("and", "or", "not"):
                    found.setdefault(f"{get_named_type(condition.type).name} {form}", (root, name, operator))
    return found


def argument_paths() -> dict[str, tuple[str, str, str]]:
    """For each argument of each sort of root field: the field, the argument, and those it needs besides."""
    found: dict[str, tuple[str, str, str]] = {}
    for root, field in QUERY.fields.items():
        member = schema.catalog.types["Query"].members.get(root)
        sort = type(member.binding).__name__ if member else root
        for name, argument in field.args.items():
            if get_named_type(argument.type).name in BEYOND:
                needed = [a for a, spec in field.args.items() if a != name and str(spec.type).endswith("!")]
                more = "".join(f', {other}: "water"' for other in needed)
                found.setdefault(f"{sort}({name})", (root, name, more))
    return found


def documents() -> Iterator[tuple[str, str, str, bool]]:
    """A case, its document with the variable `$value`, the type of that, and whether it is a list."""
    for case, (root, name, operator) in filter_paths().items():
        condition = fields_of(fields_of(QUERY.fields[root].args["filter"].type)[name].type)[operator]
        body = f"{root}(filter: {{ {name}: {{ {operator}: $value }} }}) {{ totalCount }}"
        yield (
            case,
            body,
            str(get_nullable_type(condition.type)),
            is_list_type(get_nullable_type(condition.type)),
        )
    for case, (root, name, needed) in argument_paths().items():
        argument = QUERY.fields[root].args[name]
        selection = (
            "" if not hasattr(get_named_type(QUERY.fields[root].type), "fields") else " { __typename }"
        )
        body = f"{root}({name}: $value{needed}){selection}"
        yield case, body, str(argument.type), is_list_type(get_nullable_type(argument.type))


CASES = list(documents())
GENERIC = "can't be stored or compared"
REFUSED = BEYOND.keys() - {"ID", "String"}
"""The scalars of which none of these is a value; another scalar has some that only match nothing."""


@pytest.fixture(scope="module")
async def client(hard_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Of a database that has rows of every type."""
    async with reached(hard_url, operations_per_minute=100_000) as opened:
        yield opened


@pytest.mark.parametrize(("body", "type_", "listed"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
async def test_refused_in_words(client: httpx.AsyncClient, body: str, type_: str, listed: bool) -> None:
    scalar = type_.strip("[]!")
    for value in BEYOND[scalar]:
        given = [value] if listed else value
        as_variable = await ask(client, f"query ($value: {type_}) {{ {body} }}", {"value": given}, admin())
        literal = json.dumps(given, ensure_ascii=False)
        as_literal = await ask(client, f"{{ {body.replace('$value', literal)} }}", None, admin())
        for response in (as_variable, as_literal):
            refused = response.status_code == 400 and set(codes(response)) <= {INPUT, VALIDATION}
            assert refused or (response.status_code == 200 and scalar not in REFUSED), (value, response.text)
            assert GENERIC not in response.text, value


def orders() -> dict[str, tuple[str, str]]:
    """For each kind of value that rows are ordered by: a root field and an order of it; and the search."""
    found: dict[str, tuple[str, str]] = {}
    for root, member in schema.catalog.types["Query"].members.items():
        for field in (
            schema.catalog.types[member.target.removesuffix("Connection")].members.values()
            if isinstance(member.binding, ToConnection)
            else ()
        ):
            if field.scalar_type and isinstance(field.binding, Value) and field.binding.order:
                constant = re.sub("([A-Z])", r"_\1", field.name).upper()
                found.setdefault(field.scalar_type.filter, (root, f"orderBy: [{{ field: {constant} }}]"))
    return {**found, "rank": ("search", 'text: "agua"')}


FORGED: Sequence[Any] = [
    None,
    True,
    0,
    -1.5,
    2**31,
    2**63,
    "",
    "infinity",
    "-infinity",
    "NaN",
    "\ud7ff",
    "x" * 20_000,
    [],
    {},
    [[]],
    "0001-01-01",
    "0000-01-01",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999999-23:59",
    "2026-01-01T00:00",
    "00000000-0000-0000-0000-000000000000",
    "{",
    "\0",
]


@pytest.mark.parametrize(("root", "order"), orders().values(), ids=orders())
async def test_forged_cursors(client: httpx.AsyncClient, root: str, order: str) -> None:
    """A cursor with another value in it is of another place, or is refused as none."""
    document = (
        f"query ($after: String) {{ {root}({order}, first: 1, after: $after) {{ edges {{ cursor }} }} }}"
    )
    answer = (await ask(client, document, {}, admin())).json()
    cursor = answer["data"][root]["edges"][0]["cursor"]
    elements = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    forged = [[*elements[:i], value, *elements[i + 1 :]] for i in range(len(elements)) for value in FORGED]
    raw = [json.dumps(one) for one in [*forged, [*elements, "x"], elements[:-1], [], {}, None]]
    raw += [
        text.replace("-1.5", odd)
        for odd in ("1e400", "-1e39", "9" * 400, "NaN")
        for text in raw
        if "-1.5" in text
    ]
    for text in raw:
        after = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        response = await ask(client, document, {"after": after}, admin())
        refused = response.status_code == 400 and set(codes(response)) == {INPUT}
        assert refused or response.status_code == 200, (text, response.text)
        assert GENERIC not in response.text, text
