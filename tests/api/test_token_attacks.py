"""Whatever is wrong with a credential: 401, its reason, and no data."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from tests.api.attacks import ATTACKS, Scene
from tests.api.http_clients import GRAPHQL_RESPONSE, admin, ask, reached
from tests.api.issuer_server import LocalIssuer, bearer, made

QUERY = "{ institutions(first: 1) { nodes { id } } }"


@dataclass(frozen=True)
class Stage:
    client: httpx.AsyncClient
    scene: Scene


@pytest.fixture(scope="module")
async def stage(seeded_url: str) -> AsyncIterator[Stage]:
    """A server that trusts two issuers, of which each has its own algorithm; it is not in development."""
    one, other = LocalIssuer("ES256"), LocalIssuer("RS256")
    other.keys = {"same": made("ES256"), **other.keys}
    async with one.serving(), other.serving():
        issuers = [one.settings(), other.settings(algorithms=["RS256", "ES256"])]
        async with reached(seeded_url, tokens=False, issuers=issuers) as client:
            for issuer in (one, other):
                answered = await ask(client, QUERY, headers=bearer(issuer.token()))
                assert answered.status_code == 200, answered.text
            yield Stage(client, Scene(one, other))


@pytest.mark.parametrize("attack", ATTACKS)
async def test_it_is_refused(stage: Stage, attack: str) -> None:
    forge, reason = ATTACKS[attack]
    sent = forge(stage.scene)
    headers = [("accept", GRAPHQL_RESPONSE), ("accept-language", "es")]
    for one in sent if isinstance(sent, list) else [sent]:
        headers.append(("authorization", one))
    fetched_before = list(stage.scene.other.requested_paths)
    response = await stage.client.post("/graphql", json={"query": QUERY}, headers=headers)
    assert response.status_code == 401, response.text
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "UNAUTHENTICATED", "reason": reason}
    assert "data" not in response.json()
    assert response.headers["www-authenticate"] == 'Bearer realm="puente", error="invalid_token"'
    assert response.headers["cache-control"] == "no-store"
    assert stage.scene.other.requested_paths == fetched_before, "an address from a token was followed"


async def test_a_good_token_is_good_before_and_after(stage: Stage) -> None:
    """The attacks are refused for what they are, not because nothing is accepted."""
    one, other = stage.scene.one, stage.scene.other
    good = [
        one.token(),
        one.token({"typ": "at+jwt"}),
        one.token({"x5t": "ignored", "jku": "https://elsewhere.example.org", "unheard": 1}),
        one.token(aud=["https://elsewhere.example.org", "https://puente.test"]),
        other.token(),
    ]
    for token in good:
        assert (await ask(stage.client, QUERY, headers=bearer(token))).status_code == 200


async def test_a_development_token_counts_in_development_only(stage: Stage) -> None:
    """Signed by the very key that the state folder holds."""
    response = await ask(stage.client, QUERY, headers=admin())
    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"]["reason"] == "ISSUER_UNKNOWN"


async def test_the_message_is_in_the_readers_language(stage: Stage) -> None:
    headers = {"authorization": "Bearer x", "accept-language": "es"}
    response = await ask(stage.client, QUERY, headers=headers)
    assert "token bien formado" in response.json()["errors"][0]["message"]
