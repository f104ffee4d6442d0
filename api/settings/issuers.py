"""The setting PUENTE_ISSUERS: the accepted issuers, and the grants that their claims give."""

from __future__ import annotations

import re
from functools import cached_property
from hashlib import sha256
from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from api.settings.vocabulary import SCOPES

OLD_EDDSA = ("Ed25519", "Ed448")
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Algorithm = Literal[
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "Ed448",
    "EdDSA",
]
ClaimedRole = Literal["PARTICIPANT", "MENTOR", "COORDINATOR", "INTEGRATION", "ADMIN"]
OF_PERSONS = {"PARTICIPANT", "MENTOR"}


def is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def is_fetchable(address: str) -> bool:
    """Whether keys may be fetched from this URL: https, or http on this machine."""
    if re.search(r"[\s\\\x00-\x1f]", address):
        return False
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and (
            parts.username is None
            and not parts.fragment
            and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)))
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False


def _fetchable(address: str) -> str:
    if not is_fetchable(address):
        raise ValueError("must be an https URL (http only on this machine)")
    return address


Address = Annotated[str, Field(max_length=2048), AfterValidator(_fetchable)]
Name = Annotated[str, Field(min_length=1, max_length=255)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)


class ClaimedGrant(Strict):
    """A user whose `claim` has `value` gets `role`."""

    claim: Name
    value: Name
    role: ClaimedRole
    scopes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_fitting_scopes(self) -> Self:
        unknown = sorted(set(self.scopes) - set(SCOPES))
        if unknown:
            raise ValueError(f"no such scope: {', '.join(unknown)}")
        if self.scopes and self.role != "INTEGRATION":
            raise ValueError("scopes are for the role INTEGRATION")
        return self


class Issuer(Strict):
    """An OpenID Connect issuer, the rules for its tokens, and the grants that their claims give."""

    issuer: Address
    audience: Name
    algorithms: tuple[Algorithm, ...]
    jwks_uri: Address | None = None
    institution: Annotated[str, Field(pattern=SLUG)] | None = None
    person_claim: Name | None = None
    grants: tuple[ClaimedGrant, ...] = ()

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if not self.algorithms:
            raise ValueError("needs the `algorithms` that it signs with")
        roles = {grant.role for grant in self.grants}
        if roles - {"ADMIN"} and self.institution is None:
            raise ValueError(
                f"{', '.join(sorted(roles - {'ADMIN'}))} can only be granted within an `institution`"
            )
        if roles & OF_PERSONS and self.person_claim is None:
            raise ValueError(
                f"{', '.join(sorted(roles & OF_PERSONS))} need a `person_claim` that has an ORCID iD"
            )
        return self

    @cached_property
    def accepted(self) -> frozenset[str]:
        """The algorithms by their current names (RFC 9864)."""
        named = {name for name in self.algorithms if name != "EdDSA"}
        return frozenset(named.union(OLD_EDDSA if "EdDSA" in self.algorithms else ()))

    @property
    def rules_digest(self) -> str:
        """The same for the same rules of what its claims give, in whatever order they are written."""
        given = sorted((one.claim, one.value, one.role, sorted(one.scopes)) for one in self.grants)
        return sha256(repr((self.institution, self.person_claim, given)).encode()).hexdigest()

    @property
    def discovery(self) -> str:
        return f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
