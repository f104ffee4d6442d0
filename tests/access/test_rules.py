"""Rules 1 to 8 of docs/access.md, each with its test, over HTTP; 9 is in `tests/mutations/test_rights.py`."""

from __future__ import annotations

import base64
import json
import string
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import httpx
import pytest
from graphql import GraphQLEnumType

import schema
from models.loading.natural_keys import id_of
from planner.builder.validation import fields_without_policy
from tests.access.graphql_requests import data, run
from tests.access.leaks import LEAKS
from tests.access.test_planted_leaks import fresh_harness, walked
from tests.api.http_clients import ask, bearer, codes, reached
from tests.personas import ALL_VIEWERS
from tests.random_queries.comparison import RandomQuery
from tests.random_queries.run import Harness, differs
from tests.random_queries.viewers import viewers_of
from tests.reference.field_sources import camel

DRAFT = "demo-bilingual-schools"
EVERYWHERE = """query ($slug: String!) {
    project(slug: $slug) { id }
    projects(filter: { slug: { eq: $slug } }) { totalCount nodes { id } facets { values { value } } }
    institution(slug: "colef") { projects(filter: { slug: { eq: $slug } }) { totalCount nodes { id } } }
    institutions(filter: { projects: { some: { slug: { eq: $slug } } } }) { totalCount }
    search(text: "bilingüe", types: [PROJECT]) { totalCount nodes { __typename } }
}"""
PARTICIPANTS = (
    "{ participants(first: 100) { totalCount nodes { id name email hiddenFields { field reason } } } }"
)


