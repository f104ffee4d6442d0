"""Those whose grants are looked at again together are who each of them would be, asked alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import text

from api.auth.api_keys import make
from api.auth.principals import ApiKeyPrincipal, Credentialed, TokenPrincipal
from api.auth.viewer_cache import ViewerCache
from models.access import AccessScope
from models.api_client_commands import WantedKey, add_key
from models.base import uuid7
from models.database.client import Database, engine_for
from models.database.pool import PoolBounds
from models.grant_queries import ClaimedGrants
from models.loading.demo.grants import ISSUER
from planner.errors import Unauthenticated
from schema.grants import Principal
from tests.own_patches import patch_for_this_test

CAMPUS = "https://id.example.edu"
STAFF = ClaimedGrants((("COORDINATOR", ()), ("INTEGRATION", ("EVENTS_READ",))), "uc-merced")
ELSEWHERE = ClaimedGrants((("COORDINATOR", ()),), "nowhere")
HOUR = 3_600.0
OF_CLIENT = "where client_id = (select id from api_client where name = '{}')"
CHANGES = (
    f"update api_key set revoked_at = now() {OF_CLIENT.format('revoked')}",
    f"update api_key set secret_hash = sha256('another') {OF_CLIENT.format('replaced')}",
    "update access_grant set revoked_at = now() where subject = 'mentor'",
)


def nothing(_: UUID) -> None:
    """A key was used."""


async def holder(url: str, client: str) -> ApiKeyPrincipal:
    """Of a new key, the only one of its client."""
    engine, id = engine_for(url), uuid7()
    key = make(id)
    wanted = WantedKey(id, client, "uc-davis", key.secret_hash, (AccessScope.PROJECTS_READ,))
    await add_key(engine, wanted)
    await engine.dispose()
    return ApiKeyPrincipal(id, key.secret_hash, nothing)


@pytest.fixture
async def named(database_url: str) -> dict[str, Credentialed]:
    """Whom each token names; what the campus's issuer claims is in it."""
    until = time.time() + HOUR
    return {
        "coordinator": TokenPrincipal(ISSUER, "uc-coordinator", until),
        "mentor": TokenPrincipal(ISSUER, "mentor", until),
        "nobody": TokenPrincipal(ISSUER, "nobody", until),
        "staff": TokenPrincipal(CAMPUS, "one", until, STAFF),
        "both": TokenPrincipal(ISSUER, "uc-coordinator", until, STAFF),
        "elsewhere": TokenPrincipal(CAMPUS, "one", until, ELSEWHERE),
        **{client: await holder(database_url, client) for client in ("held", "revoked", "replaced")},
    }


@pytest.fixture
def sent() -> list[str]:
    return []


@pytest.fixture
async def viewers(
    database_url: str, named: dict[str, Credentialed], sent: list[str]
) -> AsyncIterator[ViewerCache]:
    """Everybody is known to it; then what some of them were granted is changed."""

    async def identify(token: str) -> Credentialed:
        return named[token]

    database = await Database.open(database_url, PoolBounds(1, None), on_statement=sent.append)
    viewers = ViewerCache(identify, lambda: database)
    for token in named:
        await viewers.authenticate(sending(token))
    engine = engine_for(database_url)
    async with engine.begin() as connection:
        for change in CHANGES:
            await connection.execute(text(change))
    await engine.dispose()
    yield viewers
    await database.close()


def sending(token: str) -> bytes:
    return f"Bearer {token}".encode()


async def alone(viewers: ViewerCache, token: str) -> Principal | str:
    try:
        return await viewers.refresh(sending(token))
    except Unauthenticated as refused:
        return str(refused)


async def test_each_is_who_they_are_alone_by_two_statements(
    viewers: ViewerCache, named: dict[str, Credentialed], sent: list[str]
) -> None:
    sent.clear()
    together = await viewers.refresh_many(sending(token) for token in named)
    await asyncio.sleep(0)  # the driver tells of a statement in the next turn of the loop
    assert len(sent) == 2
    found = {token: together[sending(token)] for token in named}
    refused = {token: str(one) for token, one in found.items() if isinstance(one, Unauthenticated)}
    assert refused.keys() == {"revoked", "replaced"}
    assert {**found, **refused} == {token: await alone(viewers, token) for token in named}
    roles = {token: one.roles for token, one in found.items() if isinstance(one, Principal)}
    assert roles["both"] > roles["coordinator"] > roles["mentor"] == roles["nobody"] == roles["elsewhere"]


async def test_what_is_not_known_or_is_over_is_left_to_be_asked_alone(
    viewers: ViewerCache, named: dict[str, Credentialed], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await viewers.refresh_many([sending("never seen")]) == {}
    later = time.time() + 2 * HOUR
    patch_for_this_test(monkeypatch, time, "time", lambda: later)
    together = await viewers.refresh_many(sending(token) for token in named)
    assert together.keys() == {sending(token) for token in ("held", "revoked", "replaced")}
