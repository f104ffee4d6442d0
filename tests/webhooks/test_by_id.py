"""A webhook and its deliveries by their ids: for its client and staff, as in the lists; null for others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from graphql import GraphQLObjectType, get_named_type

import schema
from schema.grants import client_principal
from schema.roles import INTEGRATION, Scope
from tests.api.http_clients import ask, bearer, codes
from tests.personas import grant_at
from tests.webhooks.harness import Campus, campus, new_key
from tests.webhooks.receiver import Answering, receiving

NEVER = ["webhook_01890000-0000-7000-8000-000000000000", "delivery_01890000-0000-7000-8000-000000000000"]
MALFORMED = ["", "x", "webhook_", "webhook_1", "Webhook_01890000-0000-7000-8000-000000000000", "webhook 1"]
URL = "https://receiver.example.org/hook"
LOOK_UP = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
ONE = "query ($id: ID!) { node(id: $id) { __typename id } }"
LIVE = "subscription ($id: ID!) { node(id: $id) { id } }"
ALL_LIVE = "subscription ($ids: [ID!]!) { nodes(ids: $ids) { id } }"


OBJECTS = {
    "institution": "institution { slug }",
    "availableActions": "availableActions { name allowed reasons { code path message } }",
}


def fields_of(name: str) -> str:
    """All fields of a type."""
    type_ = schema.graphql_schema.type_map[name]
    assert isinstance(type_, GraphQLObjectType)
    return " ".join(OBJECTS.get(field, field) for field in type_.fields)


WEBHOOK, DELIVERY = fields_of("Webhook"), fields_of("WebhookDelivery")
LISTED = f"""query ($id: ID!) {{
    webhooks {{ nodes {{ {WEBHOOK} }} }}
    webhookDeliveries(webhook: $id) {{ nodes {{ {DELIVERY} }} }}
}}"""
FOUND = f"""query ($ids: [ID!]!) {{
    nodes(ids: $ids) {{ ... on Webhook {{ {WEBHOOK} }} ... on WebhookDelivery {{ {DELIVERY} }} }}
}}"""


@pytest.fixture
async def merced(database_url: str) -> AsyncIterator[Campus]:
    async with campus(database_url, webhook_max_attempts=10_000) as made:
        yield made


def comparable(node: dict[str, Any], type_name: str) -> dict[str, Any]:
    """With moments as such: both forms are RFC 3339, with more or fewer digits of the second."""
    type_ = schema.graphql_schema.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    moments = {name for name, one in type_.fields.items() if get_named_type(one.type).name == "DateTime"}
    return {
        name: datetime.fromisoformat(value) if name in moments and value else value
        for name, value in node.items()
    }


async def test_it_is_what_the_lists_say(merced: Campus) -> None:
    """Each field, for the client and for staff: of one that was rotated, whose receiver failed, of one of an
    institution.
    """
    async with receiving(lambda _: Answering(500)) as receiver:
        made = await merced.register(receiver.url, types=["PROJECT", "EVENT"], description="Mirror")
        await merced.rename("One")
        await merced.until_logged(made.id, 2)
        await merced.do("rotateWebhookSecret", made.id)
        await merced.do("pauseWebhook", made.id)
        institution = await merced.value(
            "select 'institution_' || id from institution where slug = 'uc-merced'"
        )
        other = await merced.register(receiver.url, institution=institution)
        await merced.do("pauseWebhook", other.id)
        await merced.sql(
            "update webhook set state = 'ACTIVE', attempts = 2, failing_since = now(),"
            " next_attempt_at = now() + interval '1 day' where id = :id",
            id=UUID(other.id[8:]),
        )
        for headers in (None, bearer("admin")):
            listed = await merced.ask(LISTED, headers, id=made.id)
            webhooks, deliveries = listed["webhooks"]["nodes"], listed["webhookDeliveries"]["nodes"]
            found = (await merced.ask(FOUND, headers, ids=[n["id"] for n in (*webhooks, *deliveries)]))[
                "nodes"
            ]
            assert [comparable(n, "Webhook") for n in found[: len(webhooks)]] == [
                comparable(n, "Webhook") for n in webhooks
            ]
            assert [comparable(n, "WebhookDelivery") for n in found[len(webhooks) :]] == [
                comparable(n, "WebhookDelivery") for n in deliveries
            ]
            one, two = webhooks
            assert one["oldSecretUntil"]
            assert two["nextAttemptAt"]
            assert two["institutionId"] == institution
            assert len(deliveries) >= 2


@pytest.mark.parametrize(
    "persona", ["public", "uc-coordinator", "participant", "integration", "another client"]
)
async def test_for_others_it_is_as_if_it_had_never_been(merced: Campus, persona: str) -> None:
    """Also for a client of the same institution with the same grants, and for what is no id."""
    async with receiving() as receiver:
        made = await merced.register(receiver.url)
        await merced.rename("One")
        await merced.until_logged(made.id, 1)
    (logged,) = await merced.log(made.id)
    ids = [made.id, logged["id"]]
    headers = (
        {"authorization": f"Bearer {await new_key(merced.engine, 'Other')}"}
        if persona == "another client"
        else bearer(persona)
    )
    requested = [*ids, *NEVER, *MALFORMED]
    assert (await merced.ask(LOOK_UP, headers, ids=requested))["nodes"] == [None] * len(requested)
    mine = (await merced.ask(LOOK_UP, None, ids=requested))["nodes"]
    assert mine == [
        {"__typename": "Webhook", "id": made.id},
        {"__typename": "WebhookDelivery", "id": logged["id"]},
        *[None] * (len(requested) - 2),
    ]
    for id, never in zip(ids, NEVER, strict=True):
        answers = [await merced.ask(ONE, headers, id=one) for one in (id, never)]
        assert answers == [{"node": None}] * 2
        assert (await merced.ask(ONE, None, id=id))["node"]["id"] == id
        assert (await merced.ask(ONE, bearer("admin"), id=id))["node"]["id"] == id
    for id in MALFORMED:
        assert codes(await ask(merced.http, ONE, {"id": id}, headers)) == ["BAD_USER_INPUT"]


async def test_nobody_follows_it(merced: Campus) -> None:
    """Its changes are not delivered, and viewers who see the same would share what belongs to one client."""
    made = await merced.register(URL)
    headers = {"authorization": f"Bearer {merced.key}", "accept": "text/event-stream"}
    for document, variables in ((LIVE, {"id": made.id}), (LIVE, {"id": NEVER[0]})):
        sent = {"query": document, "variables": variables}
        refused = await merced.http.post("/graphql/stream", json=sent, headers=headers)
        assert "BAD_USER_INPUT" in refused.text
        assert "You can't subscribe to \\\"webhook_" in refused.text
    engine = merced.http._transport.app.parts.pipeline.engine  # type: ignore[attr-defined]
    operation = engine.operation(ALL_LIVE, None)
    variables = operation.coerce({"ids": [made.id]})
    viewer = client_principal(
        UUID(int=1), [grant_at(INTEGRATION, "uc-merced", Scope.PROJECTS_READ)], epoch=None
    )
    plan, _ = engine.plan(operation, variables, viewer, "EN")
    assert not {"webhook", "webhook_delivery", "api_client"} & plan.tables


def test_what_is_a_client_s_alone_is_not_in_its_cursors() -> None:
    """Clients with equal grants share results and cursors, as they did before webhooks were looked up."""
    grant = grant_at(INTEGRATION, "uc-merced", Scope.PROJECTS_READ)
    one, two = (client_principal(UUID(int=number), [grant], epoch=None) for number in (1, 2))
    assert one.attributes != two.attributes
    assert one.fingerprint == two.fingerprint
    assert one.fingerprint == fingerprint_without_client(one)


def fingerprint_without_client(viewer: Any) -> str:
    """The fingerprint without the client."""
    shared = {name: ids for name, ids in viewer.attributes.items() if name not in viewer.own_attributes}
    assert len(shared) == len(viewer.attributes) - 1
    fingerprint: str = replace(viewer, attributes=shared, own_attributes=frozenset()).fingerprint
    return fingerprint
