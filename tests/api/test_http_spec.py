"""GraphQL over HTTP as the specification has it: the 61 audits of graphql-http, by their ids.

An audit is a request (what the body has besides `query`, or the body itself) and the statuses it may get.
"""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from tests.api.http_clients import GRAPHQL_RESPONSE, JSON

TYPENAME = "{ __typename }"
UNKNOWN_FIELD = "{ 8f31403dfe404bccbb0e835f2629c6a7 }"
BY_NAME = "query Type($name: String!) { __type(name: $name) { name } }"
COERCE = {"query": "query CoerceFailure($id: ID!){ node(id: $id) { id } }", "variables": {"id": None}}
UNUSED = {"query": "query CoerceFailure($id: ID!){ __typename }", "variables": {"id": None}}
OBJECT: dict[str, str] = {"obj": "ect"}

NO_TEXTS: list[Any] = [OBJECT, 0, False, ["array"]]
NO_MAPS: list[Any] = ["string", 0, False, ["array"]]
TYPES = {"content-type": JSON}


def body(**parameters: Any) -> dict[str, Any]:
    return {"query": TYPENAME, **parameters}


ANSWERED: list[tuple[str, str | None, dict[str, Any]]] = [
    ("22EB", GRAPHQL_RESPONSE, body()),
    ("4655", JSON, body()),
    ("47DE", "*/*", body()),
    ("80D8 82A3 78D5 2C94 03D4", None, body()),
    ("34A2", GRAPHQL_RESPONSE, body()),
    ("13EE", JSON, body()),
    ("8161", GRAPHQL_RESPONSE, {"operationName": "Query", "query": "query Query { __typename }"}),
    ("B8B3", JSON, {"operationName": "Query", "query": "query Query { __typename }"}),
    *(
        (f"{'94B' if media == GRAPHQL_RESPONSE else '022'}{index}", media, body(**{name: None}))
        for media in (GRAPHQL_RESPONSE, JSON)
        for index, name in enumerate(("variables", "operationName", "extensions"))
    ),
    ("2EA1", GRAPHQL_RESPONSE, {"query": BY_NAME, "variables": {"name": "sometype"}}),
    ("28B9", JSON, {"query": BY_NAME, "variables": {"name": "sometype"}}),
    ("428F", GRAPHQL_RESPONSE, body(extensions={"some": "value"})),
    ("1B7A", JSON, body(extensions={"some": "value"})),
]

NOT_WELL_FORMED: list[tuple[str, dict[str, Any]]] = [
    ("423L", {"notquery": TYPENAME}),
    *((f"LKJ{index}", {"query": wrong}) for index, wrong in enumerate(NO_TEXTS)),
    *((f"6C0{index}", body(operationName=wrong)) for index, wrong in enumerate(NO_TEXTS)),
    *((f"476{index}", body(variables=wrong)) for index, wrong in enumerate(NO_MAPS)),
    *((f"58B{index}", body(extensions=wrong)) for index, wrong in enumerate(NO_MAPS)),
    ("8764 3E3A", {"qeury": TYPENAME}),
]

