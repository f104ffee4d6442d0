"""Pages of no rows, of every connection of the schema: what is empty says so, and where to go on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from graphql import GraphQLObjectType, get_named_type

import schema
from planner.declaration.bindings import ToConnection
from tests.access.graphql_requests import run
from tests.api.http_clients import admin, ask, reached

PAGE = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor } nodes { __typename }"
NEEDED = {"text": '"agua"', "webhook": '"webhook_018f0000-0000-7000-8000-000000000000"'}


def connections(type_name: str) -> Iterator[tuple[str, str, list[str]]]:
    """The fields of a type that are pages, with the arguments that they need and those that bound a page."""
    type_ = schema.graphql_schema.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    for name, field in type_.fields.items():
        if get_named_type(field.type).name.endswith("Connection"):
            needed = [f"{argument}: {NEEDED[argument]}" for argument in field.args if argument in NEEDED]
            yield name, ", ".join(needed), [bound for bound in ("first", "last") if bound in field.args]


ROOTS = list(connections("Query"))
NESTED = {
    root: type_
    for root, member in schema.catalog.types["Query"].members.items()
    if isinstance(member.binding, ToConnection)
    and list(connections(type_ := member.target.removesuffix("Connection")))
}


async def data(client: httpx.AsyncClient, document: str, **variables: Any) -> Any:
    response = await ask(client, document, variables, admin())
    assert response.status_code == 200, response.text
    return response.json()["data"]


def check_empty(name: str, bound: str, page: Any) -> None:
    assert page["edges"] == page["nodes"] == [], name
    info = page["pageInfo"]
    assert info["startCursor"] is None, name
    assert (info["endCursor"] is not None) == (name == "changes"), name
    assert isinstance(info["hasNextPage"], bool), name
    assert not info["hasPreviousPage" if bound == "first" else "hasNextPage"], name


@pytest.mark.parametrize(("name", "needed", "bounds"), ROOTS, ids=[root[0] for root in ROOTS])
async def test_of_root_fields(client: httpx.AsyncClient, name: str, needed: str, bounds: list[str]) -> None:
    for bound in bounds:
        answer = await data(
            client, f"{{ {name}({', '.join(filter(None, [needed, f'{bound}: 0']))}) {{ {PAGE} }} }}"
        )
        if answer[name] is not None:  # the log of a webhook that there is not
            check_empty(name, bound, answer[name])
            there = "hasNextPage" if bound == "first" else "hasPreviousPage"
            whole = await data(
                client, f"{{ {name}({', '.join(filter(None, [needed, f'{bound}: 1']))}) {{ {PAGE} }} }}"
            )
            assert answer[name]["pageInfo"][there] == bool(whole[name]["nodes"])


@pytest.mark.parametrize(("root", "type_"), NESTED.items(), ids=NESTED)
async def test_of_rows(client: httpx.AsyncClient, root: str, type_: str) -> None:
    pages = [f"{name}(first: 0) {{ {PAGE} }}" for name, _, _ in connections(type_)]
    answer = await data(client, f"{{ {root}(first: 2) {{ nodes {{ {' '.join(pages)} }} }} }}")
    for row in answer[root]["nodes"]:
        for name, page in row.items():
            check_empty(f"{type_}.{name}", "first", page)


async def test_a_follower_goes_on_from_a_page_of_no_changes(database_url: str) -> None:
    async with reached(database_url) as client:
        (start,) = (await data(client, "{ changeCursor }")).values()
        await run(
            database_url,
            "update program set name_en = 'Bridges' where slug = (select min(slug) from program)",
        )
        await run(database_url, "update venue set city = 'Tecate'")
        await run(database_url, "select puente_number_changes()")
        document = """query ($after: String, $first: Int!, $types: [EntityType!]) {
            changes(after: $after, first: $first, types: $types) {
                nodes { id } pageInfo { endCursor hasNextPage }
            }
        }"""
        for types in (None, ["PROGRAM"], ["PROJECT"], []):
            none = (await data(client, document, after=start, first=0, types=types))["changes"]
            all_ = (await data(client, document, after=start, first=100, types=types))["changes"]
            assert none["pageInfo"]["hasNextPage"] == bool(all_["nodes"])
            after = none["pageInfo"]["endCursor"]
            assert (await data(client, document, after=after, first=100, types=types))["changes"] == all_
        assert none["pageInfo"]["endCursor"] == all_["pageInfo"]["endCursor"]
        oldest = (await data(client, document, first=0))["changes"]["pageInfo"]["endCursor"]
        assert (await data(client, document, after=oldest, first=100))["changes"] == (
            await data(client, document, first=100)
        )["changes"]
