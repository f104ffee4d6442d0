"""Sign-in to the portals: its settings, what pages know of it and may reach, what the doctor says."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from api.auth.json_client import FetchFailed
from api.auth.portal_sign_in import require_sign_in
from api.settings.settings import SettingsError, read_settings
from tests.api.http_clients import reached, settings_for
from tests.api.issuer_server import DISCOVERY, IssuerResponse, LocalIssuer

ISSUER = {"issuer": "https://login.example.edu/realms/uc", "audience": "puente", "algorithms": ["RS256"]}
NAME = {"en": "Campus </script>", "es": "Campus"}
GOOD: dict[str, Any] = {"client_id": "portals", "name": NAME}


def listed(**changes: Any) -> list[dict[str, Any]]:
    return [{**ISSUER, "portals": {**GOOD, **changes}}]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"client_id": ""}, ".client_id: "),
        ({"client_secret": "x"}, ".client_secret: "),
        ({"name": {"en": "Campus"}}, ".name.es: "),
        ({"name": "Campus"}, ".name: "),
        ({"scope": "profile"}, ".scope: must have the scope `openid`"),
        (
            {"parameters": {"state": "x", "nonce": "y"}},
            ".parameters: the portals send nonce, state themselves",
        ),
        ({"parameters": {"resource": 1}}, ".parameters.resource: "),
        ({"origins": ["https://tokens.example.edu/path"]}, ".origins[0]: must be an origin"),
        ({"origins": ["http://tokens.example.edu"]}, ".origins[0]: must be an origin"),
        ({"origins": ["*"]}, ".origins[0]: must be an origin"),
        ({"origins": ["https://x.example.edu; script-src *"]}, ".origins[0]: must be an origin"),
    ],
    ids=str,
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], says: str) -> None:
    monkeypatch.setenv("PUENTE_ISSUERS", json.dumps(listed(**change)))
    with pytest.raises(SettingsError) as raised:
        read_settings()
    assert str(raised.value).startswith(f"PUENTE_ISSUERS[0].portals{says}")


async def policy_and_issuers(url: str, issuers: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    async with reached(url, issuers=issuers) as client:
        response = await client.get("/portals/uc/projects")
    assert response.text.count("</script>") == 2
    found = re.search(r'id="configuration">(.*?)</script>', response.text)
    assert found is not None
    policy = re.search("connect-src ([^;]+)", response.headers["content-security-policy"])
    assert policy is not None
    return policy[1], json.loads(found[1])["issuers"]


async def test_a_page_knows_its_issuers_and_may_reach_only_them(seeded_url: str) -> None:
    given = listed(parameters={"resource": "puente"}, origins=["https://tokens.example.edu:443"])
    policy, issuers = await policy_and_issuers(seeded_url, given)
    assert policy == "'self' https://login.example.edu https://tokens.example.edu"
    assert issuers == [
        {
            "issuer": ISSUER["issuer"],
            "clientId": "portals",
            "name": NAME,
            "scope": "openid profile",
            "parameters": {"resource": "puente"},
        }
    ]


async def test_an_issuer_without_portals_is_not_on_their_pages(seeded_url: str) -> None:
    assert await policy_and_issuers(seeded_url, [ISSUER]) == ("'self'", [])


@pytest.fixture
async def issuer() -> AsyncIterator[LocalIssuer]:
    async with LocalIssuer().serving() as issuer:
        yield issuer


async def says(local: LocalIssuer, origins: list[str] | None = None, **changes: Any) -> str:
    """What the doctor finds wrong with the issuer's metadata."""
    metadata = {
        "issuer": local.url,
        "authorization_endpoint": f"{local.url}/auth",
        "token_endpoint": f"{local.url}/token",
        "code_challenge_methods_supported": ["S256"],
        **changes,
    }
    local.says[DISCOVERY] = IssuerResponse([orjson.dumps(metadata)])
    portals = {**GOOD, "origins": origins or []}
    settings = settings_for("postgresql:///", issuers=[local.settings(portals=portals)])
    try:
        await require_sign_in(settings)
    except FetchFailed as failed:
        return str(failed).removeprefix(local.url)
    return ""


async def test_the_doctor_says_why_nobody_could_sign_in(issuer: LocalIssuer) -> None:
    elsewhere = "https://tokens.example.edu"
    assert await says(issuer) == ""
    assert await says(issuer, code_challenge_methods_supported=None) == "", "many issuers leave it out"
    assert await says(issuer, [elsewhere], token_endpoint=f"{elsewhere}/token") == ""
    assert "add it to the `origins`" in await says(issuer, token_endpoint=f"{elsewhere}/token")
    assert "PKCE with S256" in await says(issuer, code_challenge_methods_supported=["plain"])
    assert "authorization_endpoint" in await says(issuer, authorization_endpoint="http://login.example.edu")
    assert "belongs to another issuer" in await says(issuer, issuer=elsewhere)
