"""Who may ask the schema about itself."""

from __future__ import annotations

import httpx
import pytest

from api.settings.parsers import roles_listed
from models.access import GrantedRole
from tests.api.http_clients import admin, ask, codes, reached

WAYS = [
    "{ __schema { queryType { name } } }",
    '{ __type(name: "Project") { name } }',
    '{ projects(first: 1) { totalCount } harmless: __type(name: "Project") { name } }',
    "{ ...F } fragment F on Query { ... { __schema { types { name } } } }",
    "{ __schema @skip(if: true) { types { name } } impact { key } }",
    "query ($no: Boolean = false) { ... @include(if: $no) { __schema { types { name } } } impact { key } }",
]
WRONG = [
    "{ projects { nodes { titel } } }",
    "{ projects(frist: 1) { totalCount } }",
    '{ projects(filter: { titel: { eq: "x" } }) { totalCount } }',
    "{ projects(filter: { status: { eq: ACTIV } }) { totalCount } }",
    "query ($f: ProjectFiltr) { projects(filter: $f) { totalCount } }",
    "{ projects { nodes { ... on Projekt { id } } } }",
    "{ projects { nodes { id @skp(if: true) } } }",
    "{ node(id: 1) { title } }",
]
VARIABLE = "query ($f: ProjectFilter) { projects(filter: $f) { totalCount } }"


async def may(client: httpx.AsyncClient, headers: dict[str, str] | None = None) -> bool:
    """Whether it may by every way; a mix of both fails."""
    answers = [await ask(client, way, headers=headers) for way in WAYS]
    answers.append(await client.get("/schema.graphql", headers=headers))
    statuses = {answer.status_code for answer in answers}
    assert statuses in ({200}, {403}), [answer.text[:200] for answer in answers]
    if statuses == {403}:
        assert {code for answer in answers for code in codes(answer)} == {"FORBIDDEN"}
    return statuses == {200}


async def suggests(client: httpx.AsyncClient, headers: dict[str, str] | None = None) -> bool:
    """Whether any message suggests names that exist."""
    answers = [await ask(client, document, headers=headers) for document in WRONG]
    answers += [
        await ask(client, VARIABLE, {"f": given}, headers)
        for given in ({"titel": {"eq": "x"}}, {"status": {"eq": "ACTIV"}})
    ]
    assert {answer.status_code for answer in answers} == {400}
    return any("Did you mean" in answer.text for answer in answers)


async def test_everyone_in_development(client: httpx.AsyncClient) -> None:
    assert await may(client)
    assert await suggests(client)


async def test_only_who_is_named_elsewhere(seeded_url: str) -> None:
    async with reached(seeded_url, introspection=("ADMIN",)) as client:
        assert not await may(client)
        assert not await suggests(client)
        assert await may(client, admin())
        assert await suggests(client, admin())
        assert not await may(client), "what was parsed for others is no way in"
        typename = await ask(client, "{ __typename projects(first: 1) { __typename nodes { __typename } } }")
        assert typename.json()["data"]["__typename"] == "Query"


async def test_the_default_outside_development(seeded_url: str) -> None:
    async with reached(seeded_url, tokens=False) as client:
        assert not await may(client)
        assert not await suggests(client)
        refused = await ask(client, WAYS[0], headers={"accept-language": "es"})
    (error,) = refused.json()["errors"]
    assert error["message"].startswith("No tiene acceso a la introspección")


async def test_nobody(seeded_url: str) -> None:
    async with reached(seeded_url, introspection="NONE") as client:
        assert not await may(client)
        assert not await may(client, admin())


async def test_a_wrong_token_sees_no_schema(client: httpx.AsyncClient) -> None:
    response = await client.get("/schema.graphql", headers={"authorization": "Bearer nonsense"})
    assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"])


def test_the_roles_that_a_setting_may_name_are_the_roles() -> None:
    roles = tuple(role.value for role in GrantedRole)
    assert roles_listed(",".join(roles)) == roles
    assert roles_listed("NONE") == ()
    with pytest.raises(ValueError, match=f"STAFF is not one of {', '.join(roles)}, NONE"):
        roles_listed("STAFF")


async def test_an_argument_that_python_refuses_is_the_clients_mistake(client: httpx.AsyncClient) -> None:
    """graphql-core says so by the first word of its message alone."""
    document = (
        'query ($old: Boolean) { __type(name: "Project") { fields(includeDeprecated: $old) { name } } }'
    )
    response = await client.post("/graphql", json={"query": document, "variables": {"old": None}})
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
