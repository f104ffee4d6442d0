"""JSON Web Tokens: parsed strictly, then validated by their claims, then by their signature.

Cheap checks come first. Until the signature is verified, a token only chooses the issuer whose rules and keys
apply. Keys never come from the token (`jku`, `x5u`, `jwk`, `x5c`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from joserfc.errors import ClaimError, ExpiredTokenError, InvalidClaimError, JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry
from joserfc.registry import HeaderParameter
from joserfc.util import urlsafe_b64decode

from api.auth.auth_errors import RefusalReason, unauthenticated

PublicKey = RSAKey | ECKey | OKPKey

FAMILIES: Mapping[str, tuple[str, str | None]] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), ("RSA", None)),
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "Ed25519": ("OKP", "Ed25519"),
    "Ed448": ("OKP", "Ed448"),
}
"""The algorithms that an issuer may use, with the type and curve of their keys; all are asymmetric."""

OLD_NAME = "EdDSA"  # replaced by a name per curve in RFC 9864, but still common
TYPES = {"jwt", "at+jwt"}
ED448_BYTES = 114
MAX_KEYS_TRIED = 4  # keys that one token is verified with
CLAIMS = ("iss", "sub", "cnf", "aud", "exp", "nbf", "iat")  # checked in this order
OTHER_VALUE = {"iss": RefusalReason.ISSUER_UNKNOWN, "aud": RefusalReason.AUDIENCE}
LARGEST_TIME = 1e11
LONGEST_SUBJECT = 255  # OpenID Connect Core, 2
COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class UnverifiedToken:
    """A parsed token, of which nothing is verified yet."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes

    @property
    def kid(self) -> str | None:
        return self.header.get("kid")


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """The rules for an issuer's tokens; `leeway` in seconds."""

    issuer: str
    audience: str
    algorithms: frozenset[str]
    leeway: float


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key, its id, and the algorithms that it may be used with."""

    public: PublicKey
    algorithms: frozenset[str]
    kid: str | None = None


def read(text: str) -> UnverifiedToken:
    """The parts of a compact JWS whose header and payload are JSON objects; raises Unauthenticated."""
    if not COMPACT.fullmatch(text):
        raise unauthenticated(RefusalReason.MALFORMED)
    header, payload, signature = text.encode().split(b".")
    try:
        token = UnverifiedToken(
            _object(urlsafe_b64decode(header)),
            _object(urlsafe_b64decode(payload)),
            header + b"." + payload,
            urlsafe_b64decode(signature),
        )
    except (ValueError, RecursionError) as error:
        raise unauthenticated(RefusalReason.MALFORMED) from error
    try:
        HEADERS.check_header(dict(token.header))
    except (JoseError, TypeError) as error:  # TypeError: a `crit` that is not a list
        raise unauthenticated(RefusalReason.MALFORMED) from error
    return token


class TokenClaims(JWTClaimsRegistry):
    """joserfc's rules for the registered claims (RFC 7519, 4.1), and our stricter ones."""

    def __init__(self, rules: ClaimRules, now: float) -> None:
        super().__init__(
            now=now,  # type: ignore[arg-type]  # fractions of a second work too
            leeway=rules.leeway,  # type: ignore[arg-type]
            iss={"essential": True, "value": rules.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": rules.audience},
            exp={"essential": True},
        )

    def validate_cnf(self, value: object) -> NoReturn:
        """Rejected: the token is bound to a key whose possession we don't check (RFC 7800)."""
        raise InvalidClaimError("cnf")

    def check_value(self, claim_name: str, value: Any) -> None:
        """Called for a claim of the right type; a subject must fit the database and be printable."""
        is_subject = claim_name != "sub" or (len(value) <= LONGEST_SUBJECT and value.isprintable())
        if not is_subject or (claim_name == "exp" and value >= LARGEST_TIME):
            raise InvalidClaimError(claim_name)
        try:
            super().check_value(claim_name, value)
        except InvalidClaimError as error:
            raise unauthenticated(OTHER_VALUE.get(claim_name, RefusalReason.CLAIMS)) from error


def validate_claims(token: UnverifiedToken, rules: ClaimRules, now: float) -> float:
    """Validate the claims; returns when the token expires (Unix time), with leeway."""
    if algorithm_of(token) not in rules.algorithms:
        raise unauthenticated(RefusalReason.ALGORITHM)
    claims = {name: token.claims[name] for name in CLAIMS if name in token.claims}
    try:
        TokenClaims(rules, now).validate(claims)
    except ExpiredTokenError as error:
        raise unauthenticated(RefusalReason.EXPIRED) from error
    except ClaimError as error:  # missing, of another type, or a time in the future
        early = error.claim in ("nbf", "iat") and type(claims[error.claim]) in (int, float)
        raise unauthenticated(RefusalReason.NOT_YET_VALID if early else RefusalReason.CLAIMS) from error
    return float(claims["exp"]) + rules.leeway


def candidate_keys(token: UnverifiedToken, keys: Iterable[VerificationKey]) -> Sequence[VerificationKey]:
    """The keys that may have signed it: those for its algorithm, with its `kid` if it has one."""
    kid, algorithm = token.kid, algorithm_of(token)
    return [key for key in keys if algorithm in key.algorithms and (kid is None or key.kid == kid)]


def is_signed(token: UnverifiedToken, keys: Sequence[VerificationKey]) -> bool:
    """Whether one of the keys signed it; only the first `MAX_KEYS_TRIED` are tried."""
    return any(_is_signed_by(key, token) for key in keys[:MAX_KEYS_TRIED])


def _is_signed_by(key: VerificationKey, token: UnverifiedToken) -> bool:
    algorithm = algorithm_of(token)
    if algorithm not in key.algorithms:
        return False
    model = JWSRegistry.algorithms[algorithm]
    try:
        model.check_key(key.public)
        return bool(model.verify(token.signed, token.signature, key.public))
    except (JoseError, ValueError):
        return False


def algorithm_of(token: UnverifiedToken) -> str:
    """The token's algorithm; `EdDSA` stands for two, which the length of the signature distinguishes."""
    algorithm = str(token.header["alg"])
    if algorithm == OLD_NAME:
        return "Ed448" if len(token.signature) == ED448_BYTES else "Ed25519"
    return algorithm


def _is_kind(type_: Any) -> None:
    if not isinstance(type_, str) or type_.lower().removeprefix("application/") not in TYPES:
        raise ValueError("is not an access token")


NOT_SUPPORTED = HeaderParameter("an extension that we don't support", "none")
HEADERS = JWSRegistry(
    {"typ": HeaderParameter("Type", _is_kind), **dict.fromkeys(("crit", "b64", "enc"), NOT_SUPPORTED)},
    strict_check_header=False,
)


def _object(text: bytes) -> dict[str, Any]:
    """A JSON object (RFC 8259, in UTF-8) without duplicate names; raises ValueError."""
    value = json.loads(text.decode(), object_pairs_hook=_members, parse_constant=_no_number)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member is named twice")
    return members


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
