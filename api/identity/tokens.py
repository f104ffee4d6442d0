"""JSON Web Tokens: read strictly, held to what is expected of them, and then to a signature.

What is cheap is checked first. Until the signature is checked, a token only decides whose rules and keys it
is held to, and what does not fit refuses it. Keys never come from the token (`jku`, `x5u`, `jwk`, `x5c`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64decode

from api.identity.reasons import Reason, unauthenticated

PublicKey = RSAKey | ECKey | OKPKey

FAMILIES: Mapping[str, tuple[str, str | None]] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), ("RSA", None)),
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "Ed25519": ("OKP", "Ed25519"),
    "Ed448": ("OKP", "Ed448"),
}
"""Each algorithm that an issuer may use, with the type and curve of its keys; all are asymmetric."""

OLD_NAME = "EdDSA"  # what RFC 9864 renamed, by curve, and many issuers still write
TYPES = {"jwt", "at+jwt"}
ED448_BYTES = 114
MOST_TRIED = 4  # keys that one token is held to
LARGEST_TIME = 1e11
LONGEST_SUBJECT = 255  # OpenID Connect Core, 2
COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it was read; nothing of it is known to be true."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes

    @property
    def kid(self) -> str | None:
        kid = self.header.get("kid")
        return kid if isinstance(kid, str) else None


@dataclass(frozen=True, slots=True)
class Expected:
    """What an issuer's tokens must be; `leeway` in seconds."""

    issuer: str
    audience: str
    algorithms: frozenset[str]
    leeway: float


@dataclass(frozen=True, slots=True)
class Key:
    """A public key, its id, and the algorithms that it may be used with."""

    public: PublicKey
    algorithms: frozenset[str]
    kid: str | None = None


def read(text: str) -> Token:
    """The parts of a compact JWS whose header and payload are JSON objects; raises Unauthenticated."""
    if not COMPACT.fullmatch(text):
        raise unauthenticated(Reason.MALFORMED)
    header, payload, signature = text.encode().split(b".")
    try:
        token = Token(
            _object(urlsafe_b64decode(header)),
            _object(urlsafe_b64decode(payload)),
            header + b"." + payload,
            urlsafe_b64decode(signature),
        )
    except (ValueError, RecursionError) as error:
        raise unauthenticated(Reason.MALFORMED) from error
    _check_header(token.header)
    return token


def require(token: Token, expected: Expected, now: float) -> float:
    """Hold a token to what is expected; until when it is valid (seconds since the epoch), leeway included."""
    if algorithm_of(token) not in expected.algorithms:
        raise unauthenticated(Reason.ALGORITHM)
    claims = token.claims
    if claims.get("iss") != expected.issuer:
        raise unauthenticated(Reason.ISSUER_UNKNOWN)
    if not _is_name(claims.get("sub")) or "cnf" in claims:  # bound to a key that only its holder can show
        raise unauthenticated(Reason.CLAIMS)
    _require_audience(claims.get("aud"), expected.audience)
    expires, leeway = _time(claims, "exp"), expected.leeway
    if expires is None:
        raise unauthenticated(Reason.CLAIMS)
    if expires + leeway <= now:
        raise unauthenticated(Reason.EXPIRED)
    if max(_time(claims, "nbf") or 0.0, _time(claims, "iat") or 0.0) > now + leeway:
        raise unauthenticated(Reason.NOT_YET_VALID)
    return expires + leeway


def fitting(token: Token, keys: Iterable[Key]) -> Sequence[Key]:
    """The keys that may have signed it: of its `kid` if it has one, and for its algorithm."""
    kid, algorithm = token.kid, algorithm_of(token)
    return [key for key in keys if algorithm in key.algorithms and (kid is None or key.kid == kid)]


def is_signed(token: Token, keys: Sequence[Key]) -> bool:
    """Whether one of the keys signed it; of many that may have, only the first few are tried."""
    return any(_is_signed_by(key, token) for key in keys[:MOST_TRIED])


def _is_signed_by(key: Key, token: Token) -> bool:
    algorithm = algorithm_of(token)
    if algorithm not in key.algorithms:
        return False
    model = JWSRegistry.algorithms[algorithm]
    try:
        model.check_key(key.public)
        return bool(model.verify(token.signed, token.signature, key.public))
    except (JoseError, ValueError):
        return False


def algorithm_of(token: Token) -> str:
    """Its algorithm; `EdDSA` stands for two, which the length of the signature tells apart."""
    algorithm = str(token.header["alg"])
    if algorithm == OLD_NAME:
        return "Ed448" if len(token.signature) == ED448_BYTES else "Ed25519"
    return algorithm


def _check_header(header: Mapping[str, Any]) -> None:
    """Nothing that we would have to understand, and no other kind of token than one that says who asks."""
    type_ = header.get("typ", "JWT")
    if not isinstance(header.get("alg"), str) or not isinstance(header.get("kid", ""), str):
        raise unauthenticated(Reason.MALFORMED)
    if "crit" in header or "b64" in header or "enc" in header or not isinstance(type_, str):
        raise unauthenticated(Reason.MALFORMED)
    if type_.lower().removeprefix("application/") not in TYPES:
        raise unauthenticated(Reason.MALFORMED)


def _require_audience(given: object, wanted: str) -> None:
    audiences = [given] if isinstance(given, str) else given
    if not isinstance(audiences, list) or not all(isinstance(one, str) for one in audiences):
        raise unauthenticated(Reason.CLAIMS)
    if wanted not in audiences:
        raise unauthenticated(Reason.AUDIENCE)


def _time(claims: Mapping[str, Any], name: str) -> float | None:
    """A claim that is a time; None where there is none."""
    if name not in claims:
        return None
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LARGEST_TIME:
        raise unauthenticated(Reason.CLAIMS)
    return float(value)


def _is_name(value: object) -> bool:
    """A text that the database can hold and a person can read."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_SUBJECT and value.isprintable()


def _object(text: bytes) -> dict[str, Any]:
    """A JSON object (RFC 8259, in UTF-8) in which no member is named twice; raises ValueError."""
    value = json.loads(text.decode(), object_pairs_hook=_members, parse_constant=_no_number)
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member is named twice")
    return members


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
