"""What HTTP adds to GraphQL: methods, headers, tokens, health, the schema, other sites, errors."""

from __future__ import annotations

import gzip
import json
import logging
import time
from typing import Any

import httpx
import pytest

import schema
from api.auth import development_tokens
from models.migrations import head_revision
from planner.engine import Engine
from tests.api.http_clients import GRAPHQL_RESPONSE, JSON, admin, ask, codes, reached, state

VIEWER = "{ viewer { kind roles } }"
PUBLIC = {"data": {"viewer": {"kind": "ANONYMOUS", "roles": ["PUBLIC"]}}}
ADMIN = {"data": {"viewer": {"kind": "PERSON", "roles": ["ADMIN", "PUBLIC"]}}}


async def test_answers_bear_their_headers(client: httpx.AsyncClient) -> None:
    response = await ask(client, "{ projects(first: 1) { nodes { title } } }")
    headers = response.headers
    assert headers["content-length"] == str(len(response.content))
    assert headers["content-language"] == "en"
    assert headers["vary"] == "Accept, Accept-Encoding, Accept-Language, Authorization, Origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-cache"


async def test_answers_to_a_token_are_not_stored(client: httpx.AsyncClient) -> None:
    for query in (VIEWER, "{ nonsense }"):
        assert (await ask(client, query, headers=admin())).headers["cache-control"] == "no-store"
    refused = await ask(client, VIEWER, headers={"authorization": "Bearer x"})
    assert refused.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
async def test_other_methods_are_405(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, "/graphql")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


async def test_a_media_type_that_we_lack_is_406(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json={"query": VIEWER}, headers={"accept": "text/html"})
    assert (response.status_code, codes(response)) == (406, ["BAD_USER_INPUT"])
    assert response.headers["content-type"].startswith(JSON)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=utf-16",
        "application/jsonp",
        "",
    ],
)
async def test_other_content_types_are_415(client: httpx.AsyncClient, content_type: str) -> None:
    content = json.dumps({"query": VIEWER})
    response = await client.post("/graphql", content=content, headers={"content-type": content_type})
    assert (response.status_code, codes(response)) == (415, ["BAD_USER_INPUT"])


async def test_compressed_bodies_are_415(client: httpx.AsyncClient) -> None:
    headers = {"content-type": JSON, "content-encoding": "gzip"}
    content = gzip.compress(json.dumps({"query": VIEWER}).encode())
    assert (await client.post("/graphql", content=content, headers=headers)).status_code == 415


async def test_a_body_in_pieces_is_put_together(client: httpx.AsyncClient) -> None:
    whole = json.dumps({"query": VIEWER}).encode()

    async def pieces() -> Any:
        for at in range(0, len(whole), 7):
            yield whole[at : at + 7]

    response = await client.post("/graphql", content=pieces(), headers={"content-type": JSON})
    assert response.json() == PUBLIC


async def test_get_refuses_what_is_ambiguous(client: httpx.AsyncClient) -> None:
    for address in (
        "/graphql",
        "/graphql?query=",
        "/graphql?query=%7Ba%7D&query=%7Bb%7D",
        "/graphql?query=%ff",
    ):
        response = await client.get(address)
        assert (response.status_code, codes(response)) == (400, ["BAD_USER_INPUT"]), address


async def test_get_with_variables_that_are_no_json_is_400(client: httpx.AsyncClient) -> None:
    for variables in ("{", "[]", "1", '"x"'):
        response = await client.get("/graphql", params={"query": VIEWER, "variables": variables})
        assert (response.status_code, codes(response)) == (400, ["BAD_USER_INPUT"])


async def test_without_a_token_one_is_the_public(client: httpx.AsyncClient) -> None:
    assert (await ask(client, VIEWER)).json() == PUBLIC


async def test_a_development_token_is_the_alliances_staff(client: httpx.AsyncClient) -> None:
    for _ in range(2):  # verified, then known
        assert (await ask(client, VIEWER, headers=admin())).json() == ADMIN


async def test_staff_see_what_the_public_does_not(client: httpx.AsyncClient) -> None:
    query = "{ participants { totalCount } }"
    public, staff = [(await ask(client, query, headers=h)).json() for h in ({}, admin())]
    assert public["data"]["participants"]["totalCount"] == 0
    assert staff["data"]["participants"]["totalCount"] >= 46


def expired() -> str:
    long_ago = time.time() - development_tokens.LIFETIME - 3600
    return development_tokens.sign("admin", development_tokens.key(state()), now=long_ago)


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a.b.c",
        "Bearer \xff",
        "Basic YWRtaW46YWRtaW4=",
        "bearer " + "x" * 10_000,
        "Bearer eyJhbGciOiJub25lIn0.eyJyb2xlcyI6WyJBRE1JTiJdfQ.",
    ],
)
async def test_a_wrong_token_is_401_and_never_anonymous(
    client: httpx.AsyncClient, authorization: str
) -> None:
    headers = [(b"authorization", authorization.encode("latin-1"))]
    response = await client.post("/graphql", json={"query": VIEWER}, headers=headers)
    assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"])
    assert response.headers["www-authenticate"] == 'Bearer realm="puente", error="invalid_token"'


