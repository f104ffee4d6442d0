"""Every error has a code and a message in both languages, without internal details."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from graphql import GraphQLError

import api.graphql.endpoint
import api.graphql.pipeline
import models
import schema
from api.graphql.pipeline import OperationPipeline
from models.database.client import Database, StatementTimeout, ValueRefused
from planner.engine import Engine
from planner.errors import branches
from tests.api.http_clients import GRAPHQL_RESPONSE, JSON, admin, application, ask, codes, reached
from tests.api.test_bad_input import BODIES, DOCUMENTS, VARIABLES
from tests.conftest import run_alone

QUERY = "{ projects(first: 1) { nodes { id } } }"
SECRET = 'select "secret" from project where starts_on = $1'
LEAKS = re.compile(
    r"""traceback|asyncpg|sqlalchemy|strawberry|graphql-core|psql|pg_|postgresql://|object at 0x|<class|None\b
    |\bselect\s|\bfrom\s+"?\w+"?\s+where|\binsert\s+into|\bjoin\b|\$\d|\.py\b
    |File\ "|/usr/|/tmp/|secret|Error\(""",
    re.IGNORECASE | re.VERBOSE,
)
NAMES = {  # those with an underscore are no name of the schema
    name
    for table in models.metadata.tables.values()
    for name in (table.name, *(column.name for column in table.columns))
    if "_" in name
}
MEMBERS = {name for error in branches() for name in error.members} | {"code"}

Asks = Callable[[str], Any]


def assert_tells_nothing(response: httpx.Response) -> None:
    """Neither SQL, nor a stack, a path, or a name that only the database or the code has."""
    for error in response.json()["errors"]:
        assert set(error) <= {"message", "locations", "path", "extensions"}
        assert set(error["extensions"]) <= MEMBERS
        for text in (error["message"], *map(str, error["extensions"].values())):
            assert len(text) <= 1000
            assert LEAKS.search(text) is None, text
            assert not set(re.findall(r"\w+", text)) & NAMES, text


async def error_texts(asks: Asks) -> tuple[httpx.Response, httpx.Response]:
    """The answers to a request in English and in Spanish: the same, but for the words."""
    english, spanish = await asks("en"), await asks("es-MX")
    assert (english.status_code, codes(english)) == (spanish.status_code, codes(spanish))
    assert len(set(codes(english))) == 1
    assert [response.headers["content-language"] for response in (english, spanish)] == ["en", "es"]
    for one, other in zip(english.json()["errors"], spanish.json()["errors"], strict=True):
        assert one["message"] != other["message"]
        assert one.get("locations") == other.get("locations")
    for response in (english, spanish):
        assert_tells_nothing(response)
    return english, spanish


@pytest.mark.parametrize("document", [case[1] for case in DOCUMENTS], ids=[case[0] for case in DOCUMENTS])
async def test_documents(client: httpx.AsyncClient, document: str) -> None:
    await error_texts(lambda language: ask(client, document, headers={"accept-language": language}))


@pytest.mark.parametrize(
    ("type_", "value", "argument"), [case[1:] for case in VARIABLES], ids=[case[0] for case in VARIABLES]
)
async def test_variables(client: httpx.AsyncClient, type_: str, value: Any, argument: str) -> None:
    document = f"query ($v: {type_}) {{ projects({argument}: $v) {{ nodes {{ id }} }} }}"
    if value == "deep":
        value = {"not": {"not": "deep"}}
    await error_texts(lambda language: ask(client, document, {"v": value}, {"accept-language": language}))


@pytest.mark.parametrize("body", [case[1] for case in BODIES], ids=[case[0] for case in BODIES])
async def test_bodies(client: httpx.AsyncClient, body: bytes) -> None:
    headers = {"content-type": JSON, "accept": GRAPHQL_RESPONSE}
    await error_texts(
        lambda language: client.post(
            "/graphql", content=body, headers={**headers, "accept-language": language}
        )
    )


