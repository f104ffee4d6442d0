"""Settings: PUENTE_… environment variables, each with its bounds; a wrong one is one clear line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from api.settings.issuers import Issuer
from api.settings.parsers import hosts_listed, networks_listed, origins_listed, readers_listed, roles_listed
from api.settings.webhooks import WebhookSettings
from delivery.webhooks.signing import key_in

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
NEAR = ("127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""Loopback and private networks."""
ROOT = Path(__file__).resolve().parents[2]


class SettingsError(Exception):
    """A setting is wrong; the message names the variable and says what would be right."""


def number(given: object) -> object:
    """What the environment has as text: a closed list of numbers does not read it."""
    return int(given) if isinstance(given, str) and given.isdecimal() else given


class Settings(WebhookSettings):
    model_config = SettingsConfigDict(env_prefix="PUENTE_", env_ignore_empty=True, frozen=True)

    database_url: str | None = Field(
        None, description="PostgreSQL 16 to 18: postgresql://user:password@host:5432/database; none: embedded"
    )
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=1, le=65535, description="port to listen on")
    workers: int = Field(1, ge=1, le=64, description="server processes")
    state: Path = Field(
        ROOT / ".puente", description="folder of the embedded database and the development key"
    )
    embedded_postgres: Annotated[Literal[16, 18], BeforeValidator(number)] = Field(
        18, description="version of the embedded PostgreSQL"
    )
    development: bool | None = Field(
        None,
        description="sign and accept tokens for the demo personas; only possible on the embedded database, "
        "where it is the default",
    )
    explorer: bool = Field(True, description="serve the explorer, a page for asking by hand, at /explorer")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="how much is logged; info includes each request"
    )
    default_language: Literal["en", "es"] = Field(
        "en", description="language of those who ask for none that we have"
    )

    allowed_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(origins_listed)] = Field(
        (), description="origins whose pages may ask, separated by commas: https://portal.example.org"
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(hosts_listed)] = Field(
        (),
        description="names that this server is reached by, separated by commas, without the port; none: any, "
        "but in development on a loopback address only that; *: any",
    )

    issuers: Annotated[tuple[Issuer, ...], NoDecode] = Field(
        (), description="issuers whose tokens count, as a JSON list (docs/tokens.md)"
    )
    token_leeway: float = Field(
        30.0, ge=0, le=60, description="seconds by which an issuer's clock may differ from ours"
    )
    max_token_bytes: int = Field(8_192, ge=512, le=65_536, description="longest token of a request")
    keys_lifetime: float = Field(
        3_600.0, ge=60, le=86_400, description="seconds that an issuer's keys are kept at the most"
    )
    keys_stale: float = Field(
        21_600.0,
        ge=0,
        le=604_800,
        description="seconds that they serve beyond that while none can be fetched",
    )
    keys_interval: float = Field(
        5.0, ge=0.1, le=3_600, description="least seconds between two fetches of an issuer's keys"
    )
    keys_timeout: float = Field(
        5.0, ge=0.1, le=60, description="seconds that an issuer's document may take to arrive"
    )
    keys_max_bytes: int = Field(
        262_144, ge=1_024, le=10_485_760, description="largest document that is read from an issuer"
    )
    keys_max: int = Field(100, ge=1, le=1_000, description="most keys that an issuer may have")

    introspection: Annotated[tuple[str, ...] | None, NoDecode, BeforeValidator(roles_listed)] = Field(
        None,
        description="roles that may introspect the schema, separated by commas, or NONE; "
        "by default everyone in development, else ADMIN and INTEGRATION",
    )
    operations_per_minute: int = Field(
        1_200, ge=0, le=10_000_000, description="operations of a viewer in a minute, by each worker; 0: any"
    )
    address_operations_per_minute: int = Field(
        6_000,
        ge=0,
        le=10_000_000,
        description="operations of an address in a minute, by each worker; 0: any",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode, BeforeValidator(networks_listed)] = Field(
        (),
        description="addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are "
        "believed, separated by commas: 10.0.0.0/8",
    )

    metrics: Annotated[tuple[str, ...] | None, NoDecode, BeforeValidator(readers_listed)] = Field(
        None,
        description="addresses or networks that may read /metrics, separated by commas, or ANY, or NONE; "
        "by default loopback and private networks",
    )
    impact_interval: float = Field(
        60.0, ge=1, le=86_400, description="seconds between two countings of what impact metrics compute"
    )
    feed_interval: float = Field(
        1.0,
        ge=0.05,
        le=60,
        description="seconds after which the change feed is looked at without being woken",
    )
    feed_batch: int = Field(
        10_000, ge=100, le=1_000_000, description="most changes that are numbered in one transaction"
    )
    feed_retention: float = Field(
        1_209_600.0,
        ge=1,
        le=315_360_000,
        description="seconds that changes are kept for those who follow; older cursors have expired",
    )
    feed_max_changes: int = Field(
        5_000_000, ge=1_000, le=10_000_000_000, description="most changes that are kept, whatever their age"
    )
    feed_page: int = Field(
        500, ge=10, le=10_000, description="most changes that one statement for subscribers looks at"
    )
    live_debounce: float = Field(
        0.1, ge=0, le=10, description="seconds that a live query waits for further changes before it is read"
    )
    heartbeat: float = Field(
        15.0, ge=0.1, le=600, description="seconds between two signs of life on an event stream"
    )
    streams_per_viewer: int = Field(
        200,
        ge=0,
        le=1_000_000,
        description="event streams that a viewer may have open, by each worker; 0: any",
    )
    streams_per_address: int = Field(
        500,
        ge=0,
        le=1_000_000,
        description="event streams that the public may have open from an address, by each worker; 0: any",
    )
    stream_queue_bytes: int = Field(
        8_388_608,
        ge=65_536,
        le=2**30,
        description="most that may wait for an event stream's reader, before it is cut off",
    )
    stream_stall_timeout: float = Field(
        20.0,
        ge=0.1,
        le=600,
        description="seconds that an event stream's reader may take nothing, before it is cut off",
    )
    pool_size: int = Field(
        10,
        ge=1,
        le=500,
        description="database connections of each worker for statements that are planned once; "
        "half as many more are for those planned by their values",
    )
    pool_timeout: float = Field(
        5.0, ge=0.1, le=600, description="seconds that a request may wait for a database connection"
    )
    socket_init_timeout: float = Field(
        10.0, ge=0.1, le=600, description="seconds that a WebSocket may take to say who it is"
    )
    socket_message_bytes: int = Field(
        1_048_576, ge=1024, le=104_857_600, description="largest message of a WebSocket's client"
    )
    socket_operations: int = Field(
        100, ge=1, le=100_000, description="most operations that are open at a time on a WebSocket"
    )
    sockets_per_viewer: int = Field(
        200, ge=0, le=1_000_000, description="WebSockets that a viewer may have open, by each worker; 0: any"
    )
    sockets_per_address: int = Field(
        500,
        ge=0,
        le=1_000_000,
        description="WebSockets that the public may have open from an address, by each worker; 0: any",
    )
    socket_queue_bytes: int = Field(
        8_388_608,
        ge=65_536,
        le=2**30,
        description="most that may wait for a WebSocket's reader, before it is cut off",
    )
    socket_stall_timeout: float = Field(
        20.0,
        ge=0.1,
        le=600,
        description="seconds that more than 64 KiB may wait for a WebSocket's reader, before it is cut off",
    )
    socket_ping_interval: float = Field(
        12.0, ge=0.1, le=3_600, description="seconds between two pings of a WebSocket"
    )
    socket_ping_timeout: float = Field(
        10.0, ge=0.1, le=3_600, description="seconds that a WebSocket may take to answer a ping"
    )
    socket_idle_look: float = Field(
        30.0,
        ge=0.1,
        le=3_600,
        description="seconds between two looks at the credential of a WebSocket with nothing open",
    )
    statement_cache_entries: int = Field(
        100, ge=0, le=10_000, description="statements that each database connection keeps prepared"
    )
    statement_timeout: float = Field(10.0, ge=0.1, le=600, description="seconds that a statement may take")
    request_timeout: float = Field(
        30.0, ge=0.1, le=600, description="seconds that the body of a request may take to arrive"
    )
    shutdown_timeout: int = Field(10, ge=1, le=600, description="seconds that open requests get to finish")
    max_body_bytes: int = Field(1_048_576, ge=1024, le=104_857_600, description="largest request body")
    max_url_bytes: int = Field(16_384, ge=1024, le=1_048_576, description="longest query string of a GET")
    max_document_bytes: int = Field(262_144, ge=1024, le=10_485_760, description="largest GraphQL document")
    max_tokens: int = Field(
        3_000, ge=100, le=1_000_000, description="most tokens in a document, comments included"
    )
    max_nesting: int = Field(
        50, ge=5, le=80, description="deepest nesting of brackets in a document, and of fragments in it"
    )
    max_depth: int = Field(15, ge=1, le=80, description="deepest nesting of an operation's fields")
    max_fields: int = Field(
        600, ge=10, le=1_000_000, description="most fields that a document asks for, fragments spread"
    )
    max_root_fields: int = Field(30, ge=1, le=100_000, description="most root fields of an operation")
    max_aliases: int = Field(100, ge=0, le=100_000, description="most aliases in a document")
    max_directives: int = Field(100, ge=0, le=100_000, description="most directives in a document")
    max_overlaps: int = Field(
        2_000, ge=0, le=10_000_000, description="most pairs of fields that share a name in one place"
    )
    max_subqueries: int = Field(
        120, ge=5, le=100_000, description="most subqueries that an operation is planned as"
    )
    max_conditions: int = Field(
        300, ge=1, le=100_000, description="most conditions and terms of orders in an operation"
    )
    max_condition_depth: int = Field(10, ge=1, le=50, description="deepest nesting of a filter")
    max_cost: int = Field(
        20_000, ge=10, le=1_000_000_000, description="most that an operation may cost, reckoned in objects"
    )
    max_scanned_changes: int = Field(
        2_000, ge=10, le=100_000, description="most changes that a page of changes looks at, seen or not"
    )
    max_variables_depth: int = Field(50, ge=1, le=80, description="deepest nesting of the variables")
    max_variables_values: int = Field(
        5_000, ge=10, le=10_000_000, description="most values in the variables, at all levels"
    )
    max_page_size: int = Field(100, ge=1, le=10_000, description="most nodes of a page (first, last)")
    default_page_size: int = Field(20, ge=1, le=10_000, description="nodes of a page when none are asked for")
    max_search_length: int = Field(500, ge=10, le=500, description="characters of a text to search for")
    document_cache_entries: int = Field(1_000, ge=1, le=1_000_000, description="documents kept parsed")
    document_cache_bytes: int = Field(
        67_108_864,
        ge=65_536,
        le=2**34,
        description="memory of all documents kept parsed, reckoned at 1,000 bytes a token",
    )
    plan_cache_entries: int = Field(1_000, ge=1, le=1_000_000, description="plans kept")
    plan_cache_bytes: int = Field(
        67_108_864, ge=65_536, le=2**34, description="memory of all plans kept: SQL text and documents"
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
        return self.embedded if self.development is None else self.development

    @property
    def introspecting(self) -> frozenset[str]:
        """The roles that may introspect; everyone is PUBLIC."""
        if self.introspection is not None:
            return frozenset(self.introspection)
        return frozenset({"PUBLIC"} if self.in_development else {"ADMIN", "INTEGRATION"})

    @property
    def metrics_readers(self) -> tuple[str, ...]:
        """The networks that may read the metrics, or any."""
        return NEAR if self.metrics is None else self.metrics

    def on(self, url: str) -> Self:
        """These settings with the database decided: the application need not know that it is embedded."""
        decided = {"database_url": url, "development": self.in_development, "allowed_hosts": self.hosts}
        if self.embedded and not self.webhook_key:
            decided["webhook_key"] = (SecretStr(key_in(self.state)),)
        return self.model_copy(update=decided)

    @property
    def hosts(self) -> tuple[str, ...]:
        """In development on loopback no other name: another site's that is made to mean us is refused."""
        local = self.host in ("localhost", "::1") or self.host.startswith("127.")
        if self.allowed_hosts or not (self.in_development and local):
            return self.allowed_hosts
        return (*LOOPBACK, self.host)


def read_settings(**overrides: object) -> Settings:
    """The environment's settings, with the command line's over them; raises SettingsError."""
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
    secret = name in ("PUENTE_DATABASE_URL", "PUENTE_WEBHOOK_KEY")
    given = "" if secret else f" ({error['input']!r})"
    return f"{name}{given}: {message}"
