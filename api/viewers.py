"""Who is asking, from the `Authorization` header. A token that is not valid is refused, never anonymous."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import Any

from api.development import InvalidToken
from planner.caching import BoundedCache
from planner.errors import Problem, Text, Unauthenticated
from planner.rows import Viewer
from schema.roles import Role

ANONYMOUS = Viewer(frozenset({Role.PUBLIC.value}))
KEPT_TOKENS = 1_000
BYTES_A_TOKEN = 200
LONGEST_TOKEN = 8_192

Verify = Callable[[str], Mapping[str, Any]]
"""A token's claims; raises InvalidToken."""


class Viewers:
    """Knows viewers by their tokens; one that was verified is known by its hash until it expires."""

    def __init__(self, verify: Verify | None) -> None:
        """`verify` is None where no token is accepted."""
        self._verify = verify
        self._known: BoundedCache[bytes, tuple[Viewer, float]] = BoundedCache(
            KEPT_TOKENS, KEPT_TOKENS * BYTES_A_TOKEN
        )

    def of(self, authorization: bytes | None) -> Viewer:
        """The viewer of a header; raises Unauthenticated."""
        if authorization is None:
            return ANONYMOUS
        key = hashlib.sha256(authorization).digest()
        known = self._known.get(key)
        if known is not None and time.time() < known[1]:
            return known[0]
        claims = self._claims(authorization)
        viewer = Viewer(_roles(claims), kind="PERSON")
        self._known.put(key, (viewer, float(claims["exp"])), BYTES_A_TOKEN)
        return viewer

    def _claims(self, authorization: bytes) -> Mapping[str, Any]:
        scheme, _, token = authorization.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or self._verify is None or not 0 < len(token) <= LONGEST_TOKEN:
            raise _unauthenticated()
        try:
            return self._verify(token.strip())
        except InvalidToken as error:
            raise _unauthenticated() from error


def _roles(claims: Mapping[str, Any]) -> frozenset[str]:
    """PUBLIC, and the claimed roles that exist."""
    claimed = claims.get("roles")
    known = {role.value for role in Role}
    return ANONYMOUS.roles | (known.intersection(claimed) if isinstance(claimed, list) else set())


def _unauthenticated() -> Unauthenticated:
    return Unauthenticated(
        Problem(
            Text(
                "This token is not valid here; leave the Authorization header out to ask as the public.",
                "Este token no es válido aquí; sin el encabezado Authorization se pregunta como público.",
            )
        )
    )
