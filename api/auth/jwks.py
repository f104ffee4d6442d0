"""The usable public keys in an issuer's key set (RFC 7517)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.util import urlsafe_b64decode

from api.auth.json_client import FetchFailed
from api.auth.jwt import FAMILIES, OLD_NAME, PublicKey, VerificationKey

logger = logging.getLogger("puente")

TYPES: Mapping[str, tuple[type[RSAKey | ECKey | OKPKey], tuple[str, ...]]] = {
    "RSA": (RSAKey, ("n", "e")),
    "EC": (ECKey, ("crv", "x", "y")),
    "OKP": (OKPKey, ("crv", "x")),
}
SECRET = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
RSA_BITS = range(2048, 8193)  # shorter ones are weak (RFC 7518, 3.3), longer ones slow to verify
LONGEST_EXPONENT = 4  # bytes
LONGEST_MEMBER = 2048  # characters


def keys_in(document: Mapping[str, Any], accepted: frozenset[str], most: int) -> Sequence[VerificationKey]:
    """The keys for accepted algorithms; raises FetchFailed if there are none, or more than `most`."""
    listed = document.get("keys")
    if not isinstance(listed, list) or len(listed) > most:
        raise FetchFailed(f"has no list of at most {most} keys")
    keys = [key for one in listed if (key := _key(one, accepted)) is not None]
    if not keys:
        raise FetchFailed("has no key for the issuer's algorithms")
    return keys


def _key(listed: object, accepted: frozenset[str]) -> VerificationKey | None:
    if not isinstance(listed, dict):
        return None
    if any(name in listed for name in SECRET):
        logger.warning("ignored a secret or private key in a key set: kid %r", listed.get("kid"))
        return None
    kid = listed.get("kid")
    algorithms = frozenset(name for name in accepted if _fits(listed, name))
    if not algorithms or not isinstance(kid, str | None):
        return None
    public = _imported(listed)
    return None if public is None else VerificationKey(public, algorithms, kid)


def _fits(listed: Mapping[str, Any], algorithm: str) -> bool:
    """Whether the key's type and declared use allow verifying signatures of the algorithm."""
    type_, curve = FAMILIES[algorithm]
    named = (algorithm, OLD_NAME) if type_ == "OKP" else (algorithm,)
    operations = listed.get("key_ops", ["verify"])
    return (
        listed.get("kty") == type_
        and (curve is None or listed.get("crv") == curve)
        and listed.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
        and ("alg" not in listed or listed["alg"] in named)
    )


def _imported(listed: Mapping[str, Any]) -> PublicKey | None:
    class_, names = TYPES[listed["kty"]]
    members: dict[str, Any] = {name: listed.get(name) for name in names}
    if not all(isinstance(value, str) and len(value) <= LONGEST_MEMBER for value in members.values()):
        return None
    try:
        if class_ is RSAKey and not _is_accepted_rsa(members):
            return None
        return class_.import_key({"kty": listed["kty"], **members})
    except (JoseError, ValueError):
        return None


def _is_accepted_rsa(members: Mapping[str, str]) -> bool:
    modulus = int.from_bytes(urlsafe_b64decode(members["n"].encode()), "big")
    exponent = urlsafe_b64decode(members["e"].encode())
    return modulus.bit_length() in RSA_BITS and 0 < len(exponent) <= LONGEST_EXPONENT
