"""The viewer of an `Authorization` header. An invalid credential is refused, never anonymous."""

from __future__ import annotations

import hashlib
import math
import re
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from api.auth.auth_errors import RefusalReason, unauthenticated
from api.auth.principals import Credentialed, viewers_of
from models.database.client import Database
from models.grant_queries import epoch_of
from planner.bounded_cache import BoundedCache
from planner.errors import Unauthenticated
from schema.grants import Principal

MAX_CACHED_TOKENS = 10_000
BYTES_A_TOKEN = 1_000
AT_ONCE = 500  # viewers that one statement tells of
MAX_AGE = 60.0  # seconds after which grants are read again, whatever has not changed
TOKEN_BYTES = 8_192
BEARER = re.compile(rb"bearer +([A-Za-z0-9._~+/-]+=*) *", re.IGNORECASE)  # RFC 6750, 2.1
SCHEME_BYTES = 16  # what may stand around the token

Identify = Callable[[str], Awaitable[Credentialed]]
"""Whom a token names; raises Unauthenticated, or Unavailable where that can't be found out now."""


@dataclass(frozen=True, slots=True)
class CachedViewer:
    """Somebody whose token was verified, and the viewer they are until a time, or until all are forgotten."""

    identity: Credentialed
    viewer: Principal
    until: float
    forgotten: int


class ViewerCache:
    """Caches viewers by the hash of their credential, until the token or one of their grants expires.

    Grants that are given or revoked meanwhile show in the epoch that each statement returns.
    """

    def __init__(
        self, identify: Identify, database: Callable[[], Database], token_bytes: int = TOKEN_BYTES
    ) -> None:
        self._identify = identify
        self._database = database
        self._token_bytes = token_bytes
        self._known: BoundedCache[bytes, CachedViewer] = BoundedCache(
            MAX_CACHED_TOKENS, MAX_CACHED_TOKENS * BYTES_A_TOKEN
        )
        self._forgotten = 0

    async def authenticate(
        self, authorization: bytes, verifying: Callable[[], None] | None = None
    ) -> Principal:
        """The viewer of a header; raises Unauthenticated. An unknown one is verified after `verifying`."""
        if len(authorization) > self._token_bytes + SCHEME_BYTES:
            raise unauthenticated(RefusalReason.MALFORMED)
        key = hashlib.sha256(authorization).digest()
        known, now = self._known.get(key), time.time()
        if known is not None and now < known.until and known.forgotten == self._forgotten:
            known.identity.seen()
            return known.viewer
        if known is not None and now < known.identity.until:
            return await self._authenticate(key, known.identity)
        if verifying is not None:
            verifying()
        return await self._authenticate(key, await self._identify(token_of(authorization)))

    async def refresh(self, authorization: bytes) -> Principal:
        """The viewer, with the grants of this moment; the token itself is not verified twice."""
        key = hashlib.sha256(authorization).digest()
        known = self._known.get(key)
        if known is None or time.time() >= known.identity.until:
            return await self.authenticate(authorization)
        return await self._authenticate(key, known.identity)

    async def refresh_many(self, authorizations: Iterable[bytes]) -> dict[bytes, Principal | Unauthenticated]:
        """As `again`, many by one statement; those whose token is over or forgotten are left out."""
        now, found, wanted = time.time(), {}, list[tuple[bytes, bytes, Credentialed]]()
        for authorization in authorizations:
            key = hashlib.sha256(authorization).digest()
            known = self._known.get(key)
            if known is not None and now < known.identity.until:
                wanted.append((authorization, key, known.identity))
        for begin in range(0, len(wanted), AT_ONCE):
            some = wanted[begin : begin + AT_ONCE]
            viewers = await viewers_of(self._database(), [identity for _, _, identity in some])
            for authorization, key, identity in some:
                viewer = viewers[identity]
                found[authorization] = (
                    viewer if isinstance(viewer, Unauthenticated) else self._keep(key, identity, viewer)
                )
        return found

    async def current(self, authorization: bytes) -> Principal:
        """The viewer, refreshed if grants have changed; for requests without a statement that returns the
        epoch.
        """
        viewer = await self.authenticate(authorization)
        return viewer if viewer.grants_epoch == await self.epoch() else await self.refresh(authorization)

    def expires_at(self, authorization: bytes | None) -> float:
        """When the viewer of a header must be refreshed: a token or grant expires."""
        if authorization is None:
            return math.inf
        known = self._known.get(hashlib.sha256(authorization).digest())
        return 0.0 if known is None else min(known.identity.until, *expiries_of(known.viewer), math.inf)

    def forget(self) -> None:
        """Read everybody's grants anew: the database is another one, whose epochs count other grants."""
        self._forgotten += 1

    async def epoch(self) -> int:
        return await epoch_of(self._database())

    async def _authenticate(self, key: bytes, identity: Credentialed) -> Principal:
        return self._keep(key, identity, await identity.viewer(self._database()))

    def _keep(self, key: bytes, identity: Credentialed, viewer: Principal) -> Principal:
        until = min(identity.until, time.time() + MAX_AGE, *expiries_of(viewer))
        self._known.put(key, CachedViewer(identity, viewer, until, self._forgotten), BYTES_A_TOKEN)
        identity.seen()
        return viewer


def expiries_of(viewer: Principal) -> list[float]:
    return [grant.expires_at.timestamp() for grant in viewer.grants if grant.expires_at]


def token_of(authorization: bytes) -> str:
    """The token of a header that says `Bearer`; of two headers comes one with a comma, which no token has."""
    found = BEARER.fullmatch(authorization)
    if found is None:
        raise unauthenticated(RefusalReason.MALFORMED)
    return found[1].decode("ascii")
