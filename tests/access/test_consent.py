"""Consent by purpose: nothing is agreed to by default; giving and taking it back act at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest

from models.loading.natural_keys import id_of
from tests.access.graphql_requests import data, run
from tests.api.http_clients import reached

GIVE = "insert into consent (person_id, purpose, notice_version) values (:person, :purpose, :notice)"
TAKE_BACK = (
    "update consent set withdrawn_at = greatest(now(), granted_at)"
    " where person_id = :person and purpose = :purpose and withdrawn_at is null"
)
FORGET = "delete from consent where person_id = :person"
NODE = "query ($id: ID!) { node(id: $id) { __typename } }"
NAMES = """{ project(slug: "demo-renewable-grids") { contributors(role: STUDENT) {
    name hiddenFields { field reason } } } }"""

# Who is read by whom, and the purpose that opens it.
PURPOSES = {
    "PUBLIC_PROFILE": ("mentor-09", "mentor", "public"),
    "PARTNER_ACCESS": ("student-02", "participant", "mentor"),
    "SYSTEM_TRANSFER": ("student-12", "participant", "integration"),
}


@pytest.fixture
async def client(database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with reached(database_url) as client:
        yield client


@pytest.mark.parametrize("purpose", PURPOSES)
async def test_hidden_until_given_and_again_when_taken_back(
    database_url: str, client: httpx.AsyncClient, purpose: str
) -> None:
    key, type_, persona = PURPOSES[purpose]
    person = id_of("person", key)

    async def seen() -> bool:
        found = await data(client, persona, NODE, id=f"{type_}_{id_of(type_, key)}")
        return found["node"] is not None

    await run(database_url, FORGET, person=person)
    assert not await seen()
    for other in {*PURPOSES, "ATTRIBUTION"} - {purpose}:
        await give(database_url, person, other)
    assert not await seen(), "a consent is for its purpose alone"
    await give(database_url, person, purpose)
    assert await seen()
    await run(database_url, TAKE_BACK, person=person, purpose=purpose)
    assert not await seen()
    await give(database_url, person, purpose, "2026-01")
    assert await seen()


async def give(url: str, person: UUID, purpose: str, notice: str = "2025-01") -> None:
    await run(url, GIVE, person=person, purpose=purpose, notice=notice)


async def test_a_name_next_to_a_project_is_attributed_by_consent(
    database_url: str, client: httpx.AsyncClient
) -> None:
    person = id_of("person", "student-04")
    await run(database_url, FORGET, person=person)
    hidden = [{"field": field, "reason": "CONSENT"} for field in ("name", "person")]
    (student,) = (await data(client, "public", NAMES))["project"]["contributors"]
    assert student == {"name": None, "hiddenFields": hidden}
    await give(database_url, person, "ATTRIBUTION")
    (student,) = (await data(client, "public", NAMES))["project"]["contributors"]
    assert student["name"]
    assert student["hiddenFields"] == []


async def test_a_newer_notice_takes_the_place_of_the_older(
    database_url: str, client: httpx.AsyncClient
) -> None:
    """Without being asked to: of two for one purpose only the newer is in force."""
    person, query = id_of("person", "student-22"), "{ consents { nodes { purpose status noticeVersion } } }"
    await run(database_url, FORGET, person=person)
    await give(database_url, person, "ATTRIBUTION")
    await give(database_url, person, "ATTRIBUTION", "2026-01")
    found = (await data(client, "participant", query))["consents"]["nodes"]
    assert {(one["noticeVersion"], one["status"]) for one in found} == {
        ("2025-01", "WITHDRAWN"),
        ("2026-01", "GRANTED"),
    }


async def test_an_institution_learns_whether_and_no_more(client: httpx.AsyncClient) -> None:
    query = "{ consents(first: 100) { nodes { status grantedAt hiddenFields { field } } } }"
    for persona in ("uc-coordinator", "integration"):
        found = (await data(client, persona, query))["consents"]["nodes"]
        assert found
        assert {one["status"] for one in found} == {"GRANTED", "WITHDRAWN"}
        assert all(one["grantedAt"] is None for one in found)
    own = (await data(client, "mentor", query))["consents"]["nodes"]
    assert own, "those who mentor read what they themselves agreed to"
    assert all(one["grantedAt"] is not None for one in own)
