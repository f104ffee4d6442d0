"""Bulk mutations: each item is done or refused by itself, as its own mutation would be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import schema
from models.loading.natural_keys import id_of
from tests.api.http_clients import ask, codes, reached, signed_in
from tests.models.statements import rows, run, scalar
from tests.mutations.test_registrations import KEY, begin_event, open_event

RESULT = "attendance { device registration { id status } } replayed userErrors { code path }"
CHECK_IN_MANY = f"""
    mutation ($items: [CheckInInput!]!, $key: String, $dry: Boolean) {{
        checkInMany(input: {{ items: $items }}, idempotencyKey: $key, dryRun: $dry) {{
            results {{ {RESULT} }} userErrors {{ code path message }}
        }}
    }}"""
TWICE = """
    mutation ($items: [CheckInInput!]!) {
        checkInMany(input: { items: $items }) {
            __typename ids: results { attendance { id } } ...Who results { __typename changed }
        }
    }
    fragment Who on CheckInManyPayload { who: results { attendance { device } } }"""
REGISTRATIONS = f"""
    insert into registration (event_id, person_id, status)
    select '{KEY}', id, case when number < 5 then 'CONFIRMED' else 'WAITLISTED' end
    from (select id, row_number() over (order by id) as number from person limit 5) p
"""


@pytest.fixture
async def client(engine: AsyncEngine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    await open_event(engine, 4)
    await run(engine, f"delete from registration where event_id = '{KEY}'", REGISTRATIONS)
    await begin_event(engine)
    async with reached(database_url, max_bulk_items=20) as made:
        yield made


@pytest.fixture
async def people(engine: AsyncEngine, client: httpx.AsyncClient) -> list[str]:
    """The registrations of four who have places, and of one who waits."""
    found = await rows(engine, f"select id from registration where event_id = '{KEY}' order by seq")
    return [f"registration_{id}" for (id,) in found]


async def sent(client: httpx.AsyncClient, items: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    answer = await ask(client, CHECK_IN_MANY, {"items": items, **more}, signed_in("uc-coordinator"))
    found: dict[str, Any] = answer.json()["data"]["checkInMany"]
    return found


def outcomes(payload: dict[str, Any]) -> list[Any]:
    """Of each item, why it was refused and where, else whether it was done before."""
    return [
        [(error["code"], error["path"]) for error in one["userErrors"]] or one["replayed"]
        for one in payload["results"]
    ]


def items_of(device: str, *ids: str) -> list[dict[str, Any]]:
    return [{"registration": id, "device": device} for id in ids]


def moment_at(number: int) -> list[str]:
    """The path of the registration in an item."""
    return ["input", "items", str(number), "registration"]


async def test_lists_of_two_devices_merge(
    engine: AsyncEngine, client: httpx.AsyncClient, people: list[str]
) -> None:
    missing = f"registration_{id_of('registration', 'nobody')}"
    one = await sent(client, items_of("Door", people[0], people[1], people[4], missing, people[0]))
    assert outcomes(one) == [
        False,
        False,
        [("WRONG_STATE", moment_at(2))],
        [("REFERS_TO_NOTHING", moment_at(3))],
        True,
    ]
    other = await sent(client, items_of("Window", people[1], people[2]))
    assert outcomes(other) == [True, False]
    assert [one["attendance"]["device"] for one in other["results"]] == ["Door", "Window"]
    assert await scalar(engine, "select count(*) from attendance") == 3
    assert (one["userErrors"], other["userErrors"]) == ([], [])


async def test_a_list_sent_again_is_done_once(
    engine: AsyncEngine, client: httpx.AsyncClient, people: list[str]
) -> None:
    """Each item has a key of its own, made of the list's: another item under it is refused alone."""
    assert outcomes(await sent(client, items_of("Door", *people[:2]), key="a")) == [False, False]
    changed = [*items_of("Door", people[0]), *items_of("Window", people[1]), *items_of("Door", people[2])]
    again = await sent(client, changed, key="a")
    assert outcomes(again) == [True, [("IDEMPOTENCY_MISMATCH", ["idempotencyKey"])], False]
    assert await scalar(engine, "select count(*) from audit_entry where mutation = 'checkIn'") > 0
    assert outcomes(await sent(client, items_of("Door", people[3]), key=" ")) == [
        [("INVALID", ["idempotencyKey"])]
    ]


async def test_a_dry_run_changes_nothing(
    engine: AsyncEngine, client: httpx.AsyncClient, people: list[str]
) -> None:
    found = await sent(client, items_of("Door", people[0], people[4]), dry=True)
    assert outcomes(found) == [False, [("WRONG_STATE", moment_at(1))]]
    assert await scalar(engine, "select count(*) from attendance") == 0


async def test_an_item_too_many_and_nothing_is_done(
    engine: AsyncEngine, client: httpx.AsyncClient, people: list[str]
) -> None:
    assert outcomes(await sent(client, items_of("Door", *people[:1] * 20))) == [False, *[True] * 19]
    found = await sent(client, items_of("Door", *people[1:2] * 21))
    (error,) = found["userErrors"]
    assert (found["results"], error["code"], error["path"]) == ([], "TOO_MANY", ["input", "items"])
    assert "20" in error["message"]
    assert await scalar(engine, "select count(*) from attendance") == 1
    assert await sent(client, []) == {"results": [], "userErrors": []}


async def test_results_are_selected_in_several_ways(client: httpx.AsyncClient, people: list[str]) -> None:
    """Each item is done once, and in none of them if nothing of it is selected."""
    variables = {"items": items_of("Door", *people[:2])}
    answer = (await ask(client, TWICE, variables, signed_in("uc-coordinator"))).json()["data"]["checkInMany"]
    assert list(answer) == ["__typename", "ids", "who", "results"]
    assert answer["__typename"] == "CheckInManyPayload"
    assert [one["attendance"]["device"] for one in answer["who"]] == ["Door", "Door"]
    assert len({one["attendance"]["id"] for one in answer["ids"]}) == 2
    assert [one["__typename"] for one in answer["results"]] == ["CheckInPayload"] * 2
    assert all("registration" in one["changed"] for one in answer["results"])
    bare = "mutation ($items: [CheckInInput!]!) { checkInMany(input: { items: $items }) { __typename } }"
    await ask(client, bare, {"items": items_of("Door", people[2])}, signed_in("uc-coordinator"))
    assert outcomes(await sent(client, items_of("Door", people[2]))) == [True]


async def test_all_items_cost(engine: AsyncEngine, database_url: str, client: httpx.AsyncClient) -> None:
    async with reached(database_url, max_cost=30) as bounded:
        items = {"items": items_of("Door", *["registration_x"] * 20)}
        refused = await ask(bounded, CHECK_IN_MANY, items, signed_in("uc-coordinator"))
    assert codes(refused) == ["COST_LIMIT"]


async def test_others_do_nothing(engine: AsyncEngine, client: httpx.AsyncClient, people: list[str]) -> None:
    for sender in ("public", "mx-coordinator", "participant"):
        answer = await ask(client, CHECK_IN_MANY, {"items": items_of("Door", people[0])}, signed_in(sender))
        (result,) = answer.json()["data"]["checkInMany"]["results"]
        assert result["attendance"] is None
        assert result["userErrors"]
    assert await scalar(engine, "select count(*) from attendance") == 0


def test_each_does_what_a_mutation_does() -> None:
    """So whoever may do it is proved of the mutation."""
    assert schema.catalog.bulk_actions.keys() == {"checkInMany"}
    assert all(one is schema.catalog.actions[one.mutation] for one in schema.catalog.bulk_actions.values())
