"""Settings of webhooks: `PUENTE_WEBHOOK_…`, a part of `api.settings.settings.Settings`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode

from api.settings.units import Bytes, Seconds
from api.settings.webhook_key import is_key


class WebhookSettings(BaseSettings):
    webhook_key: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description="Keys that encrypt the secrets of webhooks, separated by commas, the newest first; "
        "each is 32 bytes in URL-safe base64. Without one there are no webhooks, except on "
        "the embedded database, which has a key in its folder.",
    )
    webhook_allow_private_addresses: bool = Field(
        False,
        description="Let webhooks reach private and loopback addresses, and use http: for trials only.",
    )
    webhook_max_per_client: int = Field(10, ge=0, le=10_000, description="Maximum webhooks of a client.")
    webhook_concurrency: int = Field(
        20, ge=1, le=1_000, description="Webhooks that each worker delivers to at once, one request each."
    )
    webhook_timeout: Seconds = Field(
        15.0, ge=0.1, le=120, description="Time limit for a receiver to answer, connecting included."
    )
    webhook_lease: Seconds = Field(
        60.0,
        ge=0.5,
        le=3_600,
        description="Time after which another worker takes over the webhook of a worker that died.",
    )
    webhook_max_response_bytes: Bytes = Field(
        16_384, ge=0, le=1_048_576, description="Maximum bytes read of a receiver's response."
    )
    webhook_interval: Seconds = Field(
        1.0, ge=0.05, le=60, description="How often a webhook polls the change feed."
    )
    webhook_page: int = Field(50, ge=1, le=100, description="Maximum changes read for a webhook at once.")
    webhook_turn: int = Field(
        200,
        ge=1,
        le=100_000,
        description="Maximum changes sent to one webhook before the next one gets its turn.",
    )
    webhook_first_retry: Seconds = Field(
        5.0,
        ge=0.05,
        le=3_600,
        description="Pause before a failed message is sent again; each further pause is three times as long.",
    )
    webhook_longest_retry: Seconds = Field(
        21_600.0, ge=0.05, le=86_400, description="Longest pause between two attempts."
    )
    webhook_max_attempts: int = Field(
        25, ge=1, le=10_000, description="Failed attempts in a row that park a webhook."
    )
    webhook_patience: Seconds = Field(
        259_200.0, ge=1, le=2_592_000, description="Time of uninterrupted failure that parks a webhook."
    )
    webhook_secret_overlap: Seconds = Field(
        86_400.0,
        ge=0,
        le=2_592_000,
        description="How long a replaced secret signs messages together with the new one.",
    )
    webhook_log_age: Seconds = Field(
        1_209_600.0, ge=60, le=31_536_000, description="How long deliveries are kept in the log."
    )
    webhook_log_entries: int = Field(
        10_000, ge=10, le=1_000_000, description="Maximum deliveries kept in the log of a webhook."
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
