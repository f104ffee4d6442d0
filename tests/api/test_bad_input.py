"""Every invalid request gets an error with a code; the server keeps running, and nothing leaks."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.http_clients import GRAPHQL_RESPONSE, JSON, admin, ask, codes, reached

PARSE, VALIDATION, INPUT = "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"
COST = "COST_LIMIT"
LEVELS = 10_000
NUL = "\0"
WRONG_ROR = "https://ror.org/01an7q239"  # the last two digits are a checksum: 38 would be right


def page(arguments: str) -> str:
    return f"{{ projects({arguments}) {{ nodes {{ id }} }} }}"


def nested(field: str, levels: int) -> str:
    """A selection of the field in the field and so on."""
    opened = f"{{ {field} " * levels
    return opened + "{ __typename }" + "}" * opened.count("{")


DOCUMENTS: list[tuple[str, str, str]] = [
    ("a cursor that is none", page('after: "x"'), INPUT),
    ("an empty cursor", page('before: ""'), INPUT),
    ("a cursor of another form", page('after: "W10"'), INPUT),
    ("a negative page", page("first: -1"), INPUT),
    ("a negative page from the end", page("last: -1"), INPUT),
    ("a page too large", page("first: 10000"), INPUT),
    ("both ends", page("first: 1, last: 1"), INPUT),
    ("a nested page too large", "{ programs { nodes { projects(first: 101) { nodes { id } } } } }", INPUT),
    ("an unknown field", "{ projects { nodes { titel } } }", VALIDATION),
    ("an unknown argument", page("frist: 1"), VALIDATION),
    ("an unknown filter", page('filter: { titel: { eq: "x" } }'), VALIDATION),
    ("an unknown operator", page('filter: { title: { like: "x" } }'), VALIDATION),
    ("a filter of the wrong type", page("filter: { title: { eq: 1 } }"), VALIDATION),
    ("a filter that is no object", page("filter: 1"), VALIDATION),
    ("an enum that is none", page("filter: { status: { eq: DONE } }"), VALIDATION),
    ("no day of the calendar", page('filter: { startsOn: { eq: "2026-02-30" } }'), VALIDATION),
    ("a huge integer", page("first: 1099511627776"), VALIDATION),
    ("a float for an integer", page("first: 1.5"), VALIDATION),
    ("a malformed id", '{ node(id: "project_1") { id } }', INPUT),
    ("an id of no type", '{ node(id: "user_00000000-0000-0000-0000-000000000000") { id } }', INPUT),
    ("a number for an id", "{ node(id: 5) { id } }", INPUT),
    ("a malformed id in a filter", page('filter: { id: { in: ["x"] } }'), INPUT),
    ("a ROR id with a wrong checksum", f'{{ institution(rorId: "{WRONG_ROR}") {{ id }} }}', VALIDATION),
    ("no key at all", "{ institution { id } }", INPUT),
    ("a zone that is none", '{ events { nodes { localStart(timeZone: "Mars/X") } } }', VALIDATION),
    ("NUL in a key", '{ project(slug: "a\\u0000") { id } }', INPUT),
    ("NUL in an id", '{ node(id: "a\\u0000") { id } }', INPUT),
    ("NUL in a search", page('search: "a\\u0000b"'), INPUT),
    ("NUL in the search of everything", '{ search(text: "a\\u0000") { totalCount } }', INPUT),
    ("NUL in a filter", page('filter: { title: { contains: "\\u0000" } }'), INPUT),
    ("NUL in a filter's list", page('filter: { slug: { in: ["a", "\\u0000"] } }'), INPUT),
    ("a lone surrogate", '{ project(slug: "\\ud800") { id } }', PARSE),
    ("an open brace", "{", PARSE),
    ("a blank document", " ", PARSE),
    ("a fragment alone", "fragment F on Query { __typename }", VALIDATION),
    ("fragments in a circle", "{ ...F } fragment F on Query { ...F }", VALIDATION),
    ("fields 10,000 deep", "{ a" * LEVELS + "}" * LEVELS, COST),
    ("a list 10,000 deep", page("filter: { and: " + "[" * LEVELS + "]" * LEVELS + "}"), COST),
    ("objects 10,000 deep", page("filter: " + "{ not: " * LEVELS + "{}" + "}" * LEVELS), COST),
    ("a type 10,000 deep", "query ($x: " + "[" * LEVELS + "Int" + "]" * LEVELS + ") { __typename }", COST),
    ("too many tokens", "{" + " __typename" * 10_001 + "}", COST),
    (
        "fields beyond the limit",
        "{ institutions { nodes " + "{ parent " * 20 + "{ id }" + "}" * 22,
        COST,
    ),
    (
        "introspection without end",
        "{ __schema { types " + "{ fields { type " * 4 + "{ name }" + "}" * 10,
        VALIDATION,
    ),
]

VARIABLES: list[tuple[str, str, Any, str]] = [
    ("a huge integer", "Int", 2**40, "first"),
    ("a float for an integer", "Int", 2.5, "first"),
    ("a text for an integer", "Int", "1", "first"),
    ("true for an integer", "Int", True, "first"),
    ("a negative page", "Int", -1, "first"),
    ("a page too large", "Int", 101, "last"),
    ("a cursor that is none", "String", "x", "after"),
    ("a cursor with a NUL", "String", NUL, "after"),
    ("NUL in a search", "String", f"a{NUL}b", "search"),
    ("a filter that is a list", "ProjectFilter", [1], "filter"),
    ("a filter that is a text", "ProjectFilter", "x", "filter"),
    ("an unknown filter", "ProjectFilter", {"titel": {"eq": "x"}}, "filter"),
    ("NUL in a filter", "ProjectFilter", {"title": {"eq": NUL}}, "filter"),
    ("NUL in a filter's list", "ProjectFilter", {"slug": {"in": ["a", NUL]}}, "filter"),
    ("a malformed id", "ProjectFilter", {"id": {"eq": "x"}}, "filter"),
    ("a filter beyond the limit", "ProjectFilter", "deep", "filter"),
]


def with_variables(variables: bytes) -> bytes:
    query = b"query($s: String) { project(slug: $s) { id } }"
    return b'{"query": "' + query + b'", "variables": ' + variables + b"}"


BODIES: list[tuple[str, bytes, int]] = [
    ("nothing", b"", 400),
    ("no JSON", b"nonsense", 400),
    ("half of it", b'{"query": "{ __typename', 400),
    ("an array", b'[{"query": "{ __typename }"}]', 400),
    ("a number", b"1", 400),
    ("null", b"null", 400),
    ("a text", b'"{ __typename }"', 400),
    ("NaN", with_variables(b'{"s": NaN}'), 400),
    ("infinity", with_variables(b'{"s": Infinity}'), 400),
    ("no UTF-8", b'{"query": "{ __typename } #\xff"}', 400),
    ("UTF-16", '{"query": "{ __typename }"}'.encode("utf-16"), 400),
    ("a lone surrogate", with_variables(b'{"s": "\\ud800"}'), 400),
    ("an array 10,000 deep", with_variables(b'{"s": ' + b"[" * LEVELS + b"]" * LEVELS + b"}"), 400),
    ("an object 10,000 deep", with_variables(b'{"s":' * LEVELS + b"1" + b"}" * LEVELS), 400),
    ("an array 900 deep", with_variables(b'{"s": ' + b"[" * 900 + b"]" * 900 + b"}"), 400),
    ("a body too large", with_variables(b'{"s": "' + b"x" * 2**20 + b'"}'), 413),
    ("a document too large", b'{"query": "{ __typename } #' + b"x" * 2**18 + b'"}', 413),
]


@pytest.fixture(autouse=True)
async def _goes_on(client: httpx.AsyncClient) -> Any:
    """After each of these requests the next one is answered."""
    yield
    response = await ask(client, "{ __typename programs { totalCount } }")
    assert (response.status_code, response.json()["data"]["__typename"]) == (200, "Query")


def assert_clear(response: httpx.Response, status: int, code: str) -> None:
    """The status and code, in well-formed errors that name nothing of ours."""
    assert (response.status_code, set(codes(response))) == (status, {code}), response.text[:500]
    assert "data" not in response.json()
    for error in response.json()["errors"]:
        assert 0 < len(error["message"]) < 1000
        for leaked in ("Traceback", "asyncpg", "sqlalchemy", "SELECT", "psql", 'File "', "object at 0x"):
            assert leaked not in error["message"]


@pytest.mark.parametrize(("document", "code"), [c[1:] for c in DOCUMENTS], ids=[c[0] for c in DOCUMENTS])
async def test_documents(client: httpx.AsyncClient, document: str, code: str) -> None:
    for credentials in ({}, admin()):
        assert_clear(await ask(client, document, headers=credentials), 400, code)


@pytest.mark.parametrize(
    ("type_", "value", "argument"), [c[1:] for c in VARIABLES], ids=[c[0] for c in VARIABLES]
)
async def test_variables(client: httpx.AsyncClient, type_: str, value: Any, argument: str) -> None:
    document = f"query ($v: {type_}) {{ projects({argument}: $v) {{ nodes {{ id }} }} }}"
    if value == "deep":
        value = {}
        for _ in range(60):
            value = {"not": value}
    assert (await ask(client, document)).status_code == 200
    assert_clear(await ask(client, document, {"v": value}), 400, INPUT)


async def test_a_variable_with_a_wrong_checksum(client: httpx.AsyncClient) -> None:
    document = "query ($r: RORID) { institution(rorId: $r) { slug } }"
    assert (await ask(client, document, {"r": WRONG_ROR[:-2] + "38"})).status_code == 200
    assert_clear(await ask(client, document, {"r": WRONG_ROR}), 400, INPUT)


async def test_a_variable_that_is_missing_or_null(client: httpx.AsyncClient) -> None:
    document = "query ($id: ID!) { node(id: $id) { id } }"
    for given in (None, {}, {"id": None}, {"other": "x"}):
        assert_clear(await ask(client, document, given), 400, INPUT)


async def test_a_cursor_of_another_order(client: httpx.AsyncClient) -> None:
    document = """query ($after: String, $order: [ProjectOrder!]) {
        projects(first: 1, after: $after, orderBy: $order) { edges { cursor } }
    }"""
    by_title = {"order": [{"field": "TITLE"}]}
    response = await ask(client, document, by_title)
    cursor = response.json()["data"]["projects"]["edges"][0]["cursor"]
    assert (await ask(client, document, {**by_title, "after": cursor})).status_code == 200
    for other in ({}, {"order": [{"field": "TITLE", "direction": "DESC"}]}):
        assert_clear(await ask(client, document, {**other, "after": cursor}), 400, INPUT)
    in_spanish = await ask(client, document, {**by_title, "after": cursor}, {"accept-language": "es"})
    assert_clear(in_spanish, 400, INPUT)
    assert_clear(await ask(client, document, {**by_title, "after": cursor[:-4]}), 400, INPUT)


@pytest.mark.parametrize(("body", "status"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES])
async def test_bodies(client: httpx.AsyncClient, body: bytes, status: int) -> None:
    response = await client.post(
        "/graphql", content=body, headers={"content-type": JSON, "accept": GRAPHQL_RESPONSE}
    )
    assert_clear(response, status, INPUT)


async def test_a_body_too_large_is_not_read_to_its_end(client: httpx.AsyncClient) -> None:
    read = 0

    async def endless() -> Any:
        nonlocal read
        while True:
            read += 1
            yield b" " * 65_536

    response = await client.post("/graphql", content=endless(), headers={"content-type": JSON})
    assert_clear(response, 413, INPUT)
    assert read <= 2**20 // 65_536 + 2


async def test_a_length_that_is_announced_too_large(client: httpx.AsyncClient) -> None:
    async def unread() -> Any:
        assert not length, "the body was read"
        yield b""

    for length in (str(2**20 + 1), "9" * 400):
        headers = {"content-type": JSON, "content-length": length}
        assert_clear(await client.post("/graphql", content=unread(), headers=headers), 413, INPUT)


async def test_an_address_too_long(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql", params={"query": "{ __typename }" + " " * 20_000})
    assert_clear(response, 414, INPUT)


async def test_which_operation(client: httpx.AsyncClient) -> None:
    document = "query A { __typename } query B { b: __typename }"

    async def choose(name: object) -> httpx.Response:
        body = {"query": document, "operationName": name}
        return await client.post("/graphql", json=body, headers={"accept": GRAPHQL_RESPONSE})

    assert (await choose("B")).json() == {"data": {"b": "Query"}}
    for name in (None, "C", "", "c" * 1000, NUL):
        assert_clear(await choose(name), 400, INPUT)


async def test_too_much_for_one_statement(seeded_url: str) -> None:
    """Without our limits, those of PostgreSQL and of Python apply."""
    fields = " ".join(f"a{number}: impact {{ key }}" for number in range(1_700))
    names = ("tokens", "fields", "root_fields", "aliases", "subqueries", "cost")
    bounds: dict[str, Any] = {f"max_{name}": 100_000 for name in names}
    async with reached(seeded_url, **bounds) as client:
        assert_clear(await ask(client, f"{{ {fields} }}"), 400, COST)


async def test_what_is_refused_for_one_client_is_refused_in_its_words(client: httpx.AsyncClient) -> None:
    response = await ask(client, "{ projects(first: 101) { totalCount nodes { id } } }")
    assert response.json()["errors"] == [
        {
            "message": "`first` must be between 0 and 100, not 101.",
            "extensions": {"limit": 100, "asked": 101, "code": INPUT},
        }
    ]


async def test_bounds_are_settings(seeded_url: str) -> None:
    async with reached(
        seeded_url, max_page_size=3, default_page_size=2, max_depth=3, max_body_bytes=2048, max_url_bytes=1024
    ) as client:
        assert len((await ask(client, page("first: 3"))).json()["data"]["projects"]["nodes"]) == 3
        assert len((await ask(client, page('search: ""'))).json()["data"]["projects"]["nodes"]) == 2
        assert_clear(await ask(client, page("first: 4")), 400, INPUT)
        assert_clear(await ask(client, "{ events { nodes { venue { name } } } }"), 400, COST)
        assert_clear(await ask(client, "{ __typename }" + " " * 2048), 413, INPUT)
        assert_clear(
            await client.get("/graphql", params={"query": "{ __typename }" + " " * 1024}), 414, INPUT
        )
    async with reached(seeded_url, max_tokens=100, max_variables_depth=2) as client:
        assert_clear(await ask(client, "{" + " __typename" * 101 + "}"), 400, COST)
        document = "query ($f: ProjectFilter) { projects(filter: $f) { totalCount } }"
        assert (await ask(client, document, {"f": {"not": {}}})).status_code == 200
        assert_clear(await ask(client, document, {"f": {"not": {"not": {}}}}), 400, INPUT)
