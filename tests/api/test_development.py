"""Development tokens: signed here, and nothing else is taken for one."""

from __future__ import annotations

import base64
import json
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from api.auth.development_tokens import ALGORITHM, KEY_FILE, LIFETIME, identify, key, sign
from api.auth.jwt import read
from api.auth.principals import TokenPrincipal
from planner.errors import Unauthenticated


def known(token: str, signing_key: OKPKey) -> TokenPrincipal:
    return identify(read(token), signing_key)


def reason(refused: pytest.ExceptionInfo[Unauthenticated]) -> str:
    return str(refused.value.problems[0].details["reason"])


@pytest.fixture
def signing_key(tmp_path: Path) -> OKPKey:
    return key(tmp_path)


def test_the_key_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    token = sign("admin", key(tmp_path / "state"))
    assert known(token, key(tmp_path / "state")).subject == "admin"
    assert stat.S_IMODE((tmp_path / "state" / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "state").iterdir()] == [KEY_FILE]


def test_another_key_signs_nothing_for_us(signing_key: OKPKey, tmp_path: Path) -> None:
    with pytest.raises(Unauthenticated):
        known(sign("admin", key(tmp_path / "other")), signing_key)


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "someone-else"},
        {"iss": None},
        {"aud": "someone-else"},
        {"aud": None},
        {"sub": None},
        {"exp": None},
        {"exp": "tomorrow"},
    ],
    ids=str,
)
def test_every_claim_is_checked(signing_key: OKPKey, change: dict[str, Any]) -> None:
    require_refused(signing_key, change)


@pytest.mark.parametrize(("claim", "seconds"), [("exp", -60), ("nbf", 600)])
def test_every_time_is_checked(signing_key: OKPKey, claim: str, seconds: int) -> None:
    require_refused(signing_key, {claim: time.time() + seconds})


def require_refused(signing_key: OKPKey, change: dict[str, Any]) -> None:
    """A token with these claims changed, or left out where they are None."""
    claims = read(sign("admin", signing_key)).claims
    changed = {name: value for name, value in {**claims, **change}.items() if value is not None}
    with pytest.raises(Unauthenticated):
        known(jwt.encode({"alg": ALGORITHM}, changed, signing_key, algorithms=[ALGORITHM]), signing_key)


def test_it_expires(signing_key: OKPKey) -> None:
    with pytest.raises(Unauthenticated) as refused:
        known(sign("admin", signing_key, now=time.time() - LIFETIME - 60), signing_key)
    assert reason(refused) == "EXPIRED"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "EdDSA"},
        {"alg": ALGORITHM, "crit": ["unheard"], "unheard": 1},
        {"alg": ALGORITHM, "jku": "https://example.org/keys"},
    ],
    ids=str,
)
def test_a_changed_header_is_refused(signing_key: OKPKey, header: dict[str, Any]) -> None:
    _, claims, signature = sign("admin", signing_key).split(".")
    forged = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    for signed in (signature, ""):
        with pytest.raises(Unauthenticated):
            known(f"{forged}.{claims}.{signed}", signing_key)


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é.é.é", "\0", "a" * 10_000])
def test_what_is_no_token_at_all(signing_key: OKPKey, token: str) -> None:
    with pytest.raises(Unauthenticated):
        known(token, signing_key)
