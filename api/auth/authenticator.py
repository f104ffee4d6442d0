"""Authenticates credentials: API keys, tokens of the issuers, and in development our own tokens."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from typing import Any

from api.auth import api_keys, development_tokens
from api.auth.auth_errors import RefusalReason, unauthenticated
from api.auth.claim_grants import claimed_by
from api.auth.json_client import FetchFailed, JsonClient, JsonDocument
from api.auth.jwks import keys_in
from api.auth.jwks_cache import CachePolicy, FetchedKeys, JwksCache
from api.auth.jwt import ClaimRules, UnverifiedToken, candidate_keys, is_signed, read, validate_claims
from api.auth.last_used import LastUsed
from api.auth.principals import Credentialed, TokenPrincipal
from api.settings.issuers import Issuer, is_fetchable
from api.settings.settings import Settings
from models.loading.demo.grants import ISSUER as DEVELOPMENT
from planner.bounded_cache import BoundedCache
from planner.errors import Unauthenticated

KEPT_REFUSALS = 10_000
BYTES_A_REFUSAL = 200


class IssuerVerifier:
    """Verifies the tokens of one issuer, by its rules and keys."""

    def __init__(self, issuer: Issuer, settings: Settings, client: JsonClient) -> None:
        self._issuer = issuer
        self._fetcher = client
        self._most_keys = settings.keys_max
        self._expected = ClaimRules(issuer.issuer, issuer.audience, issuer.accepted, settings.token_leeway)
        keeping = CachePolicy(settings.keys_lifetime, settings.keys_stale, settings.keys_interval)
        self.keys = JwksCache(self.fetch, keeping, issuer.issuer)

    async def identify(self, token: UnverifiedToken) -> TokenPrincipal:
        """The principal of a token of this issuer; raises Unauthenticated, Unavailable."""
        until = validate_claims(token, self._expected, time.time())
        found = candidate_keys(token, await self.keys.get())
        if not found or (token.kid is None and not is_signed(token, found)):
            found = candidate_keys(token, await self.keys.refresh())
        if not is_signed(token, found):
            raise unauthenticated(RefusalReason.SIGNATURE)
        claims = token.claims
        return TokenPrincipal(self._issuer.issuer, claims["sub"], until, claimed_by(claims, self._issuer))

    async def fetch(self) -> FetchedKeys:
        """The issuer's current keys; raises FetchFailed."""
        address = self._issuer.jwks_uri
        if address is None:
            address = self._found(await self._fetcher.fetch(self._issuer.discovery))
        document = await self._fetcher.fetch(address)
        try:
            keys = keys_in(document.members, self._issuer.accepted, self._most_keys)
        except FetchFailed as error:
            raise FetchFailed(f"{address}: {error}") from None
        return FetchedKeys(keys, document.max_age)

    def _found(self, discovery: JsonDocument) -> str:
        """The URL of the keys in the issuer's metadata (OpenID Connect Discovery, 4.3)."""
        members: Mapping[str, Any] = discovery.members
        address = members.get("jwks_uri")
        if members.get("issuer") != self._issuer.issuer:
            raise FetchFailed(f"{self._issuer.discovery}: belongs to another issuer")
        if not isinstance(address, str) or not is_fetchable(address):
            raise FetchFailed(f"{self._issuer.discovery}: has no https URL for its keys")
        return address


async def require_keys(settings: Settings) -> None:
    """Fetch the keys of every issuer; raises FetchFailed."""
    fetcher = JsonClient(settings.keys_timeout, settings.keys_max_bytes)
    try:
        for issuer in settings.issuers:
            await IssuerVerifier(issuer, settings, fetcher).fetch()
    finally:
        await fetcher.close()


class Authenticator:
    """Finds the principal of a credential; caches refusals of wrong signatures for a while."""

    def __init__(self, settings: Settings) -> None:
        assert settings.database_url is not None
        self._fetcher = JsonClient(settings.keys_timeout, settings.keys_max_bytes)
        self._trusted = {one.issuer: IssuerVerifier(one, settings, self._fetcher) for one in settings.issuers}
        self._own = development_tokens.key(settings.state) if settings.development else None
        self._use = LastUsed(settings.database_url)
        self._forged: BoundedCache[bytes, float] = BoundedCache(
            KEPT_REFUSALS, KEPT_REFUSALS * BYTES_A_REFUSAL
        )
        self._remembered = settings.keys_interval

    async def __call__(self, text: str) -> Credentialed:
        """The principal; raises Unauthenticated, or Unavailable if it can't be determined now."""
        if api_keys.is_key(text):
            return api_keys.holder_of(text, self._use.note)
        return await self._by_token(text)

    async def close(self) -> None:
        for trusted in self._trusted.values():
            await trusted.keys.close()
        await self._fetcher.close()
        await self._use.close()

    async def _by_token(self, text: str) -> Credentialed:
        digest = hashlib.sha256(text.encode()).digest()
        if (self._forged.get(digest) or 0.0) > time.monotonic():
            raise unauthenticated(RefusalReason.SIGNATURE)
        token = read(text)
        try:
            return await self._named(token)
        except Unauthenticated as refused:
            if refused.problems[0].details["reason"] == RefusalReason.SIGNATURE:
                self._forged.store(digest, time.monotonic() + self._remembered, BYTES_A_REFUSAL)
            raise

    async def _named(self, token: UnverifiedToken) -> Credentialed:
        issuer = token.claims.get("iss")
        if issuer == DEVELOPMENT and self._own is not None:
            return development_tokens.identify(token, self._own)
        trusted = self._trusted.get(issuer) if isinstance(issuer, str) else None
        if trusted is None:
            raise unauthenticated(RefusalReason.CLAIMS if issuer is None else RefusalReason.ISSUER_UNKNOWN)
        return await trusted.identify(token)
