"""Tokens for the demo personas, signed with a key that never leaves this machine.

Only on the embedded database: `Settings.in_development` decides.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.jwk import OKPKey

from api.auth.auth_errors import RefusalReason, unauthenticated
from api.auth.jwt import ClaimRules, UnverifiedToken, VerificationKey, is_signed, validate_claims
from models.loading.demo.grants import ISSUER

if TYPE_CHECKING:
    from api.auth.principals import TokenPrincipal

AUDIENCE = "puente"
ALGORITHM = "Ed25519"  # RFC 9864's name for what used to be EdDSA with this curve
LIFETIME = 30 * 24 * 3600
LEEWAY = 30
KEY_FILE = "development-key.pem"

EXPECTED = ClaimRules(ISSUER, AUDIENCE, frozenset({ALGORITHM}), LEEWAY)


def key(state: Path) -> OKPKey:
    """The key in the state folder, made on first use and readable by its owner only."""
    path = state / KEY_FILE
    try:
        return OKPKey.import_key(path.read_bytes())
    except FileNotFoundError:
        _make_key(path)
        return OKPKey.import_key(path.read_bytes())


def sign(persona: str, signing_key: OKPKey, *, now: float | None = None) -> str:
    issued = int(time.time() if now is None else now)
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": persona,
        "iat": issued,
        "exp": issued + LIFETIME,
    }
    return jwt.encode({"alg": ALGORITHM}, claims, signing_key, algorithms=[ALGORITHM])


def identify(token: UnverifiedToken, signing_key: OKPKey) -> TokenPrincipal:
    """The principal of one of our tokens; raises Unauthenticated."""
    from api.auth.principals import TokenPrincipal  # loads the schema, which signing doesn't need

    until = validate_claims(token, EXPECTED, time.time())
    if not is_signed(token, [VerificationKey(signing_key, EXPECTED.algorithms)]):
        raise unauthenticated(RefusalReason.SIGNATURE)
    return TokenPrincipal(ISSUER, token.claims["sub"], until)


def _make_key(path: Path) -> None:
    """Written to a temporary file, then linked: of two processes that do it at once, one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, temporary = tempfile.mkstemp(prefix=f"{path.name}-", dir=path.parent)
    with os.fdopen(number, "wb") as file:
        file.write(OKPKey.generate_key("Ed25519").as_pem(private=True))
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass  # the other process was first
    finally:
        Path(temporary).unlink()
