"""Every query is one statement on the connection; what the schema says of itself is none for the public."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from math import inf

import httpx
import pytest

from api.auth import viewer_cache
from tests.api.http_clients import admin, ask, reached

ONE_STATEMENT = {
    "a page": "{ projects(first: 2) { nodes { id title } } }",
    "eight root fields": """{
        a: projects(first: 1) { nodes { id } } b: projects(last: 1) { nodes { id } }
        c: institutions { totalCount } d: events(first: 1) { nodes { title } }
        e: programs { nodes { name } } f: mentors { totalCount }
        g: impact { key } h: collaborations(first: 3) { weight }
    }""",
    "eight levels": """{
        institutions(first: 2) { nodes { projects(first: 2) { nodes { institutions { institution {
            projects(first: 2) { nodes { title } } } } } } } }
    }""",
    "a union": """{ search(text: "climate") { nodes {
        __typename ... on Project { title } ... on Institution { name } ... on Event { venue { name } }
    } } }""",
    "a search": '{ projects(search: "energía renovable") { totalCount nodes { title } } }',
    "facets": "{ projects { totalCount facets(limit: 3) { __typename } } }",
    "a filter through relations": """{
        projects(filter: { institutions: { some: { institution: { is: { side: { eq: UC } } } } } },
            orderBy: [{ field: TITLE }]) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } }
    }""",
    "the viewer with its objects": """{ viewer {
        kind unread person { name } profile { __typename } abilities { type }
        grants { role institution { name } profile { __typename } }
    } }""",
    "the viewer and data": "{ viewer { kind roles } projects(first: 1) { nodes { id } } __typename }",
    "introspection and data": "{ __schema { queryType { name } } projects(first: 1) { nodes { id } } }",
    "a lookup that finds nothing": '{ project(slug: "there-is-none") { id } }',
}
NO_STATEMENT = {
    "introspection": '{ __schema { types { name } } __type(name: "Project") { name } }',
    "a type's name": "{ __typename again: __typename }",
    "nothing at all": "{ projects @skip(if: true) { nodes { id } } }",
    "a mistake": "{ projects(first: -1) { nodes { id } } }",
}


class Counted:
    """A client, and the statements that went over the connections since they were last counted."""

    def __init__(self, client: httpx.AsyncClient, statements: list[str]) -> None:
        self.client = client
        self._statements = statements
        self._staff = admin()  # one token: another one needs a new lookup

    async def count(self, query: str, headers: dict[str, str] | None = None) -> tuple[int, httpx.Response]:
        self._statements.clear()
        response = await ask(self.client, query, headers=self._staff if headers is None else headers)
        await asyncio.sleep(0)  # the driver tells of a statement in the next turn of the loop
        return len(self._statements), response


@pytest.fixture(scope="module")
async def counted(seeded_url: str) -> AsyncIterator[Counted]:
    statements: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(viewer_cache, "MAX_AGE", inf)  # however long the tests take
        async for one in _counted(seeded_url, statements):
            yield one


async def _counted(seeded_url: str, statements: list[str]) -> AsyncIterator[Counted]:
    async with reached(seeded_url, statements.append, pool_size=1) as client:
        counted = Counted(client, statements)
        count, _ = await counted.count("{ programs { totalCount } }")  # the connection is warm
        assert count, "what is counted is counted"
        yield counted


@pytest.mark.parametrize("query", ONE_STATEMENT.values(), ids=ONE_STATEMENT)
async def test_one_statement(counted: Counted, query: str) -> None:
    for _ in range(2):  # the first time it is also prepared
        count, response = await counted.count(query)
        assert (count, response.status_code) == (1, 200), response.text
        assert "errors" not in response.json()


async def test_lookups_by_id_are_one_statement(counted: Counted) -> None:
    _, response = await counted.count(
        "{ projects(first: 1) { nodes { id } } events(first: 1) { nodes { id } } }"
    )
    data = response.json()["data"]
    one, other = data["projects"]["nodes"][0]["id"], data["events"]["nodes"][0]["id"]
    query = f"""{{
        node(id: "{one}") {{ id ... on Project {{ title institutions {{ institution {{ name }} }} }} }}
        nodes(ids: ["{other}", "{one}", "{other}"]) {{ __typename id ... on Event {{ title }} }}
    }}"""
    count, response = await counted.count(query)
    assert (count, [node["id"] for node in response.json()["data"]["nodes"]]) == (1, [other, one, other])


@pytest.mark.parametrize("query", NO_STATEMENT.values(), ids=NO_STATEMENT)
async def test_no_statement(counted: Counted, query: str) -> None:
    count, response = await counted.count(query, {})
    assert count == 0, response.text


@pytest.mark.parametrize("query", NO_STATEMENT.values(), ids=NO_STATEMENT)
async def test_with_grants_it_is_whether_they_still_hold(counted: Counted, query: str) -> None:
    count, response = await counted.count(query)
    assert count == 1, response.text


async def test_answers_keep_the_order_of_the_query(counted: Counted) -> None:
    query = "{ b: projects { totalCount } v: viewer { kind } a: events { totalCount } t: __typename }"
    count, response = await counted.count(query)
    assert (count, list(response.json()["data"])) == (1, ["b", "v", "a", "t"])
