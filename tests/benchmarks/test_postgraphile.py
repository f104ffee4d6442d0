"""PostGraphile as a peer: what it is asked, what it is made of, and the views that it serves."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import asyncpg
import graphql
import orjson
import pytest

from benchmarks.peers.postgraphile import FOLDER, INSTALL, installed, missing, prepare, request
from benchmarks.suite import BenchmarkOperation, Facts, suite

KEY = "01a20c3d-40b4-7b19-8c63-5f955c8dbd9d"
OPERATIONS = suite(Facts(f"project_{KEY}", "water xochico", "health and water in xochico"))


def requested(operation: BenchmarkOperation) -> dict[str, Any]:
    made = request(operation)
    assert made is not None
    body: dict[str, Any] = orjson.loads(made.body)
    return body


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_has_a_document_with_its_variables(operation: BenchmarkOperation) -> None:
    body = requested(operation)
    (definition,) = graphql.parse(body["query"]).definitions
    assert isinstance(definition, graphql.OperationDefinitionNode)
    declared = {variable.variable.name.value for variable in definition.variable_definitions or ()}
    assert declared == set(body["variables"])


def test_ids_and_cursors_are_its_own() -> None:
    bodies = {operation.name: requested(operation) for operation in OPERATIONS}
    assert bodies["node"]["variables"] == {"id": f"Project|{KEY}"}
    after = json.loads(base64.b64decode(bodies["deep_page"]["variables"]["after"]))
    assert after == ["f5c2b56550", "health and water in xochico", "00000000-0000-0000-0000-000000000000"]


def test_the_packages_are_pinned_and_their_addresses_are_not() -> None:
    lock = json.loads((FOLDER / "package-lock.json").read_text())
    package = json.loads((FOLDER / "package.json").read_text())
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in package["dependencies"].values())
    assert lock["packages"][""]["dependencies"] == package["dependencies"]
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
    assert [name for name, entry in lock["packages"].items() if name and "integrity" not in entry] == []


def test_it_says_how_to_install_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.peers.postgraphile.node_home", lambda: None)
    assert missing() == f"Node is not installed: {INSTALL}"
    assert installed("no-such-package") is None


async def test_its_views_are_made_once_and_again_when_they_change(database_url: str) -> None:
    async def made() -> Any:
        return await connection.fetchval("select 'postgraphile.project'::regclass::oid")

    await prepare(database_url)
    connection = await asyncpg.connect(database_url)
    first = await made()
    await prepare(database_url)
    assert await made() == first
    await connection.execute("comment on schema postgraphile is 'another'")
    await prepare(database_url)
    assert await made() != first
    assert await connection.fetchval("select count(*) from postgraphile.project where status = 'DRAFT'") == 0
    assert await connection.fetchval("select count(*) from postgraphile.search('agua')") > 0
    await connection.close()
