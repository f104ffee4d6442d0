"""Clients that send a document's hash or id: they learn at once to send the document."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest

from tests.api.http_clients import GRAPHQL_RESPONSE, JSON

HASH = {"persistedQuery": {"version": 1, "sha256Hash": "ecf4edb46db40b5132295c0291d62fb6"}}
TYPENAME = "{ __typename }"
UNSUPPORTED = {
    "errors": [
        {
            "message": "PersistedQueryNotSupported",
            "extensions": {"code": "PERSISTED_QUERY_NOT_SUPPORTED"},
        }
    ]
}


@pytest.mark.parametrize("language", ["en", "es-MX"])
@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL_RESPONSE, 400)])
@pytest.mark.parametrize("given", [{}, {"query": None}, {"query": ""}], ids=["none", "null", "empty"])
async def test_a_hash_alone_gets_what_clients_know(
    client: httpx.AsyncClient, given: dict[str, Any], accept: str, status: int, language: str
) -> None:
    """Apollo Client looks at the code, urql at the message; each then sends the document instead."""
    headers = {"accept": accept, "accept-language": language}
    posted = await client.post("/graphql", json={**given, "extensions": HASH}, headers=headers)
    got = await client.get("/graphql", params={"extensions": orjson.dumps(HASH).decode()}, headers=headers)
    for response in (posted, got):
        assert (response.status_code, response.json()) == (status, UNSUPPORTED)


async def test_a_hash_next_to_the_document_is_ignored(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json={"query": TYPENAME, "extensions": HASH})
    assert response.json() == {"data": {"__typename": "Query"}}


async def test_event_streams_answer_alike(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql/stream", json={"extensions": HASH})
    assert response.json() == UNSUPPORTED


@pytest.mark.parametrize("extensions", [None, {}, {"explain": False}])
async def test_the_id_of_a_document_gets_a_clear_answer(
    client: httpx.AsyncClient, extensions: dict[str, Any] | None
) -> None:
    posted = await client.post("/graphql", json={"documentId": "sha256:7a", "extensions": extensions})
    got = await client.get("/graphql", params={"documentId": "sha256:7a"})
    for response in (posted, got):
        (error,) = response.json()["errors"]
        assert (response.status_code, error["extensions"]["code"]) == (400, "BAD_USER_INPUT")
        assert "`documentId`" in error["message"]
        assert "`query`" in error["message"]


async def test_an_id_next_to_the_document_is_ignored(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json={"query": TYPENAME, "documentId": "sha256:7a"})
    assert response.json() == {"data": {"__typename": "Query"}}
