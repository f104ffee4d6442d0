"""PUENTE_ISSUERS: what is wrong with it is one line, and nothing starts."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from api.auth.jwt import FAMILIES, OLD_NAME
from api.settings.issuers import Algorithm, ClaimedRole, Issuer
from api.settings.settings import SettingsError, read_settings
from api.settings.vocabulary import ROLES, SCOPES
from models.access import AccessScope, GrantedRole

GOOD: dict[str, Any] = {
    "issuer": "https://login.campus.example.edu",
    "audience": "puente",
    "algorithms": ["RS256"],
}
STAFF = {"claim": "roles", "value": "staff", "role": "COORDINATOR"}
ALONE = "[0]"


def refused(monkeypatch: pytest.MonkeyPatch, value: str) -> str:
    monkeypatch.setenv("PUENTE_ISSUERS", value)
    with pytest.raises(SettingsError) as raised:
        read_settings()
    return str(raised.value)


def test_a_good_one(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [{**GOOD, "institution": "uc-merced", "grants": [STAFF]}, {**GOOD, "issuer": "http://[::1]:9/a"}]
    monkeypatch.setenv("PUENTE_ISSUERS", json.dumps(given))
    one, other = read_settings().issuers
    assert one.accepted == {"RS256"}
    assert one.grants[0].role == "COORDINATOR"
    assert other.discovery == "http://[::1]:9/a/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"algorithms": ["HS256"]}, f"{ALONE}.algorithms[0]: "),
        ({"algorithms": ["none"]}, f"{ALONE}.algorithms[0]: "),
        ({"algorithms": []}, f"{ALONE}: needs the `algorithms`"),
        ({"algorithms": None}, f"{ALONE}.algorithms: "),
        ({"issuer": "http://login.campus.example.edu"}, f"{ALONE}.issuer: must be an https URL"),
        ({"issuer": "https://user:secret@login.example.edu"}, f"{ALONE}.issuer: must be an https URL"),
        ({"issuer": "puente-development"}, f"{ALONE}.issuer: must be an https URL"),
        ({"issuer": "http://localhost.example.edu"}, f"{ALONE}.issuer: must be an https URL"),
        ({"issuer": "http://127.0.0.1@example.edu"}, f"{ALONE}.issuer: must be an https URL"),
        ({"issuer": "https://x.example.edu:0x50"}, f"{ALONE}.issuer: must be an https URL"),
        ({"issuer": "https://[x"}, f"{ALONE}.issuer: must be an https URL"),
        ({"issuer": ""}, f"{ALONE}.issuer: must be an https URL"),
        ({"jwks_uri": "http://keys.example.edu/"}, f"{ALONE}.jwks_uri: must be an https URL"),
        ({"jwks_uri": "file:///etc/keys"}, f"{ALONE}.jwks_uri: must be an https URL"),
        ({"audience": ""}, f"{ALONE}.audience: "),
        ({"audiences": "x"}, f"{ALONE}.audiences: "),
        ({"institution": "UC Merced"}, f"{ALONE}.institution: "),
        ({"grants": [STAFF]}, f"{ALONE}: COORDINATOR can only be granted within an `institution`"),
        (
            {"grants": [{**STAFF, "role": "MENTOR"}], "institution": "uc-merced"},
            f"{ALONE}: MENTOR need a `person_claim`",
        ),
        ({"grants": [{**STAFF, "role": "KING"}]}, f"{ALONE}.grants[0].role: "),
        ({"grants": [{**STAFF, "role": "PUBLIC"}]}, f"{ALONE}.grants[0].role: "),
        ({"grants": [{**STAFF, "scopes": ["PROJECTS_READ"]}]}, f"{ALONE}.grants[0]: scopes are for"),
        (
            {"grants": [{**STAFF, "role": "INTEGRATION", "scopes": ["EVERYTHING"]}]},
            f"{ALONE}.grants[0]: no such scope: EVERYTHING",
        ),
    ],
    ids=str,
)
def test_a_wrong_one_is_named(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], says: str) -> None:
    message = refused(monkeypatch, json.dumps([{**GOOD, **change}]))
    assert message.startswith(f"PUENTE_ISSUERS{says}"), message
    assert "\n" not in message
    assert "secret" not in message


@pytest.mark.parametrize("value", ["{", "{}", "x", '"x"', "1", "[" * 100_000])
def test_what_is_no_list(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    assert refused(monkeypatch, value) == "PUENTE_ISSUERS: must be a JSON list of objects"


def test_an_issuer_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(monkeypatch, json.dumps([GOOD, GOOD])) == "PUENTE_ISSUERS: names an issuer twice"


def test_the_leeway_is_a_minute_at_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUENTE_TOKEN_LEEWAY", "61")
    with pytest.raises(SettingsError, match="PUENTE_TOKEN_LEEWAY"):
        read_settings()


def test_what_may_be_named_is_what_there_is() -> None:
    assert set(get_args(Algorithm)) == {*FAMILIES, OLD_NAME}
    assert list(ROLES) == [role.value for role in GrantedRole]
    assert list(SCOPES) == [scope.value for scope in AccessScope]
    assert set(get_args(ClaimedRole)) == {*ROLES} - {"PUBLIC"}


def test_the_old_name_stands_for_both_curves() -> None:
    assert Issuer(**{**GOOD, "algorithms": ["EdDSA"]}).accepted == {"Ed25519", "Ed448"}
