"""The mapping of an issuer's claims is changed and changed back: earlier cursors don't stay valid."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

import httpx
import pytest

import api.app
from models.database.client import engine_for
from models.issuer_rules import record_issuer_rules
from tests.api.http_clients import ask, reached, signed_in
from tests.api.issuer_server import LocalIssuer, bearer
from tests.models.statements import scalar

STAFF = {"claim": "roles", "value": "staff", "role": "COORDINATOR"}
OTHERS: Mapping[str, Mapping[str, Any]] = {
    "less": {"grants": []},
    "more": {"grants": [STAFF, {"claim": "roles", "value": "staff", "role": "ADMIN"}]},
    "another claim": {"grants": [{**STAFF, "claim": "groups"}]},
    "another institution": {"institution": "uc-davis"},
}
SAME: Mapping[str, Mapping[str, Any]] = {
    "the same": {},
    "other algorithms": {"algorithms": ["ES256", "RS256"]},
    "another order": {"grants": [{"claim": "x", "value": "y", "role": "ADMIN"}, STAFF]},
}
BOTH = {"grants": [STAFF, {"claim": "x", "value": "y", "role": "ADMIN"}]}
POSITION = "{ changeCursor }"
AFTER = "query ($after: String) { changes(after: $after, first: 0) { __typename } }"
GOES_ON = "it goes on"


@pytest.fixture
async def issuer() -> AsyncIterator[LocalIssuer]:
    async with LocalIssuer().serving() as issuer:
        yield issuer


@asynccontextmanager
async def started(
    url: str, issuer: LocalIssuer, rules: Mapping[str, Any]
) -> AsyncIterator[httpx.AsyncClient]:
    async with reached(url, issuers=[issuer.settings(**rules)]) as client:
        yield client


async def position(client: httpx.AsyncClient, headers: Mapping[str, str]) -> str:
    cursor: str = (await ask(client, POSITION, headers=dict(headers))).json()["data"]["changeCursor"]
    return cursor


async def follow(client: httpx.AsyncClient, headers: Mapping[str, str], after: str) -> str:
    """Whether one can go on from a cursor, or the reason why it has expired."""
    answer = (await ask(client, AFTER, {"after": after}, dict(headers))).json()
    return answer["errors"][0]["extensions"]["reason"] if "errors" in answer else GOES_ON


async def position_then(
    url: str, issuer: LocalIssuer, first: Mapping[str, Any], *later: Mapping[str, Any]
) -> str:
    """What a cursor is worth that was taken with the first rules, once others were in force."""
    headers = bearer(issuer.token(roles=["staff"], groups=["staff"]))
    async with started(url, issuer, first) as client:
        taken = await position(client, headers)
        assert await follow(client, headers, taken) == GOES_ON
    for rules in later:
        async with started(url, issuer, rules) as client:
            found = await follow(client, headers, taken)
    return found


@pytest.mark.parametrize("meanwhile", OTHERS)
async def test_a_cursor_from_before_other_rules_has_expired(
    database_url: str, issuer: LocalIssuer, meanwhile: str
) -> None:
    assert await position_then(database_url, issuer, {}, OTHERS[meanwhile], {}) == "GRANTS"


@pytest.mark.parametrize("meanwhile", SAME)
async def test_a_restart_with_the_same_rules_changes_nothing(
    database_url: str, issuer: LocalIssuer, meanwhile: str
) -> None:
    first = BOTH if meanwhile == "another order" else {}
    assert await position_then(database_url, issuer, first, SAME[meanwhile], first) == GOES_ON


async def test_without_the_record_it_would_go_on(database_url: str, issuer: LocalIssuer) -> None:
    async def unrecorded(*_: Any) -> None:
        pass

    with patch.object(api.app, "record_issuer_rules", unrecorded):
        assert await position_then(database_url, issuer, {}, OTHERS["less"], {}) == GOES_ON


async def test_others_go_on(database_url: str, issuer: LocalIssuer) -> None:
    """Subjects of another issuer, viewers with only a grant in the database, and the public."""
    viewers = [signed_in("uc-coordinator"), signed_in("public")]
    async with started(database_url, issuer, {}) as client:
        taken = [await position(client, headers) for headers in viewers]
    async with started(database_url, issuer, OTHERS["less"]) as client:
        for headers, cursor in zip(viewers, taken, strict=True):
            assert await follow(client, headers, cursor) == GOES_ON


async def test_of_servers_that_start_at_once_one_begins_the_epoch(database_url: str) -> None:
    epoch = "select version from access_epoch"
    engine = engine_for(database_url)
    before = await scalar(engine, epoch)
    for digest, count in (("a", 1), ("a", 1), ("b", 2), ("a", 3)):
        for _ in range(2):
            await record_issuer_rules(database_url, {"https://login.example.edu": digest})
        assert await scalar(engine, epoch) == before + count
    await engine.dispose()