REQUESTS: list[tuple[str, str, str, dict[str, Any], int]] = [
    ("nothing there", "GET", "/nowhere", {}, 404),
    ("no such method there", "DELETE", "/live", {}, 405),
    ("no such method", "PUT", "/graphql", {}, 405),
    ("nothing asked", "GET", "/graphql", {}, 400),
    ("a parameter twice", "GET", "/graphql?query=a&query=b", {}, 400),
    ("variables that are no JSON", "GET", "/graphql?query=a&variables=x", {}, 400),
    ("no UTF-8", "GET", "/graphql?query=%ff", {}, 400),
    ("a mutation by GET", "GET", "/graphql?query=mutation{a}", {}, 405),
    ("a token that is none", "POST", "/graphql", {"authorization": "Bearer x"}, 401),
    ("another scheme", "POST", "/graphql", {"authorization": "Basic YTpi"}, 401),
    ("another site", "POST", "/graphql", {"origin": "https://elsewhere.example.org"}, 403),
    ("a form", "POST", "/graphql", {"content-type": "text/plain"}, 415),
    ("a compressed body", "POST", "/graphql", {"content-type": JSON, "content-encoding": "gzip"}, 415),
    ("a picture", "POST", "/graphql", {"accept": "image/png"}, 406),
]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [case[1:] for case in REQUESTS],
    ids=[case[0] for case in REQUESTS],
)
async def test_requests(
    client: httpx.AsyncClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    response, _ = await error_texts(
        lambda language: client.request(
            method, path, headers={"accept": GRAPHQL_RESPONSE, "accept-language": language, **headers}
        )
    )
    assert response.status_code == status


WHOLE: list[tuple[str, str]] = [
    ("a type of operation that there is not", "subscription { a }"),
    ("a schema", "type A { b: Int }"),
    ("an argument twice", "{ projects(first: 1, first: 2) { totalCount } }"),
    ("a field twice, differently", "{ projects { totalCount } projects(first: 1) { totalCount } }"),
    ("a fragment that is not there", "{ ...F }"),
    ("a fragment that is not used", "{ __typename } fragment F on Project { id }"),
    ("a fragment that does not fit", "{ projects { nodes { ... on Event { id } } } }"),
    ("a fragment on a scalar", "{ ... on Int { a } }"),
    ("a directive that is not there", "{ __typename @hide }"),
    ("a directive twice", "{ __typename @skip(if: true) @skip(if: true) }"),
    ("a directive without its argument", "{ __typename @skip }"),
    ("a variable that is not defined", "{ node(id: $id) { id } }"),
    ("a variable that is not used", "query ($id: ID) { __typename }"),
    ("a variable twice", "query ($id: ID!, $id: ID!) { node(id: $id) { id } }"),
    ("a variable of another type", "query ($id: Int) { node(id: $id) { id } }"),
    ("a variable of a type that is not there", "query ($id: Id) { node(id: $id) { id } }"),
    ("a variable of a type that is no input", "query ($id: Project) { node(id: $id) { id } }"),
    ("an argument that is missing", "{ node { id } }"),
    ("a selection that is missing", "{ projects }"),
    ("a selection that can't be", "{ __typename { a } }"),
    ("two anonymous operations", "{ __typename } { __typename }"),
    ("two operations of a name", "query A { __typename } query A { __typename }"),
    ("a null", "{ node(id: null) { id } }"),
    ("a text for an enum", '{ projects(orderBy: [{ field: "TITLE" }]) { totalCount } }'),
    ("an enum almost", "{ projects(orderBy: [{ field: TITEL }]) { totalCount } }"),
    ("a field of an input twice", "{ projects(filter: { and: [], and: [] }) { totalCount } }"),
    ("a field of an input that is missing", "{ projects(orderBy: [{}]) { totalCount } }"),
    ("no address", '{ institutions(filter: { website: { eq: "http://[" } }) { totalCount } }'),
    ("no amount", '{ projects(filter: { awards: { some: { amount: { gt: "x" } } } }) { totalCount } }'),
    ("no moment", '{ projects(filter: { createdAt: { gt: "2026" } }) { totalCount } }'),
    ("no id", '{ node(id: "x") { id } }'),
    ("a character that can't be", "{ a\x07 }"),
    ("an escape that can't be", '{ node(id: "\\q") { id } }'),
    ("a text without end", '{ node(id: "'),
    ("a number that is none", "{ projects(first: 01) { totalCount } }"),
]


@pytest.mark.parametrize("document", [case[1] for case in WHOLE], ids=[case[0] for case in WHOLE])
async def test_what_the_rules_of_graphql_say(client: httpx.AsyncClient, document: str) -> None:
    english, _ = await error_texts(
        lambda language: ask(client, document, headers={"accept-language": language})
    )
    assert english.status_code == 400


@asynccontextmanager
async def broken(url: str, **settings: Any) -> AsyncIterator[tuple[httpx.AsyncClient, OperationPipeline]]:
    """A client, and what answers it, to be broken."""
    app = application(url, **settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://puente.test") as client,
    ):
        yield client, app.parts.pipeline  # type: ignore[attr-defined]


async def failing(*_: object, **__: object) -> Any:
    raise RuntimeError(SECRET)


def failing_at_once(*_: object, **__: object) -> Any:
    raise RuntimeError(SECRET)


async def assert_internal(client: httpx.AsyncClient, query: str, caplog: pytest.LogCaptureFixture) -> None:
    """Our fault: 500, and the log has under the id what the client does not get."""
    caplog.set_level(logging.ERROR, "puente")
    headers = {"accept": GRAPHQL_RESPONSE, **admin()}
    response, _ = await error_texts(
        lambda language: ask(client, query, headers={**headers, "accept-language": language})
    )
    assert (response.status_code, codes(response)) == (500, ["INTERNAL"])
    assert response.json()["errors"][0]["extensions"]["requestId"] in caplog.text


@pytest.mark.parametrize(
    ("owner", "name", "failure"),
    [
        (Engine, "document", failing_at_once),
        (Engine, "plan", failing_at_once),
        (Database, "fetch", failing),
        (api.graphql.pipeline, "merge", failing_at_once),
        (api.graphql.endpoint, "data_response", failing_at_once),
    ],
    ids=["the document", "the planner", "the database", "the bytes", "the answer"],
)
async def test_what_nobody_expected(
    seeded_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    owner: Any,
    name: str,
    failure: Any,
) -> None:
    async with broken(seeded_url) as (client, _):
        await ask(client, QUERY, headers=admin())
        monkeypatch.setattr(owner, name, failure)
        await assert_internal(client, f"{QUERY} # another document", caplog)
        assert SECRET in caplog.text


@pytest.mark.parametrize("failure", [RuntimeError(SECRET), GraphQLError(SECRET), KeyError("starts_on")])
async def test_a_resolver_that_fails(
    seeded_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    failure: Exception,
) -> None:
    def resolve(*_: object) -> Any:
        raise failure

    assert schema.graphql_schema.query_type is not None
    monkeypatch.setattr(
        schema.graphql_schema.query_type.fields["notificationPreferences"], "resolve", resolve
    )
    async with broken(seeded_url) as (client, _):
        await assert_internal(client, "{ notificationPreferences { kind } }", caplog)


@pytest.mark.parametrize("given", [object(), None, [{"kind": object()}]])
async def test_a_resolver_whose_value_does_not_fit(
    seeded_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, given: object
) -> None:
    assert schema.graphql_schema.query_type is not None
    monkeypatch.setattr(
        schema.graphql_schema.query_type.fields["notificationPreferences"], "resolve", lambda *_: given
    )
    async with broken(seeded_url) as (client, _):
        await assert_internal(client, "{ notificationPreferences { kind } }", caplog)


async def test_a_table_that_is_gone(database_url: str, caplog: pytest.LogCaptureFixture) -> None:
    async with reached(database_url) as client:
        await run_alone(database_url, "alter table project rename to elsewhere")
        await assert_internal(client, QUERY, caplog)


@pytest.mark.parametrize(
    ("parameters", "status", "code"), [(["x"], 400, "BAD_USER_INPUT"), ([], 500, "INTERNAL")]
)
async def test_parameters_that_do_not_fit_the_statement(
    seeded_url: str, monkeypatch: pytest.MonkeyPatch, parameters: list[str], status: int, code: str
) -> None:
    """Of another type, or of another number: the driver's own words stay here."""
    async with broken(seeded_url) as (client, _):
        fetch = Database.fetch

        async def wrongly(self: Database, sql: str, _: Any = (), *, by_values: bool = False) -> Any:
            return await fetch(self, "select $1::int", parameters, by_values=by_values)

        monkeypatch.setattr(Database, "fetch", wrongly)
        response, _ = await error_texts(
            lambda language: ask(client, QUERY, headers={"accept-language": language})
        )
        assert (response.status_code, codes(response)) == (status, [code])


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [(StatementTimeout(10.0), 504, "TIMEOUT"), (ValueRefused(SECRET), 400, "BAD_USER_INPUT")],
)
async def test_what_the_database_says_is_not_passed_on(
    seeded_url: str, monkeypatch: pytest.MonkeyPatch, failure: Exception, status: int, code: str
) -> None:
    async def fetch(*_: object, **__: object) -> Any:
        raise failure

    async with broken(seeded_url) as (client, _):
        monkeypatch.setattr(Database, "fetch", fetch)
        response, _ = await error_texts(
            lambda language: ask(client, QUERY, headers={"accept-language": language})
        )
        assert (response.status_code, codes(response)) == (status, [code])


async def test_connections_that_are_cut(database_url: str, superuser_url: str) -> None:
    """A single cut goes unnoticed; while connections are refused, it is 503 in both languages."""
    name = database_url.partition("/test_")[2].partition("?")[0]
    async with reached(database_url, pool_size=1) as client:
        assert (await ask(client, QUERY)).status_code == 200
        cut = f"select pg_terminate_backend(pid) from pg_stat_activity where datname = 'test_{name}'"
        await run_alone(superuser_url, cut)
        assert (await ask(client, QUERY)).status_code == 200
        await run_alone(superuser_url, f"alter database test_{name} allow_connections false", cut)
        response, spanish = await error_texts(
            lambda language: ask(client, QUERY, headers={"accept-language": language})
        )
        assert (response.status_code, codes(response)) == (503, ["UNAVAILABLE"])
        assert response.headers["retry-after"] == "1"
        assert spanish.json()["errors"][0]["message"].startswith("No hay conexión con la base de datos")
        await run_alone(superuser_url, f"alter database test_{name} allow_connections true")
