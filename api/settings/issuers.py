"""The setting PUENTE_ISSUERS: accepted issuers, the grants of their claims, the portals' sign-in."""

from __future__ import annotations

import re
from functools import cached_property
from hashlib import sha256
from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from api.settings.parsers import ORIGIN, normalized_origin
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
OF_THE_FLOW = {
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "grant_type",
    "id_token_hint",
    "nonce",
    "redirect_uri",
    "refresh_token",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "ui_locales",
}
"""Parameters that the portals send themselves, or that would change what they check."""


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


def origin_of(address: str) -> str:
    """The scheme, host and port of a URL, as browsers write them."""
    parts = urlsplit(address.lower())
    return normalized_origin(f"{parts.scheme}://{parts.netloc}")


def _origin(given: str) -> str:
    if not ORIGIN.fullmatch(given) or not is_fetchable(given):
        raise ValueError("must be an origin such as https://tokens.example.edu")
    return normalized_origin(given)


def _with_openid(scope: str) -> str:
    if "openid" not in scope.split():
        raise ValueError("must have the scope `openid`")
    return scope


def _others(parameters: dict[str, str]) -> dict[str, str]:
    if own := sorted(OF_THE_FLOW.intersection(parameters)):
        raise ValueError(f"the portals send {', '.join(own)} themselves")
    return parameters


Address = Annotated[str, Field(max_length=2048), AfterValidator(_fetchable)]
Name = Annotated[str, Field(min_length=1, max_length=255)]
Origin = Annotated[str, Field(max_length=255), AfterValidator(_origin)]


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


class BilingualName(Strict):
    """A name in both languages."""

    en: Name
    es: Name


class PortalSignIn(Strict):
    """How people sign in to the portals: by authorization code and PKCE, as a public client."""

    client_id: Name
    name: BilingualName
    scope: Annotated[Name, AfterValidator(_with_openid)] = "openid profile"
    parameters: Annotated[dict[Name, Name], AfterValidator(_others)] = {}
    origins: tuple[Origin, ...] = ()


class Issuer(Strict):
    """An OpenID Connect issuer, the rules for its tokens, and the grants that their claims give."""

    issuer: Address
    audience: Name
    algorithms: tuple[Algorithm, ...]
    jwks_uri: Address | None = None
    institution: Annotated[str, Field(pattern=SLUG)] | None = None
    person_claim: Name | None = None
    grants: tuple[ClaimedGrant, ...] = ()
    portals: PortalSignIn | None = None

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
    def sign_in_origins(self) -> tuple[str, ...]:
        """The origins that the portals' pages reach to sign people in; none without `portals`."""
        if self.portals is None:
            return ()
        return tuple(dict.fromkeys((origin_of(self.issuer), *self.portals.origins)))

    @property
    def discovery(self) -> str:
        return f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
