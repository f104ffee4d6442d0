"""What is printed to be pasted must work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from graphql import parse, validate

from api.auth import development_tokens
from api.auth.jwt import read
from api.server.startup_banner import FIRST_QUERY, FOR_ALL, MENU, NOT_DEVELOPMENT, announced, reachable_host
from api.settings.settings import read_settings
from models.loading.demo.grants import PERSONAS
from schema import graphql_schema


def test_the_first_query_is_one_that_the_schema_answers() -> None:
    assert validate(graphql_schema, parse(json.loads(FIRST_QUERY)["query"])) == []


def test_a_server_on_every_address_is_reached_on_this_machine() -> None:
    assert [reachable_host(host) for host in ("0.0.0.0", "::", "127.0.0.1")] == [
        "127.0.0.1",
        "::1",
        "127.0.0.1",
    ]


@pytest.mark.parametrize(("explorer", "count"), [(True, 1), (False, 0)])
def test_the_explorer_is_named_where_it_is_served(tmp_path: Path, explorer: bool, count: int) -> None:
    lines = banner_lines(tmp_path, explorer=explorer, development=True)
    assert lines.count("The explorer: http://127.0.0.1:8123/explorer") == count
    assert lines.count(MENU) == count


def test_each_persona_has_a_line_with_its_token(tmp_path: Path) -> None:
    lines = banner_lines(tmp_path, development=True)
    start = lines.index("  -H 'Authorization: Bearer TOKEN'") + 1
    named = [line.split() for line in lines[start : start + len(PERSONAS)]]
    assert [name for name, _ in named] == list(PERSONAS)
    for name, token in named:
        assert development_tokens.identify(read(token), development_tokens.key(tmp_path)).subject == name


@pytest.mark.parametrize(("host", "count"), [("127.0.0.1", 0), ("::1", 0), ("0.0.0.0", 1), ("10.0.0.7", 1)])
def test_a_server_that_others_reach_warns_of_the_menu(tmp_path: Path, host: str, count: int) -> None:
    assert banner_lines(tmp_path, host=host, development=True).count(FOR_ALL) == count
    assert FOR_ALL not in banner_lines(tmp_path, host=host, development=False)
    assert FOR_ALL not in banner_lines(tmp_path, host=host, development=True, explorer=False)


def test_development_beyond_this_machine_must_be_said(tmp_path: Path) -> None:
    lines = banner_lines(tmp_path, host="0.0.0.0")
    assert lines.count(NOT_DEVELOPMENT) == 1
    assert "eyJ" not in "".join(lines)
    for settings in ({}, {"host": "0.0.0.0", "development": True}, {"development": False}):
        assert NOT_DEVELOPMENT not in banner_lines(tmp_path, **settings)


def test_outside_development_there_are_no_personas(tmp_path: Path) -> None:
    text = "\n".join(banner_lines(tmp_path, development=False))
    assert MENU not in text
    assert "Authorization" not in text
    assert "eyJ" not in text


def banner_lines(state: Path, **settings: object) -> list[str]:
    made = read_settings(state=state, port=8123, **settings)
    return [line.plain for line in announced(made, embedded=True)]
