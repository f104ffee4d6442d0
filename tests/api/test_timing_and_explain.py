"""What a developer learns about a request, and where that is switched off."""

from __future__ import annotations

import re
from typing import Any

import httpx

from tests.api.http_clients import GRAPHQL_RESPONSE, codes, reached

STAGES = ["viewer", "request", "operation", "plan", "database", "bytes"]
PAGE = "query Page($n: Int!) { projects(first: $n) { nodes { title } } }"


async def ask(
    client: httpx.AsyncClient, query: str, extensions: dict[str, Any], **body: Any
) -> httpx.Response:
    payload = {"query": query, "extensions": extensions, **body}
    return await client.post("/graphql", json=payload, headers={"accept": GRAPHQL_RESPONSE})


async def test_the_statement_and_its_plan(seeded_url: str) -> None:
    logged: list[str] = []
    async with reached(seeded_url, logged.append) as client:
        response = await ask(client, PAGE, {"explain": True}, variables={"n": 3})
        again = await ask(client, PAGE, {"explain": True}, variables={"n": 2})
    answer = response.json()
    assert len(answer["data"]["projects"]["nodes"]) == 3
    received = answer["extensions"]["explain"]
    assert received["sql"].startswith("SELECT CAST(")
    assert logged[:2] == [received["sql"], f"explain (analyze, buffers, format json) {received['sql']}"]
    assert received["parameters"] == [3]
    assert received["postgresql"]["Plan"]["Actual Rows"] == 1
    assert received["postgresql"]["Execution Time"] > 0
    assert list(received["stages"]) == STAGES
    assert received["cached"] == {"document": False, "plan": False}
    assert again.json()["extensions"]["explain"]["cached"] == {"document": True, "plan": True}


async def test_the_stages_are_a_header(seeded_url: str) -> None:
    logged: list[str] = []
    async with reached(seeded_url, logged.append) as client:
        response = await ask(client, PAGE, {"timing": True}, variables={"n": 3})
    assert list(response.json()) == ["data"]
    assert len(logged) == 1
    timed = re.findall(r"(\w+);dur=([\d.]+)", response.headers["server-timing"])
    assert [name for name, _ in timed] == STAGES
    assert all(0 <= float(taken) < 60_000 for _, taken in timed)


async def test_what_python_answers_has_no_statement(seeded_url: str) -> None:
    async with reached(seeded_url) as client:
        received = (await ask(client, "{ __typename }", {"explain": True})).json()["extensions"]["explain"]
    assert (received["sql"], received["parameters"], received["postgresql"]) == (None, [], None)


async def test_by_get_too(seeded_url: str) -> None:
    async with reached(seeded_url) as client:
        request_body = {"query": "{ impact { key } }", "extensions": '{"explain": true}'}
        response = await client.get("/graphql", params=request_body)
    assert "impact_metric" in response.json()["extensions"]["explain"]["sql"]


async def test_only_when_asked(seeded_url: str) -> None:
    async with reached(seeded_url) as client:
        for extensions in ({}, {"explain": False}, {"persistedQuery": {"version": 1}}):
            response = await ask(client, PAGE, extensions, variables={"n": 1})
            assert list(response.json()) == ["data"]
            assert "server-timing" not in response.headers


async def test_a_wish_is_yes_or_no(seeded_url: str) -> None:
    async with reached(seeded_url) as client:
        response = await ask(client, PAGE, {"explain": "please"}, variables={"n": 1})
    assert (response.status_code, codes(response)) == (400, ["BAD_USER_INPUT"])


async def test_outside_development_nothing_is_shown(seeded_url: str) -> None:
    logged: list[str] = []
    async with reached(seeded_url, logged.append, tokens=False) as client:
        for wish in ("explain", "timing"):
            response = await ask(client, PAGE, {wish: True}, variables={"n": 1})
            assert (response.status_code, codes(response)) == (403, ["FORBIDDEN"])
            assert "server-timing" not in response.headers
        plain = await ask(client, PAGE, {}, variables={"n": 1})
    assert len(logged) == 1
    assert list(plain.json()) == ["data"]


async def test_the_cost_anywhere(seeded_url: str) -> None:
    for tokens in (True, False):
        async with reached(seeded_url, tokens=tokens) as client:
            response = await ask(client, PAGE, {"cost": True}, variables={"n": 3})
            assert response.json()["extensions"] == {"cost": {"asked": 3, "limit": 20_000}}
            assert "server-timing" not in response.headers
            response = await ask(client, "{ __typename }", {"cost": True})
            assert response.json()["extensions"] == {"cost": {"asked": 0, "limit": 20_000}}


async def test_the_cost_next_to_the_statement(seeded_url: str) -> None:
    async with reached(seeded_url) as client:
        response = await ask(client, PAGE, {"cost": True, "explain": True}, variables={"n": 3})
    assert list(response.json()["extensions"]) == ["cost", "explain"]
