"""Whatever stands in a token or a key set: it is refused in the house's words, and nothing else is raised."""

from __future__ import annotations

import pickle
import time
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from api.auth.json_client import FetchFailed
from api.auth.jwks import keys_in
from api.auth.jwt import (
    FAMILIES,
    ClaimRules,
    VerificationKey,
    candidate_keys,
    is_signed,
    read,
    validate_claims,
)
from api.auth.viewer_cache import token_of
from api.settings.issuers import Issuer
from api.settings.settings import Settings
from planner.errors import Unauthenticated
from tests.api.attacks import part
from tests.api.issuer_server import LocalIssuer, public

ISSUER = LocalIssuer()
ISSUER.url = "https://login.example.edu"
KID, PRIVATE = ISSUER.newest
KEYS = [VerificationKey(PRIVATE, frozenset({"ES256"}), KID)]
EXPECTED = ClaimRules(ISSUER.url, "https://puente.test", frozenset(FAMILIES), 30)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
HEADER = st.dictionaries(
    st.sampled_from(["alg", "kid", "typ", "crit", "jwk", "jku", "x5c", "cty"]),
    JSON | st.sampled_from(["ES256", "none", "EdDSA", "JWT", KID]),
)
CLAIMS = st.dictionaries(
    st.sampled_from(["iss", "aud", "sub", "exp", "nbf", "iat", "cnf"]),
    JSON | st.builds(lambda: int(time.time())),
)


def is_accepted(text: str) -> bool:
    """Whether a token is; raises whatever is not a refusal."""
    try:
        token = read(text)
        validate_claims(token, EXPECTED, time.time())
    except Unauthenticated:
        return False
    return is_signed(token, candidate_keys(token, KEYS))


def test_a_good_one_is_accepted() -> None:
    assert is_accepted(ISSUER.token())


@settings(deadline=None, max_examples=100)
@given(HEADER, CLAIMS, st.binary(max_size=150))
def test_any_parts(header: dict[str, Any], claims: dict[str, Any], signature: bytes) -> None:
    header = {"alg": "ES256", **header}
    claims = {**ISSUER.claims(), **claims}
    assert not is_accepted(f"{part(header)}.{part(claims)}.{part(signature)}")


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_one_character_changed(data: st.DataObject) -> None:
    text = ISSUER.token()
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="latin-1").filter(lambda character: character != text[at]))
    assert not is_accepted(text[:at] + other + text[at + 1 :])


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=60), st.booleans())
def test_any_header_line(raw: bytes, with_scheme: bool) -> None:
    try:
        text = token_of(b"Bearer " + raw if with_scheme else raw)
    except Unauthenticated:
        return
    assert not is_accepted(text)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        JSON
        | st.dictionaries(
            st.sampled_from(["kty", "crv", "x", "y", "n", "e", "kid", "use", "alg", "key_ops"]),
            JSON | st.sampled_from(["RSA", "EC", "OKP", "P-256", "Ed25519", "AQAB", "sig", "A" * 43]),
        ).map(lambda changes: {**public(PRIVATE), **changes}),
        max_size=4,
    )
)
def test_any_key_set(listed: list[Any]) -> None:
    document = orjson.loads(orjson.dumps({"keys": listed}))
    try:
        keys = keys_in(document, frozenset(FAMILIES), 10)
    except FetchFailed:
        return
    assert all(not key.public.is_private and key.algorithms for key in keys)


def test_settings_reach_the_worker_processes() -> None:
    issuer = Issuer(**{**ISSUER.settings(), "issuer": ISSUER.url})
    given_settings = Settings(issuers=(issuer,))  # type: ignore[call-arg]
    assert issuer.accepted
    assert pickle.loads(pickle.dumps(given_settings)) == given_settings