@pytest.fixture(scope="module")
async def client(hard_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with reached(hard_url) as client:
        yield client


def test_rule_1_deny_by_default(reference_harness: Harness) -> None:
    """What states no policy is for ADMIN alone."""
    policy = schema.POLICY
    rest = {name: stated for name, stated in policy.entities.items() if name != "Venue"}
    silent = replace(policy, entities=rest)
    assert fields_without_policy(schema.catalog, silent) == ["Venue"]
    comparison = fresh_harness(reference_harness, silent).comparison
    document = "{ events(filter: { venue: { isNull: false } }) { totalCount nodes { venue { slug } } } }"
    for name in ALL_VIEWERS:
        question = RandomQuery(document, viewer=viewers_of(name)[0])
        answer = reference_harness.loop.run(comparison.planned(question))
        assert (answer.data["events"]["totalCount"] > 0) == (name == "admin"), name


async def test_rule_2_one_decision_on_every_path(client: httpx.AsyncClient) -> None:
    """A draft is hidden, or there, however it is asked for."""
    hidden = await data(client, "public", EVERYWHERE, slug=DRAFT)
    assert hidden == {
        "project": None,
        "projects": {"totalCount": 0, "nodes": [], "facets": [{"values": []}] * 4},
        "institution": {"projects": {"totalCount": 0, "nodes": []}},
        "institutions": {"totalCount": 0},
        "search": {"totalCount": 0, "nodes": []},
    }
    seen = await data(client, "admin", EVERYWHERE, slug=DRAFT)
    assert seen["project"] == seen["projects"]["nodes"][0] == seen["institution"]["projects"]["nodes"][0]
    assert (seen["projects"]["totalCount"], seen["institutions"]["totalCount"]) == (1, 2)
    assert seen["search"]["totalCount"] == 1


async def test_rule_3_no_filter_finds_a_hidden_value(client: httpx.AsyncClient) -> None:
    """A filter by the first letters of a hidden email finds nothing."""
    query = """query ($start: String!) {
        mentors(filter: { email: { startsWith: $start } }) { totalCount }
        none: mentors(filter: { email: { isNull: true } }) { totalCount }
        others: mentors(filter: { email: { ne: "mentor-02@example.edu" } }) { totalCount }
        all: mentors { totalCount }
    }"""
    for start in [*string.ascii_lowercase, *string.digits, "mentor-", "mentor-01@"]:
        found = await data(client, "public", query, start=start)
        assert found["mentors"] == {"totalCount": 0}, start
        assert found["none"] == found["others"] == found["all"] != {"totalCount": 0}
    staff = await data(client, "admin", query, start="mentor-01@")
    assert staff["mentors"] == {"totalCount": 1}


async def test_rule_3_no_order_and_no_cursor_tells(client: httpx.AsyncClient) -> None:
    """No list can be ordered by a masked field, and cursors hold only what the page shows."""
    for name, stated in schema.POLICY.entities.items():
        order = schema.graphql_schema.type_map.get(f"{name}OrderField")
        if isinstance(order, GraphQLEnumType):
            assert {camel(value) for value in order.values} & stated.masks.keys() == set()
    found = await data(client, "mentor", "{ participants(orderBy: [{field: NAME}]) { edges { cursor } } }")
    cursors = [edge["cursor"] for edge in found["participants"]["edges"]]
    assert cursors
    for cursor in cursors:
        held = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        assert not any("@" in str(value) for value in held)


async def test_rule_4_a_hidden_row_is_as_if_it_did_not_exist(client: httpx.AsyncClient) -> None:
    """To the byte, whether it is hidden or never was."""
    hidden, never = f"participant_{id_of('participant', 'student-30')}", f"participant_{UUID(int=1)}"
    for persona in ("public", "mx-coordinator", "mentor", "participant", "integration"):
        for query in (
            "query ($id: ID!) { node(id: $id) { id ... on Participant { name } } }",
            "query ($id: ID!) { participant(id: $id) { id name email } }",
            "query ($id: ID!) { nodes(ids: [$id]) { id } }",
            "query ($id: ID!) { participants(filter: { id: { eq: $id } }) { totalCount } }",
        ):
            answers = [await ask(client, query, {"id": one}, bearer(persona)) for one in (hidden, never)]
            assert answers[0].content == answers[1].content
            assert [answer.status_code for answer in answers] == [200, 200]
            assert dict(answers[0].headers) == dict(answers[1].headers)
    there = await data(client, "admin", "query ($id: ID!) { node(id: $id) { id } }", id=hidden)
    assert there == {"node": {"id": hidden}}


async def test_rule_5_a_hidden_field_is_null_and_says_why(client: httpx.AsyncClient) -> None:
    query = """{ project(slug: "demo-renewable-grids") {
        awards { amount hiddenFields { field reason } }
        contributors { name hiddenFields { field reason } }
    } }"""
    project = (await data(client, "public", query))["project"]
    for award in project["awards"]:
        assert award["amount"] is None
        assert {"field": "amount", "reason": "ROLE"} in award["hiddenFields"]
    nameless = [one for one in project["contributors"] if one["name"] is None]
    assert nameless
    for contributor in nameless:
        reasons = {"name": "CONSENT", "person": "CONSENT"}
        assert {one["field"]: one["reason"] for one in contributor["hiddenFields"]} == reasons
    staff = (await data(client, "admin", query))["project"]
    assert all(one["amount"] and one["hiddenFields"] == [] for one in staff["awards"])


async def test_rule_6_a_revoked_or_expired_grant_ends_with_the_next_request(database_url: str) -> None:
    async with reached(database_url) as client:
        seen = (await data(client, "uc-coordinator", PARTICIPANTS))["participants"]["totalCount"]
        assert seen > 0
        for column in ("revoked_at", "expires_at"):
            change = f"update access_grant set {column} = now() where subject = 'uc-coordinator'"
            await run(database_url, change)
            assert (await data(client, "uc-coordinator", PARTICIPANTS))["participants"]["totalCount"] == 0
            await run(database_url, change.replace("now()", "null"))
            assert (await data(client, "uc-coordinator", PARTICIPANTS))["participants"]["totalCount"] == seen


async def test_rule_6_a_grant_given_counts_from_the_next_request_on(database_url: str) -> None:
    async with reached(database_url) as client:
        before = await data(client, "mentor", "{ viewer { roles } projects { totalCount } }")
        await run(
            database_url,
            "insert into access_grant (issuer, subject, role, scopes)"
            " values ('puente-development', 'mentor', 'ADMIN', '{}')",
        )
        after = await data(client, "mentor", "{ viewer { roles } projects { totalCount } }")
        assert "ADMIN" not in before["viewer"]["roles"]
        assert "ADMIN" in after["viewer"]["roles"]
        assert after["projects"]["totalCount"] > before["projects"]["totalCount"]


async def test_rule_6_an_expired_token_is_refused(client: httpx.AsyncClient) -> None:
    response = await ask(client, PARTICIPANTS, headers=bearer("admin", now=time.time() - 10**8))
    assert (response.status_code, codes(response)) == (401, ["UNAUTHENTICATED"])


async def test_rule_6_a_withdrawn_consent_counts_from_the_next_request_on(database_url: str) -> None:
    async with reached(database_url) as client:
        before = (await data(client, "integration", PARTICIPANTS))["participants"]["totalCount"]
        assert before > 0
        await run(
            database_url,
            "update consent set withdrawn_at = greatest(now(), granted_at)"
            " where purpose = 'SYSTEM_TRANSFER' and withdrawn_at is null",
        )
        assert (await data(client, "integration", PARTICIPANTS))["participants"]["totalCount"] == 0


async def test_rule_7_counts_count_what_one_sees(client: httpx.AsyncClient) -> None:
    """A nested count is of what is seen; the published figure is another field."""
    query = '{ cohort(slug: "%s") { participantCount participants(first: 100) { totalCount nodes { id } } } }'
    for name in ALL_VIEWERS:
        cohort = (await data(client, name, query % "climate-ambassadors-demo"))["cohort"]
        assert cohort["participants"]["totalCount"] == len(cohort["participants"]["nodes"])
        assert cohort["participantCount"] == 46
    exact = {
        name: (await data(client, name, query % "hard-one-home"))["cohort"]["participantCount"]
        for name in ALL_VIEWERS
    }
    assert exact == {**dict.fromkeys(ALL_VIEWERS), "uc-coordinator": 3, "admin": 3}
    mixed = (await data(client, "uc-coordinator", query % "hard-two-homes"))["cohort"]["participantCount"]
    assert mixed is None


def test_rule_8_a_broken_policy_fails_the_proof(
    reference_harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The walk and the random queries have other tests; these show that they can fail."""
    leak = LEAKS["a consent ignored"]
    queries = list(walked(reference_harness, leak))
    assert not any(differs(reference_harness, question) for question in queries)
    leak.plant(monkeypatch)
    leaking = fresh_harness(reference_harness)
    assert any(differs(leaking, question) for question in queries)
