"""What somebody might send instead of a good token, each with the reason that it is refused for.

docs/tokens.md shows this list, and is held to it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from joserfc import jwe
from joserfc.jwk import OctKey

from tests.api.issuer_server import LocalIssuer, made, public


@dataclass(frozen=True)
class Scene:
    """Two trusted issuers, each with its keys, and a key of neither."""

    one: LocalIssuer
    other: LocalIssuer

    def header(self, **changes: Any) -> dict[str, Any]:
        header = {"alg": self.one.algorithm, "kid": self.one.newest[0], "typ": "JWT", **changes}
        return {name: value for name, value in header.items() if value is not None}


Forge = Callable[[Scene], str | list[str]]
"""What is sent as `Authorization`; several are several headers."""


def part(value: Any) -> str:
    """A part of a token: JSON, or bytes as they are."""
    raw = value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed_with(secret: bytes, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """By HMAC, as if the secret were a key to share."""
    text = f"{part(header)}.{part(claims)}"
    return f"{text}.{part(hmac.digest(secret, text.encode(), hashlib.sha256))}"


def rewritten(token: str, at: int, value: str) -> str:
    parts = token.split(".")
    parts[at] = value
    return ".".join(parts)


def foreign(scene: Scene, **header: Any) -> str:
    """Signed by a key that is no issuer's, which the header praises."""
    return scene.one.token({"kid": "mine", **header}, key=made(scene.one.algorithm))


def embedded(scene: Scene) -> str:
    key = made(scene.one.algorithm)
    return scene.one.token({"kid": "mine", "jwk": public(key)}, key=key)


def by_public_pem(scene: Scene) -> str:
    pem = scene.one.newest[1].as_pem(private=False)
    return signed_with(pem, scene.header(alg="HS256"), scene.one.claims())


def by_public_jwk(scene: Scene) -> str:
    jwk = json.dumps(public(scene.one.newest[1])).encode()
    return signed_with(jwk, scene.header(alg="HS256"), scene.one.claims())


def encrypted(scene: Scene) -> str:
    key = OctKey.generate_key(256)
    return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, json.dumps(scene.one.claims()), key)


def twice(scene: Scene) -> str:
    """The header names its algorithm twice, signed as a whole."""
    text = json.dumps(scene.header())[:-1] + ', "alg": "none"}'
    return rewritten(scene.one.token(), 0, part(text.encode()))


def unsigned(scene: Scene) -> str:
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(scene.one.claims())}."


def bearer(forge: Callable[[Scene], str]) -> Forge:
    return lambda scene: f"Bearer {forge(scene)}"


def claiming(**claims: Any) -> Forge:
    return lambda scene: f"Bearer {scene.one.token(**claims)}"


def timed(claim: str, seconds: int) -> Forge:
    """A claim with a time this many seconds after it is sent."""
    return lambda scene: claiming(**{claim: int(time.time()) + seconds})(scene)


def of_other_family(scene: Scene) -> str:
    """The algorithm is another issuer's, and so is the key, which signed it well."""
    kid, key = scene.other.newest
    return scene.one.token({"alg": scene.other.algorithm, "kid": kid}, key=key)


def changed_claims(scene: Scene) -> str:
    return rewritten(scene.one.token(), 1, part(scene.one.claims(roles=["staff", "admin"])))


