"""Settings: PUENTE_… environment variables, each with its bounds; a wrong one is one clear line."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.issuers import Issuer

ORIGIN = re.compile(r"https?://(\[[\da-f:.]+\]|[\w.-]+)(:\d+)?")
HOST = re.compile(r"\*|\[[\da-f:.]+\]|[\w.-]+")
DEFAULT_PORTS = {"http": ":80", "https": ":443"}
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
ROOT = Path(__file__).resolve().parents[1]


class SettingsError(Exception):
    """A setting is wrong; the message names the variable and says what would be right."""


class Settings(BaseSettings):
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
    embedded_postgres: Literal[16, 18] = Field(18, description="version of the embedded PostgreSQL")
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

    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="origins whose pages may ask, separated by commas: https://portal.example.org"
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
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

    impact_interval: float = Field(
        60.0, ge=1, le=86_400, description="seconds between two countings of what impact metrics compute"
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
    max_tokens: int = Field(10_000, ge=100, le=1_000_000, description="most tokens in a document")
    max_depth: int = Field(15, ge=1, le=100, description="deepest nesting of a query")
    max_variables_depth: int = Field(50, ge=1, le=500, description="deepest nesting of the variables")
    max_page_size: int = Field(100, ge=1, le=10_000, description="most nodes of a page (first, last)")
    default_page_size: int = Field(20, ge=1, le=10_000, description="nodes of a page when none are asked for")
    max_search_length: int = Field(500, ge=10, le=500, description="characters of a text to search for")
    document_cache_entries: int = Field(1_000, ge=1, le=1_000_000, description="documents kept parsed")
    document_cache_bytes: int = Field(
        67_108_864,
        ge=65_536,
        le=2**34,
        description="memory of all documents kept parsed, reckoned at 60 bytes a character",
    )
    plan_cache_entries: int = Field(1_000, ge=1, le=1_000_000, description="plans kept")
    plan_cache_bytes: int = Field(67_108_864, ge=65_536, le=2**34, description="SQL text of all plans kept")

    @field_validator("database_url")
    @classmethod
    def _is_a_postgresql_address(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("postgresql://", "postgres://")):
            raise ValueError("must start with postgresql://")
        return url

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _are_origins(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        origins = listed(given)
        for origin in origins:
            if not ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin} is no origin such as https://portal.example.org")
        return tuple(map(as_browsers_send, origins))

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _are_hosts(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        hosts = listed(given)
        for host in hosts:
            if not HOST.fullmatch(host):
                raise ValueError(f"{host} is no name such as portal.example.org")
        return hosts

    @field_validator("issuers", mode="before")
    @classmethod
    def _is_json(cls, given: object) -> object:
        """What can't be decoded is told without repeating it."""
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
        if self.development and self.database_url is not None:
            raise ValueError("PUENTE_DEVELOPMENT is only possible on the embedded database")
        return self

    @property
    def embedded(self) -> bool:
        return self.database_url is None

    @property
    def in_development(self) -> bool:
        return self.embedded if self.development is None else self.development

    def on(self, url: str) -> Self:
        """These settings with the database decided: the application need not know that it is embedded."""
        decided = {"database_url": url, "development": self.in_development, "allowed_hosts": self.hosts}
        return self.model_copy(update=decided)

    @property
    def hosts(self) -> tuple[str, ...]:
        """In development on loopback no other name: another site's that is made to mean us is refused."""
        local = self.host in ("localhost", "::1") or self.host.startswith("127.")
        if self.allowed_hosts or not (self.in_development and local):
            return self.allowed_hosts
        return (*LOOPBACK, self.host)


def as_browsers_send(origin: str) -> str:
    """The origin without the port that its scheme has anyway."""
    return origin.removesuffix(DEFAULT_PORTS[origin.partition(":")[0]])


def listed(given: str) -> tuple[str, ...]:
    """The elements of a list with commas, in lower case."""
    return tuple(one.strip().lower() for one in given.split(",") if one.strip())


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
    secret = name == "PUENTE_DATABASE_URL"
    given = "" if secret else f" ({error['input']!r})"
    return f"{name}{given}: {message}"
