"""Checks that the portals can sign people in with an issuer, by its metadata (OpenID Connect Discovery)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.auth.json_client import FetchFailed, JsonClient
from api.settings.issuers import Issuer, is_fetchable, origin_of
from api.settings.settings import Settings

METHOD = "S256"  # of PKCE
METHODS = "code_challenge_methods_supported"  # which some issuers leave out, although they have it


async def require_sign_in(settings: Settings) -> None:
    """Look at the metadata of each issuer with `portals`; raises FetchFailed."""
    fetcher = JsonClient(settings.keys_timeout, settings.keys_max_bytes)
    try:
        for issuer in settings.issuers:
            if issuer.portals is not None:
                _check(issuer, (await fetcher.fetch(issuer.discovery)).members)
    finally:
        await fetcher.close()


def _check(issuer: Issuer, metadata: Mapping[str, Any]) -> None:
    if metadata.get("issuer") != issuer.issuer:
        raise FetchFailed(f"{issuer.discovery}: belongs to another issuer")
    for name in ("authorization_endpoint", "token_endpoint"):
        address = metadata.get(name)
        if not isinstance(address, str) or not is_fetchable(address):
            raise FetchFailed(f"{issuer.discovery}: has no https URL as {name}")
    if METHOD not in (metadata.get(METHODS) or [METHOD]):
        raise FetchFailed(f"{issuer.issuer}: doesn't support PKCE with {METHOD}")
    origin = origin_of(metadata["token_endpoint"])
    if origin not in issuer.sign_in_origins:
        raise FetchFailed(
            f"{issuer.issuer}: gives tokens at {origin}; add it to the `origins` of its `portals`"
        )