ATTACKS: dict[str, tuple[Forge, str]] = {
    "nothing": (lambda _: "", "MALFORMED"),
    "a scheme without a token": (lambda _: "Bearer", "MALFORMED"),
    "only spaces after the scheme": (lambda _: "Bearer    ", "MALFORMED"),
    "another scheme": (lambda scene: f"Basic {scene.one.token()}", "MALFORMED"),
    "no scheme": (lambda scene: scene.one.token(), "MALFORMED"),
    "two headers": (
        lambda scene: [f"Bearer {scene.one.token()}", f"Bearer {scene.one.token()}"],
        "MALFORMED",
    ),
    "two headers, one of them empty": (lambda scene: ["", f"Bearer {scene.one.token()}"], "MALFORMED"),
    "a space within the token": (
        lambda scene: f"Bearer {scene.one.token().replace('.', '. ', 1)}",
        "MALFORMED",
    ),
    "a token of a megabyte": (lambda scene: f"Bearer {scene.one.token(more='x' * 1_000_000)}", "MALFORMED"),
    "no token at all": (lambda _: "Bearer hello", "MALFORMED"),
    "damaged base64 in the header": (bearer(lambda s: "%" + s.one.token()), "MALFORMED"),
    "damaged base64 in the claims": (bearer(lambda s: rewritten(s.one.token(), 1, "e30x1")), "MALFORMED"),
    "damaged base64 in the signature": (bearer(lambda s: rewritten(s.one.token(), 2, "A")), "MALFORMED"),
    "padded base64": (bearer(lambda s: s.one.token() + "=="), "MALFORMED"),
    "a header that is no JSON": (bearer(lambda s: rewritten(s.one.token(), 0, part(b"{"))), "MALFORMED"),
    "a header that is no object": (bearer(lambda s: rewritten(s.one.token(), 0, part([1]))), "MALFORMED"),
    "claims that are no object": (bearer(lambda s: rewritten(s.one.token(), 1, part("x"))), "MALFORMED"),
    "claims that nest without end": (
        bearer(lambda s: rewritten(s.one.token(), 1, part(b'{"a":' + b"[" * 5_000))),
        "MALFORMED",
    ),
    "claims with NaN": (bearer(lambda s: rewritten(s.one.token(), 1, part(b'{"exp": NaN}'))), "MALFORMED"),
    "a header that names a member twice": (bearer(twice), "MALFORMED"),
    "claims that name one twice": (
        bearer(lambda s: rewritten(s.one.token(), 1, part(b'{"iss": "a", "iss": "b"}'))),
        "MALFORMED",
    ),
    "no algorithm": (bearer(lambda s: rewritten(s.one.token(), 0, part({"typ": "JWT"}))), "MALFORMED"),
    "a critical extension that nobody knows": (
        bearer(lambda s: rewritten(s.one.token(), 0, part(s.header(crit=["x"], x=1)))),
        "MALFORMED",
    ),
    "a list of critical extensions that is no list": (
        bearer(lambda s: rewritten(s.one.token(), 0, part(s.header(crit=1)))),
        "MALFORMED",
    ),
    "an id of a key that is no text": (
        bearer(lambda s: rewritten(s.one.token(), 0, part(s.header(kid=1)))),
        "MALFORMED",
    ),
    "an unencoded payload (b64)": (
        bearer(lambda s: rewritten(s.one.token(), 0, part(s.header(crit=["b64"], b64=False)))),
        "MALFORMED",
    ),
    "a detached payload": (bearer(lambda s: rewritten(s.one.token(), 1, "")), "MALFORMED"),
    "an encrypted token (JWE)": (bearer(encrypted), "MALFORMED"),
    "another kind of token (typ logout+jwt)": (
        bearer(lambda s: s.one.token({"typ": "logout+jwt"})),
        "MALFORMED",
    ),
    "the algorithm none": (bearer(unsigned), "ALGORITHM"),
    "the algorithm nOnE": (
        bearer(lambda s: rewritten(unsigned(s), 0, part({"alg": "nOnE"}))),
        "ALGORITHM",
    ),
    "HS256 with the public key's PEM as the secret": (bearer(by_public_pem), "ALGORITHM"),
    "HS256 with the public key's JWK as the secret": (bearer(by_public_jwk), "ALGORITHM"),
    "an algorithm of another family than the issuer's": (bearer(of_other_family), "ALGORITHM"),
    "an issuer that nobody trusts": (claiming(iss="https://elsewhere.example.org"), "ISSUER_UNKNOWN"),
    "the issuer with a slash added": (bearer(lambda s: s.one.token(iss=f"{s.one.url}/")), "ISSUER_UNKNOWN"),
    "the development issuer": (claiming(iss="puente-development"), "ISSUER_UNKNOWN"),
    "no issuer": (claiming(iss=""), "ISSUER_UNKNOWN"),
    "an issuer that is no text": (claiming(iss=["https://elsewhere.example.org"]), "ISSUER_UNKNOWN"),
    "a missing iss": (claiming(iss=None), "CLAIMS"),
    "a missing aud": (claiming(aud=None), "CLAIMS"),
    "a missing exp": (claiming(exp=None), "CLAIMS"),
    "a missing sub": (claiming(sub=None), "CLAIMS"),
    "an empty sub": (claiming(sub=""), "CLAIMS"),
    "a sub with a null character": (claiming(sub="some\0body"), "CLAIMS"),
    "a sub that is half a character": (
        bearer(lambda s: rewritten(s.one.token(), 1, part({**s.one.claims(), "sub": "\ud800"}))),
        "CLAIMS",
    ),
    "an exp that is a text": (
        claiming(exp="tomorrow"),
        "CLAIMS",
    ),
    "an exp that is true": (
        claiming(exp=True),
        "CLAIMS",
    ),
    "an exp beyond all time": (
        claiming(exp=10**300),
        "CLAIMS",
    ),
    "an nbf that is a text": (claiming(nbf="today"), "CLAIMS"),
    "an audience that is no text": (claiming(aud=[1]), "CLAIMS"),
    "a sub longer than 255 characters": (claiming(sub="x" * 256), "CLAIMS"),
    "a token bound to a key (cnf)": (claiming(cnf={"jkt": "x"}), "CLAIMS"),
    "another audience": (claiming(aud="https://elsewhere.example.org"), "AUDIENCE"),
    "the audience as a part of another": (claiming(aud="https://puente.test/more"), "AUDIENCE"),
    "no audience in the list": (
        claiming(aud=[]),
        "AUDIENCE",
    ),
    "an expired token": (timed("exp", -120), "EXPIRED"),
    "a token that is not valid yet (nbf)": (timed("nbf", 600), "NOT_YET_VALID"),
    "a token of the future (iat)": (timed("iat", 600), "NOT_YET_VALID"),
    "claims changed after signing": (bearer(changed_claims), "SIGNATURE"),
    "a signature of another token": (
        bearer(lambda s: rewritten(s.one.token(), 2, s.one.token(sub="other").split(".")[2])),
        "SIGNATURE",
    ),
    "a signature cut short": (bearer(lambda s: rewritten(s.one.token(), 2, part(bytes(32)))), "SIGNATURE"),
    "no signature": (bearer(lambda s: rewritten(s.one.token(), 2, "")), "SIGNATURE"),
    "a signature of zeros": (bearer(lambda s: rewritten(s.one.token(), 2, part(bytes(64)))), "SIGNATURE"),
    "a foreign key under the id of a real one": (
        bearer(lambda s: s.one.token(key=made(s.one.algorithm))),
        "SIGNATURE",
    ),
    "a key that the issuer does not have": (bearer(foreign), "SIGNATURE"),
    "a key without an id": (bearer(lambda s: foreign(s, kid="")), "SIGNATURE"),
    "the key of another trusted issuer": (
        bearer(lambda s: s.one.token({"kid": "same"}, key=s.other.keys["same"])),
        "SIGNATURE",
    ),
    "jku that leads to a foreign key": (
        bearer(lambda s: foreign(s, jku=f"{s.other.url}/mine")),
        "SIGNATURE",
    ),
    "x5u that leads to a foreign key": (
        bearer(lambda s: foreign(s, x5u=f"{s.other.url}/mine")),
        "SIGNATURE",
    ),
    "a foreign key within the header (jwk)": (bearer(embedded), "SIGNATURE"),
    "a foreign certificate within the header (x5c)": (
        bearer(lambda s: foreign(s, x5c=["MIIB"])),
        "SIGNATURE",
    ),
    "an id of a key that reads like a file": (
        bearer(lambda s: foreign(s, kid="../../dev/null")),
        "SIGNATURE",
    ),
    "an id of a key that reads like SQL": (bearer(lambda s: foreign(s, kid="' or 1=1 --")), "SIGNATURE"),
    "an API key of another form": (lambda _: "Bearer puente_1_2", "KEY"),
    "an API key that was never given": (lambda _: f"Bearer puente_{'0' * 32}_{'0' * 64}", "KEY"),
}
