"""Settings: PUENTE_… environment variables with their ranges; an error is one line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from api.settings.calendar import CalendarSettings
from api.settings.connections import ConnectionSettings
from api.settings.feed import FeedSettings
from api.settings.issuers import Issuer
from api.settings.mail import MailSettings
from api.settings.parsers import (
    headers_listed,
    hosts_listed,
    networks_listed,
    origins_listed,
    readers_listed,
    roles_listed,
)
from api.settings.units import Bytes, Seconds, WholeSeconds
from api.settings.webhook_key import key_in
from api.settings.webhooks import WebhookSettings
from api.settings.writes import WriteSettings

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
LOOPBACK_NETWORKS = ("127.0.0.0/8", "::1")
"""Loopback and private networks."""
ROOT = Path(__file__).resolve().parents[2]


class SettingsError(Exception):
    """A setting is invalid; the message names the variable and what it must be."""


def number(given: object) -> object:
    """A number in the environment, which pydantic's `Literal` of numbers doesn't parse."""
    return int(given) if isinstance(given, str) and given.isdecimal() else given


class Settings(
    CalendarSettings, ConnectionSettings, FeedSettings, MailSettings, WebhookSettings, WriteSettings
):
    model_config = SettingsConfigDict(env_prefix="PUENTE_", env_ignore_empty=True, frozen=True)

    database_url: str | None = Field(
        None,
        description="Your own PostgreSQL, 16 to 18: postgresql://user:password@host:5432/database. "
        "Without it, Puente runs an embedded one.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    workers: int = Field(1, ge=1, le=64, description="Server processes.")
    state: Path = Field(
        ROOT / ".puente", description="Folder of the embedded database and the development key."
    )
    embedded_postgres: Annotated[Literal[16, 18], BeforeValidator(number)] = Field(
        18, description="Version of the embedded PostgreSQL."
    )
    development: bool | None = Field(
        None,
        description="Sign and accept tokens for the demo personas. Possible on the embedded database only; "
        "there it is the default if PUENTE_HOST is a loopback address.",
    )
    explorer: bool = Field(True, description="Serve the explorer, a GraphiQL page, at /explorer.")
    portals: bool = Field(True, description="Serve the portals at /portals/uc and /portals/mx.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="How much is logged; info includes each request."
    )
    default_language: Literal["en", "es"] = Field(
        "en", description="Language of responses if Accept-Language names none that Puente has."
    )

    allowed_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(origins_listed)] = Field(
        (),
        description="Origins whose pages may send requests, separated by commas: https://portal.example.org",
    )
    min_compressed_bytes: Bytes = Field(
        8_192,
        ge=0,
        le=1_073_741_824,
        description="Responses are compressed from this size on, for clients that accept gzip; 0 for never.",
    )
    allowed_headers: Annotated[tuple[str, ...], NoDecode, BeforeValidator(headers_listed)] = Field(
        (),
        description="Request headers that pages of other origins may send in addition to the usual ones "
        "(docs/http.md), separated by commas.",
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(hosts_listed)] = Field(
        (),
        description="Host names that this server answers to, separated by commas, without the port; * "
        "for any. Without a list any name is accepted, except in development on a loopback "
        "address: there only that address and localhost are.",
    )

    issuers: Annotated[tuple[Issuer, ...], NoDecode] = Field(
        (), description="OpenID Connect issuers whose tokens are accepted, as a JSON list (docs/tokens.md)."
    )
    token_leeway: Seconds = Field(
        30.0, ge=0, le=60, description="Clock difference tolerated when exp, nbf and iat are checked."
    )
    max_token_bytes: Bytes = Field(8_192, ge=512, le=65_536, description="Longest token of a request.")
    keys_lifetime: Seconds = Field(
        3_600.0, ge=60, le=86_400, description="Longest time that an issuer's keys are cached."
    )
    keys_stale: Seconds = Field(
        21_600.0,
        ge=0,
        le=604_800,
        description="How long cached keys serve beyond their lifetime while the issuer can't be reached.",
    )
    keys_interval: Seconds = Field(
        5.0, ge=0.1, le=3_600, description="Shortest time between two fetches of an issuer's keys."
    )
    keys_timeout: Seconds = Field(
        5.0, ge=0.1, le=60, description="Time limit for fetching a document from an issuer."
    )
    keys_max_bytes: Bytes = Field(
        262_144, ge=1_024, le=10_485_760, description="Largest document accepted from an issuer."
    )
    keys_max: int = Field(100, ge=1, le=1_000, description="Maximum keys accepted from an issuer.")

    introspection: Annotated[tuple[str, ...] | None, NoDecode, BeforeValidator(roles_listed)] = Field(
        None,
        description="Roles that may introspect the schema, separated by commas, or NONE. By default "
        "PUBLIC (everyone) in development, otherwise ADMIN and INTEGRATION.",
    )
    operations_per_minute: int = Field(
        1_200,
        ge=0,
        le=10_000_000,
        description="Maximum operations per viewer in 60 seconds, counted in each worker; 0 for no limit.",
    )
    address_operations_per_minute: int = Field(
        6_000,
        ge=0,
        le=10_000_000,
        description="Maximum operations without a valid token per client address in 60 seconds, counted in "
        "each worker; 0 for no limit.",
    )
    planning_seconds_per_minute: Seconds = Field(
        10.0,
        ge=0,
        le=60,
        description="Maximum processor time for new documents of a viewer in 60 seconds, counted in each "
        "worker; 0 for no limit.",
    )
    address_planning_seconds_per_minute: Seconds = Field(
        10.0,
        ge=0,
        le=60,
        description="Maximum processor time for new documents without a valid token from a client address in "
        "60 seconds, counted in each worker; 0 for no limit.",
    )
    planning_percent: int = Field(
        50,
        ge=1,
        le=100,
        description="Percentage of a worker's time that new documents of all clients may take.",
    )
    planning_queue: int = Field(
        100,
        ge=2,
        le=100_000,
        description="Maximum new documents that wait to be planned in a worker; half as many of one client.",
    )
    planning_timeout: Seconds = Field(
        30.0, ge=0.1, le=600, description="How long a new document waits to be planned."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode, BeforeValidator(networks_listed)] = Field(
        (),
        description="Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are "
        "trusted, separated by commas: 10.0.0.0/8",
    )

    metrics: Annotated[tuple[str, ...] | None, NoDecode, BeforeValidator(readers_listed)] = Field(
        None,
        description="Addresses or networks that may read /metrics, separated by commas, or ANY, or "
        "NONE. By default nobody, and in development this machine.",
    )
    impact_interval: Seconds = Field(
        60.0, ge=1, le=86_400, description="Time between two refreshes of computed impact metrics."
    )
    live_debounce: Seconds = Field(
        0.1, ge=0, le=10, description="How long a live query waits for further changes before it runs again."
    )
    pool_size: int = Field(
        10,
        ge=1,
        le=500,
        description="Database connections of each worker for statements with a generic plan. Half as "
        "many more serve statements with a custom plan.",
    )
    pool_timeout: Seconds = Field(
        5.0, ge=0.1, le=600, description="How long a request waits for a database connection."
    )
    statement_cache_entries: int = Field(
        100, ge=0, le=10_000, description="Prepared statements cached on each database connection."
    )
    migration_lock_timeout: Seconds = Field(
        5.0,
        ge=0.1,
        le=3_600,
        description="How long a migration waits for each lock; others wait behind it meanwhile.",
    )
    statement_timeout: Seconds = Field(10.0, ge=0.1, le=600, description="Time limit of a statement.")
    request_timeout: Seconds = Field(
        30.0, ge=0.1, le=600, description="Time limit for a request's body to arrive."
    )
    shutdown_timeout: WholeSeconds = Field(
        10, ge=1, le=600, description="Time that open requests get to finish at shutdown."
    )
    max_body_bytes: Bytes = Field(1_048_576, ge=1024, le=104_857_600, description="Largest request body.")
    max_url_bytes: Bytes = Field(16_384, ge=1024, le=1_048_576, description="Longest query string of a GET.")
    max_document_bytes: Bytes = Field(
        262_144, ge=1024, le=10_485_760, description="Largest GraphQL document."
    )
    max_tokens: int = Field(
        3_000, ge=100, le=1_000_000, description="Maximum tokens in a document, comments included."
    )
    max_nesting: int = Field(
        50, ge=5, le=80, description="Maximum nesting of brackets in a document, and of the fragments in it."
    )
    max_depth: int = Field(15, ge=1, le=80, description="Maximum nesting of an operation's fields.")
    max_fields: int = Field(
        600, ge=10, le=1_000_000, description="Maximum fields in a document, after fragments are spread."
    )
    max_root_fields: int = Field(30, ge=1, le=100_000, description="Maximum root fields of an operation.")
    max_aliases: int = Field(100, ge=0, le=100_000, description="Maximum aliases in a document.")
    max_directives: int = Field(100, ge=0, le=100_000, description="Maximum directives in a document.")
    max_overlaps: int = Field(
        2_000,
        ge=0,
        le=10_000_000,
        description="Maximum pairs of fields with the same response name in the same selection set.",
    )
    max_subqueries: int = Field(
        120, ge=5, le=100_000, description="Maximum subqueries in the statement of an operation."
    )
    max_conditions: int = Field(
        300, ge=1, le=100_000, description="Maximum filter conditions and order terms in an operation."
    )
    max_condition_depth: int = Field(10, ge=1, le=50, description="Maximum nesting of a filter.")
    max_cost: int = Field(
        20_000, ge=10, le=1_000_000_000, description="Maximum estimated cost of an operation, in objects."
    )
    max_scanned_changes: int = Field(
        2_000, ge=10, le=100_000, description="Maximum changes read for a page of changes, visible or not."
    )
    max_variables_depth: int = Field(50, ge=1, le=80, description="Maximum nesting of the variables.")
    max_variables_values: int = Field(
        5_000, ge=10, le=10_000_000, description="Maximum values in the variables, at all levels."
    )
    max_page_size: int = Field(100, ge=1, le=10_000, description="Maximum nodes of a page (first, last).")
    default_page_size: int = Field(
        20, ge=1, le=10_000, description="Nodes of a page when neither first nor last is given."
    )
    max_search_length: int = Field(500, ge=10, le=500, description="Maximum characters of a search text.")
    document_cache_entries: int = Field(
        1_000, ge=1, le=1_000_000, description="Maximum parsed documents cached."
    )
    document_cache_bytes: Bytes = Field(
        67_108_864,
        ge=65_536,
        le=2**34,
        description="Memory for parsed documents, estimated at 1,000 bytes a token.",
    )
    plan_cache_entries: int = Field(1_000, ge=1, le=1_000_000, description="Maximum plans cached.")
    plan_cache_bytes: Bytes = Field(
        67_108_864, ge=65_536, le=2**34, description="Memory for plans: their SQL text and documents."
    )

    @field_validator("database_url")
    @classmethod
    def _is_a_postgresql_address(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("postgresql://", "postgres://")):
            raise ValueError("must start with postgresql://")
        return url

    @field_validator("issuers", mode="before")
    @classmethod
    def _is_json(cls, given: object) -> object:
        """The error for a value that can't be decoded, without repeating it."""
        if not isinstance(given, str):
            return given
        try:
            decoded = json.loads(given)
        except (ValueError, RecursionError):
            raise ValueError("must be a JSON list of objects") from None
        if not isinstance(decoded, list):
            raise ValueError("must be a JSON list of objects")
        return decoded

    @field_validator("issuers")
    @classmethod
    def _are_different(cls, issuers: tuple[Issuer, ...]) -> tuple[Issuer, ...]:
        names = [one.issuer for one in issuers]
        if len(set(names)) < len(names):
            raise ValueError("names an issuer twice")
        return issuers

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.default_page_size > self.max_page_size:
            raise ValueError("PUENTE_DEFAULT_PAGE_SIZE must not be larger than PUENTE_MAX_PAGE_SIZE")
        if self.webhook_lease < self.webhook_timeout * 2:
            raise ValueError("PUENTE_WEBHOOK_LEASE must be at least twice PUENTE_WEBHOOK_TIMEOUT")
        if self.development and self.database_url is not None:
            raise ValueError("PUENTE_DEVELOPMENT is only possible on the embedded database")
        return self

    @property
    def embedded(self) -> bool:
        return self.database_url is None

    @property
    def in_development(self) -> bool:
        return (self.embedded and self.local) if self.development is None else self.development

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")

    @property
    def introspecting(self) -> frozenset[str]:
        """The roles that may introspect; everyone is PUBLIC."""
        if self.introspection is not None:
            return frozenset(self.introspection)
        return frozenset({"PUBLIC"} if self.in_development else {"ADMIN", "INTEGRATION"})

    @property
    def metrics_readers(self) -> tuple[str, ...]:
        """The networks that may read the metrics, or ANY."""
        if self.metrics is None:
            return LOOPBACK_NETWORKS if self.in_development else ()
        return self.metrics

    def with_database(self, url: str) -> Self:
        """These settings with a database URL, so that the application needn't know that it is embedded."""
        decided = {"database_url": url, "development": self.in_development, "allowed_hosts": self.hosts}
        if self.embedded and not self.webhook_key:
            decided["webhook_key"] = (SecretStr(key_in(self.state)),)
        return self.model_copy(update=decided)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The allowed host names; in development on loopback only its own, against DNS rebinding."""
        if self.allowed_hosts or not (self.in_development and self.local):
            return self.allowed_hosts
        return (*LOOPBACK, self.host)


def read_settings(**overrides: object) -> Settings:
    """The settings of the environment, overridden by the command line's; raises SettingsError."""
    given = {name: value for name, value in overrides.items() if value is not None}
    known = {f"PUENTE_{name.upper()}" for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith("PUENTE_") and name not in known)
    if unknown:
        raise SettingsError(f"no such setting: {', '.join(unknown)}")
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError("; ".join(_line(one) for one in error.errors())) from None
    return settings


def _line(error: object) -> str:
    assert isinstance(error, dict)
    message = str(error["msg"]).removeprefix("Value error, ")
    if not error["loc"]:
        return message
    name = f"PUENTE_{str(error['loc'][0]).upper()}"
    if name == "PUENTE_ISSUERS":
        where = "".join(f"[{at}]" if isinstance(at, int) else f".{at}" for at in error["loc"][1:])
        return f"{name}{where}: {message}"
    secret = name in ("PUENTE_DATABASE_URL", "PUENTE_MAIL_PASSWORD", "PUENTE_WEBHOOK_KEY")
    given = "" if secret else f" ({error['input']!r})"
    return f"{name}{given}: {message}"
