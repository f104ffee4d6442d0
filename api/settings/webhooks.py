"""Settings of webhooks: `PUENTE_WEBHOOK_…`, a part of `api.settings.settings.Settings`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode

from delivery.webhooks.signing import is_key


class WebhookSettings(BaseSettings):
    webhook_key: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description="keys that secrets of webhooks are encrypted with, each 32 bytes in URL-safe base64, "
        "separated by commas, the newest first; none: on the embedded database one in its folder, else no "
        "webhooks",
    )
    webhook_allow_private_addresses: bool = Field(
        False,
        description="let webhooks reach private and loopback addresses, and by http: for trials",
    )
    webhook_max_per_client: int = Field(10, ge=0, le=10_000, description="most webhooks of a client")
    webhook_concurrency: int = Field(
        20, ge=1, le=1_000, description="webhooks that each worker sends to at once, one request each"
    )
    webhook_timeout: float = Field(
        15.0, ge=0.1, le=120, description="seconds that a receiver may take to answer, connecting included"
    )
    webhook_lease: float = Field(
        60.0,
        ge=0.5,
        le=3_600,
        description="seconds after which another worker takes over a webhook whose worker has died",
    )
    webhook_max_response_bytes: int = Field(
        16_384, ge=0, le=1_048_576, description="most that is read of a receiver's answer"
    )
    webhook_interval: float = Field(
        1.0, ge=0.05, le=60, description="seconds between two looks of a webhook at the change feed"
    )
    webhook_page: int = Field(
        50, ge=1, le=100, description="most changes that are read for a webhook at once"
    )
    webhook_turn: int = Field(
        200, ge=1, le=100_000, description="most changes sent to a webhook before others have their turn"
    )
    webhook_first_retry: float = Field(
        5.0,
        ge=0.05,
        le=3_600,
        description="seconds until a failed message is sent again; then thrice as long",
    )
    webhook_longest_retry: float = Field(
        21_600.0, ge=0.05, le=86_400, description="longest pause between two attempts, in seconds"
    )
    webhook_max_attempts: int = Field(
        25, ge=1, le=10_000, description="attempts in a row after which a webhook is parked"
    )
    webhook_patience: float = Field(
        259_200.0, ge=1, le=2_592_000, description="seconds of failing after which a webhook is parked"
    )
    webhook_secret_overlap: float = Field(
        86_400.0,
        ge=0,
        le=2_592_000,
        description="seconds that a replaced secret still signs beside the new one",
    )
    webhook_log_age: float = Field(
        1_209_600.0, ge=60, le=31_536_000, description="seconds that deliveries are kept in the log"
    )
    webhook_log_entries: int = Field(
        10_000, ge=10, le=1_000_000, description="most deliveries kept in the log of a webhook"
    )

    @field_validator("webhook_key", mode="before")
    @classmethod
    def _are_keys(cls, given: object) -> object:
        """An invalid key is reported without repeating it."""
        if not isinstance(given, str):
            return given
        keys = tuple(one.strip() for one in given.split(",") if one.strip())
        if not all(map(is_key, keys)):
            raise ValueError("must be keys of 32 bytes in URL-safe base64, separated by commas")
        return tuple(map(SecretStr, keys))
