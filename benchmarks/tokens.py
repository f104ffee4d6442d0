"""What it costs to read a token and check it: once for each token, on the event loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from statistics import median

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from api.auth.jwt import ClaimRules, VerificationKey, candidate_keys, is_signed, read, validate_claims

ROUNDS = 300
MADE: dict[str, tuple[str, Callable[[], RSAKey | ECKey | OKPKey]]] = {
    "RS256, 2048 bits": ("RS256", lambda: RSAKey.generate_key(2048)),
    "RS256, 4096 bits": ("RS256", lambda: RSAKey.generate_key(4096)),
    "RS256, 8192 bits": ("RS256", lambda: RSAKey.generate_key(8192)),
    "PS256, 2048 bits": ("PS256", lambda: RSAKey.generate_key(2048)),
    "ES256": ("ES256", lambda: ECKey.generate_key("P-256")),
    "ES384": ("ES384", lambda: ECKey.generate_key("P-384")),
    "ES512": ("ES512", lambda: ECKey.generate_key("P-521")),
    "Ed25519": ("Ed25519", lambda: OKPKey.generate_key("Ed25519")),
    "Ed448": ("Ed448", lambda: OKPKey.generate_key("Ed448")),
}


def measure_tokens() -> Iterator[tuple[str, float]]:
    """Microseconds (the median) for each kind of key."""
    for name, (algorithm, make) in MADE.items():
        yield name, _measured(algorithm, make())


def _measured(algorithm: str, private: RSAKey | ECKey | OKPKey) -> float:
    expected = ClaimRules("https://x.example.edu", "puente", frozenset({algorithm}), 30)
    now = int(time.time())
    claims = {"iss": expected.issuer, "aud": "puente", "sub": "somebody", "iat": now, "exp": now + 600}
    text = jwt.encode({"alg": algorithm, "kid": "a"}, claims, private, algorithms=[algorithm])
    public = type(private).import_key(private.as_dict(private=False))
    keys = [VerificationKey(public, frozenset({algorithm}), "a")]
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        token = read(text)
        validate_claims(token, expected, now)
        assert is_signed(token, candidate_keys(token, keys))
        times.append(time.perf_counter() - started)
    return median(times) * 1e6
