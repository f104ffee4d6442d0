"""Moments are written as RFC 3339 has them wherever webhooks show one: in the log and in messages too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import GraphQLObjectType, GraphQLScalarType, get_named_type

from schema.build import graphql_schema
from schema.scalars import parse_moment
from tests.webhooks.harness import campus
from tests.webhooks.receiver import Answering, Got, receiving

LIKE_A_MOMENT = re.compile(r"\d{4}-\d\d-\d\d.\d\d:\d\d.*")
DOCUMENT = "subscription { changes { at node { ... on Project { createdAt updatedAt } } } }"


def moments_of(type_: Any) -> list[str]:
    """The fields of a type that are moments."""
    assert isinstance(type_, GraphQLObjectType)
    return [name for name, field in type_.fields.items() if str(get_named_type(field.type)) == "DateTime"]


def moments_in(answer: Any) -> Iterator[str]:
    if isinstance(answer, str) and LIKE_A_MOMENT.fullmatch(answer):
        yield answer
    for inner in answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ():
        yield from moments_in(inner)


async def test_every_moment_of_a_webhook_can_be_given_back(database_url: str) -> None:
    sick = [True]

    def answering(_: Got) -> Answering:
        return Answering(503) if sick[0] else Answering()

    async with campus(database_url, webhook_first_retry=60.0) as merced, receiving(answering) as receiver:
        types = graphql_schema.type_map
        kept, tried = moments_of(types["Webhook"]), moments_of(types["WebhookDelivery"])
        made = await merced.register(receiver.url, document=DOCUMENT)
        await merced.do("rotateWebhookSecret", made.id)
        await merced.rename("A title")
        await merced.until_logged(made.id, 1)
        found = await merced.ask(
            f"""query ($id: ID!) {{ webhooks {{ nodes {{ {" ".join(kept)} }} }}
                webhookDeliveries(webhook: $id) {{ nodes {{ {" ".join(tried)} }} }} }}""",
            id=made.id,
        )
        moments = {**found["webhooks"]["nodes"][0], **found["webhookDeliveries"]["nodes"][0]}
        assert moments.keys() == {*kept, *tried}
        assert all(moments.values()), "each of them is there now"
        sent = list(moments_in(receiver.got[0].payload))
        assert len(sent) == 4, receiver.got[0].payload
        for moment in (*moments.values(), *sent):
            assert parse_moment(moment).utcoffset() is not None, moment


@pytest.mark.parametrize("microsecond", [0, 500_000, 123_456])
def test_a_moment_is_written_as_it_is_read(microsecond: int) -> None:
    scalar = graphql_schema.type_map["DateTime"]
    assert isinstance(scalar, GraphQLScalarType)
    moment = datetime(2026, 2, 28, 23, 59, 59, microsecond, UTC)
    assert scalar.parse_value(scalar.serialize(moment)) == moment
