"""Grants from the claims of a verified token, by its issuer's settings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from api.settings.issuers import Issuer
from models.grant_queries import ClaimedGrants
from models.identifiers import is_orcid

SPACED = {"scope", "scp"}  # texts that list their values between spaces (RFC 8693, 4.2)
ORCID_ADDRESSES = ("https://orcid.org/", "http://orcid.org/")


def claimed_by(claims: Mapping[str, Any], issuer: Issuer) -> ClaimedGrants:
    """The roles that the claims grant, with the institution or person that they are limited to."""
    given = [grant for grant in issuer.grants if grant.value in values_of(claims, grant.claim)]
    roles = tuple(dict.fromkeys((grant.role, grant.scopes) for grant in given))
    return ClaimedGrants(roles, issuer.institution, _orcid(claims, issuer.person_claim))


def values_of(claims: Mapping[str, Any], path: str) -> Collection[str]:
    """The texts of a claim, given by name or dotted path; none if it has another form."""
    whole = path in claims or "://" in path  # a URL as a name is not a path
    value: Any = claims.get(path) if whole else _value_at(claims, path.split("."))
    if isinstance(value, str):
        return value.split() if path.rpartition(".")[2] in SPACED else (value,)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else ()


def _value_at(value: Any, path: Iterable[str]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _orcid(claims: Mapping[str, Any], path: str | None) -> str | None:
    values = list(values_of(claims, path)) if path else []
    if len(values) != 1:
        return None
    bare = values[0]
    for address in ORCID_ADDRESSES:
        bare = bare.removeprefix(address)
    return bare if is_orcid(bare) else None
