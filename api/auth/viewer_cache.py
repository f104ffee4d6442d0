"""Caches the viewers of `Authorization` headers. An invalid credential is refused, never anonymous."""

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
AT_ONCE = 500  # viewers read by one statement
MAX_AGE = 60.0  # seconds after which grants are read again, even if nothing has changed
TOKEN_BYTES = 8_192
BEARER = re.compile(rb"bearer +([A-Za-z0-9._~+/-]+=*) *", re.IGNORECASE)  # RFC 6750, 2.1
SCHEME_BYTES = 16  # for the scheme and spaces around the token

Identify = Callable[[str], Awaitable[Credentialed]]
"""From a token to its principal; raises Unauthenticated, or Unavailable if it can't be determined now."""


@dataclass(frozen=True, slots=True)
class CachedViewer:
    """A verified principal with its viewer; valid until a time, or until `ViewerCache.forget`."""

    identity: Credentialed
    viewer: Principal
    until: float
    forgotten: int


class ViewerCache:
    """Caches viewers by the hash of their credential, until the token or one of their grants expires.

    Grants that change meanwhile show in the grants epoch that each statement returns.
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
        """The viewer of a header; raises Unauthenticated. Calls `verifying` before it verifies a new one."""
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
        """The viewer with its current grants; the token itself isn't verified again."""
        key = hashlib.sha256(authorization).digest()
        known = self._known.get(key)
        if known is None or time.time() >= known.identity.until:
            return await self.authenticate(authorization)
        return await self._authenticate(key, known.identity)

    async def refresh_many(self, authorizations: Iterable[bytes]) -> dict[bytes, Principal | Unauthenticated]:
        """`refresh` for many in one statement, without those whose token must be verified again."""
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
        """The viewer, refreshed if grants have changed; for requests whose statement returns no epoch."""
        viewer = await self.authenticate(authorization)
        return viewer if viewer.grants_epoch == await self.epoch() else await self.refresh(authorization)

    def expires_at(self, authorization: bytes | None) -> float:
        """When the viewer must be refreshed, since its token or a grant expires."""
        if authorization is None:
            return math.inf
        known = self._known.get(hashlib.sha256(authorization).digest())
        return 0.0 if known is None else min(known.identity.until, *expiries_of(known.viewer), math.inf)

    def forget(self) -> None:
        """Discard all cached grants: the database may have been replaced, with other epochs."""
        self._forgotten += 1

    async def epoch(self) -> int:
        return await epoch_of(self._database())

    async def _authenticate(self, key: bytes, identity: Credentialed) -> Principal:
        return self._keep(key, identity, await identity.viewer(self._database()))

    def _keep(self, key: bytes, identity: Credentialed, viewer: Principal) -> Principal:
        until = min(identity.until, time.time() + MAX_AGE, *expiries_of(viewer))
        self._known.store(key, CachedViewer(identity, viewer, until, self._forgotten), BYTES_A_TOKEN)
        identity.seen()
        return viewer


def expiries_of(viewer: Principal) -> list[float]:
    return [grant.expires_at.timestamp() for grant in viewer.grants if grant.expires_at]


def token_of(authorization: bytes) -> str:
    """The token of a `Bearer` header; two headers are joined by a comma, which no token has."""
    found = BEARER.fullmatch(authorization)
    if found is None:
        raise unauthenticated(RefusalReason.MALFORMED)
    return found[1].decode("ascii")