FAILING: list[tuple[str, dict[str, Any], str]] = [
    ("572B 865D 556A D586", {"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    ("FDE2 51FE 74FF 5E5B", {"query": UNKNOWN_FIELD}, "GRAPHQL_PARSE_FAILED"),
    ("FDE2 74FF, a name", {"query": "{ x8f31403dfe404bccbb0e835f2629c6a7 }"}, "GRAPHQL_VALIDATION_FAILED"),
    ("7B9B 86EE", UNUSED, "GRAPHQL_VALIDATION_FAILED"),
    ("7B9B 86EE, a variable that is used", COERCE, "BAD_USER_INPUT"),
]


@pytest.mark.parametrize(
    ("accept", "request_"), [case[1:] for case in ANSWERED], ids=[c[0] for c in ANSWERED]
)
async def test_well_formed_requests_are_answered(
    client: httpx.AsyncClient, accept: str | None, request_: dict[str, Any]
) -> None:
    response = await post(client, request_, accept)
    media = GRAPHQL_RESPONSE if accept == GRAPHQL_RESPONSE else JSON
    assert (response.status_code, response.headers["content-type"]) == (200, f"{media}; charset=utf-8")
    assert list(response.json()) == ["data"]


@pytest.mark.parametrize("accept", [GRAPHQL_RESPONSE, JSON, None])
@pytest.mark.parametrize("request_", [c[1] for c in NOT_WELL_FORMED], ids=[c[0] for c in NOT_WELL_FORMED])
async def test_what_is_not_well_formed_is_400(
    client: httpx.AsyncClient, request_: dict[str, Any], accept: str | None
) -> None:
    response = await post(client, request_, accept)
    assert response.status_code == 400
    assert error_code(response) == "BAD_USER_INPUT"


@pytest.mark.parametrize(("request_", "code"), [case[1:] for case in FAILING], ids=[c[0] for c in FAILING])
async def test_failures_of_the_document_are_400_or_for_json_clients_200(
    client: httpx.AsyncClient, request_: dict[str, Any], code: str
) -> None:
    for accept, status in ((GRAPHQL_RESPONSE, 400), (JSON, 200)):
        response = await post(client, request_, accept)
        assert (response.status_code, error_code(response)) == (status, code)
        assert "data" not in response.json()


@pytest.mark.parametrize("accept", [GRAPHQL_RESPONSE, JSON])
async def test_no_json_is_400(client: httpx.AsyncClient, accept: str) -> None:  # B6DC BCF8 B7N8
    response = await client.post("/graphql", content=b'{ "not a JSON', headers={**TYPES, "accept": accept})
    assert response.status_code == 400


async def test_a_missing_body_is_400(client: httpx.AsyncClient) -> None:  # A5BF
    assert (await client.post("/graphql", headers=TYPES)).status_code == 400


async def test_a_missing_content_type_is_415(client: httpx.AsyncClient) -> None:  # 9ABE
    response = await client.post("/graphql", content=json.dumps(body()))
    assert (response.status_code, response.headers["accept-post"]) == (415, JSON)


async def test_utf_8_is_understood(client: httpx.AsyncClient) -> None:  # BF61
    query = '{ __type(name: "Run🏃Swim🏊") { name } }'
    content = json.dumps({"query": query}, ensure_ascii=False).encode()
    for content_type in (JSON, f"{JSON}; charset=utf-8", f'{JSON};charset="UTF-8"'):
        response = await client.post("/graphql", content=content, headers={"content-type": content_type})
        assert (response.status_code, response.json()) == (200, {"data": {"__type": None}})


async def test_get_asks(client: httpx.AsyncClient) -> None:  # 5A70
    response = await client.get("/graphql", params={"query": TYPENAME})
    assert (response.status_code, response.json()) == (200, {"data": {"__typename": "Query"}})


@pytest.mark.parametrize("accept", [GRAPHQL_RESPONSE, JSON])
async def test_get_takes_variables(client: httpx.AsyncClient, accept: str) -> None:  # D6D5 6A70
    given = {"query": BY_NAME, "variables": '{"name": "Query"}', "operationName": "Type", "extensions": ""}
    response = await client.get("/graphql", params=given, headers={"accept": accept})
    assert (response.status_code, response.json()) == (200, {"data": {"__type": {"name": "Query"}}})


async def test_get_does_not_write(client: httpx.AsyncClient) -> None:  # 9C48
    request_body = {"query": "mutation { __typename }"}
    response = await client.get("/graphql", params=request_body, headers={"accept": GRAPHQL_RESPONSE})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


def test_every_audit_is_here() -> None:
    """61 of them: ten are named in the comments of functions, the others in the tables."""
    tables = [str(case[0]) for case in (*ANSWERED, *NOT_WELL_FORMED, *FAILING)]
    named = {name for ids in tables for name in re.findall(r"\b[0-9A-Z]{4}\b", ids)}
    in_comments = {"B6DC", "BCF8", "B7N8", "A5BF", "9ABE", "BF61", "5A70", "D6D5", "6A70", "9C48"}
    assert len(named | in_comments) == 61


async def post(client: httpx.AsyncClient, parameters: dict[str, Any], accept: str | None) -> httpx.Response:
    request = client.build_request("POST", "/graphql", json=parameters)
    del request.headers["accept"]
    if accept is not None:
        request.headers["accept"] = accept
    return await client.send(request)


def error_code(response: httpx.Response) -> str:
    (error,) = response.json()["errors"]
    code: str = error["extensions"]["code"]
    return code
