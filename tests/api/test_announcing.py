"""What is printed to be pasted must work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from graphql import parse, validate

from api import development
from api.announcing import FIRST_QUERY, announced, reachable_host
from api.settings import read_settings
from api.tokens import read
from schema import graphql_schema


def test_the_first_query_is_one_that_the_schema_answers() -> None:
    assert validate(graphql_schema, parse(json.loads(FIRST_QUERY)["query"])) == []


def test_a_server_on_every_address_is_reached_on_this_machine() -> None:
    assert [reachable_host(host) for host in ("0.0.0.0", "::", "127.0.0.1")] == [
        "127.0.0.1",
        "::1",
        "127.0.0.1",
    ]


@pytest.mark.parametrize(("explorer", "told"), [(True, 1), (False, 0)])
def test_the_explorer_is_named_where_it_is_served(tmp_path: Path, explorer: bool, told: int) -> None:
    settings = read_settings(state=tmp_path, port=8123, explorer=explorer, development=True)
    lines = [line.plain for line in announced(settings, embedded=True)]
    assert lines.count("The explorer: http://127.0.0.1:8123/explorer") == told
    headers = [json.loads(line) for line in lines if line.strip().startswith('{"Authorization"')]
    assert len(headers) == told
    for header in headers:
        token = header["Authorization"].removeprefix("Bearer ")
        assert development.identify(read(token), development.key(tmp_path)).subject == "admin"
