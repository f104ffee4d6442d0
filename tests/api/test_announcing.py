"""What is printed to be pasted must work."""

from __future__ import annotations

import json

from graphql import parse, validate

from api.announcing import FIRST_QUERY, reachable_host
from schema import graphql_schema


def test_the_first_query_is_one_that_the_schema_answers() -> None:
    assert validate(graphql_schema, parse(json.loads(FIRST_QUERY)["query"])) == []


def test_a_server_on_every_address_is_reached_on_this_machine() -> None:
    assert [reachable_host(host) for host in ("0.0.0.0", "::", "127.0.0.1")] == [
        "127.0.0.1",
        "::1",
        "127.0.0.1",
    ]