async def test_an_expired_or_changed_token_is_401(client: httpx.AsyncClient) -> None:
    good = admin()["authorization"]
    body, _, signature = good.rpartition(".")
    for wrong in (f"Bearer {expired()}", f"{body}x.{signature}", f"{good}, {good}"):
        response = await ask(client, VIEWER, headers={"authorization": wrong})
        assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"])


async def test_development_tokens_count_only_where_they_are_signed(seeded_url: str) -> None:
    async with reached(seeded_url, tokens=False) as client:
        response = await ask(client, VIEWER, headers=admin())
        assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"])
        assert (await ask(client, VIEWER)).json() == PUBLIC


async def test_it_lives_and_is_ready(client: httpx.AsyncClient) -> None:
    response = await client.get("/live")
    assert (response.status_code, response.json()) == (200, {"live": True})
    response = await client.get("/ready")
    ready = {"ready": True, "database": "available", "revision": head_revision(), "feed": "listening"}
    assert (response.status_code, response.json()) == (200, ready)


async def test_the_schema_is_there_once(client: httpx.AsyncClient) -> None:
    response = await client.get("/schema.graphql")
    assert (response.status_code, response.text) == (200, schema.sdl())
    tag = response.headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        again = await client.get("/schema.graphql", headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
    assert (await client.get("/schema.graphql", headers={"if-none-match": '"other"'})).status_code == 200


async def test_the_root_points_the_way(client: httpx.AsyncClient) -> None:
    assert (await client.get("/")).json() == {
        "name": "Puente",
        "graphql": "/graphql",
        "explorer": "/explorer",
        "portals": "/portals",
        "schema": "/schema.graphql",
    }


async def test_unknown_addresses_and_methods_are_json(client: httpx.AsyncClient) -> None:
    response = await client.get("/nowhere", headers={"accept-language": "es"})
    assert (response.status_code, response.headers["content-type"]) == (404, f"{JSON}; charset=utf-8")
    assert response.json()["errors"] == [
        {"message": "No hay nada en esta dirección; consulte /.", "extensions": {"code": "NOT_FOUND"}}
    ]
    response = await client.delete("/live")
    assert (response.status_code, codes(response)) == (405, ["BAD_USER_INPUT"])
    assert "GET" in response.headers["allow"]


async def test_an_error_has_its_place_and_code(client: httpx.AsyncClient) -> None:
    response = await ask(client, "{\n  projects {\n    nodes { titel }\n  }\n}")
    (error,) = response.json()["errors"]
    assert error["locations"] == [{"line": 3, "column": 13}]
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}
    assert set(error) == {"message", "locations", "extensions"}


async def test_a_mutation_comes_by_post(client: httpx.AsyncClient) -> None:
    response = await ask(client, "mutation { __typename }")
    assert (response.status_code, response.json()) == (200, {"data": {"__typename": "Mutation"}})


async def test_a_subscription_to_nothing_does_not_fit_the_schema(client: httpx.AsyncClient) -> None:
    response = await ask(client, "subscription { __typename }")
    assert (response.status_code, codes(response)) == (400, ["GRAPHQL_VALIDATION_FAILED"])


async def test_an_unexpected_error_leaks_nothing(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise LookupError("select secret from person")

    for accept in (GRAPHQL_RESPONSE, JSON):
        with monkeypatch.context() as patched, caplog.at_level(logging.ERROR, "puente"):
            patched.setattr(Engine, "plan_key", fail)
            response = await ask(client, VIEWER, headers={"accept": accept})
        (error,) = response.json()["errors"]
        assert (response.status_code, error["extensions"]["code"]) == (500, "INTERNAL")
        assert "secret" not in response.text
        assert "LookupError" not in response.text
        record = next(r for r in caplog.records if error["extensions"]["requestId"] in r.getMessage())
        assert record.exc_info is not None
        assert isinstance(record.exc_info[1], LookupError)
        assert (await ask(client, VIEWER)).json() == PUBLIC


async def test_a_root_field_that_python_answers_obeys_its_directives(client: httpx.AsyncClient) -> None:
    query = """query Q($yes: Boolean!, $name: String!) {
        viewer @skip(if: $yes) { kind }
        ...Rest @include(if: $yes)
        __type(name: $name) { name }
        programs { totalCount }
    }
    fragment Rest on Query { me: viewer { language } __schema { queryType { name } } }"""
    for yes, keys in (
        (True, ["me", "__schema", "__type", "programs"]),
        (False, ["viewer", "__type", "programs"]),
    ):
        response = await ask(client, query, {"yes": yes, "name": "Project"})
        assert list(response.json()["data"]) == keys
        assert response.json()["data"]["__type"] == {"name": "Project"}
