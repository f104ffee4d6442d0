"""Settings of mutations, a part of `api.settings.settings.Settings`."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings

from api.settings.units import Seconds


class WriteSettings(BaseSettings):
    write_pool_size: int = Field(
        4, ge=1, le=500, description="Database connections of each worker for mutations."
    )
    idempotency_retention: Seconds = Field(
        604_800.0,
        ge=60,
        le=315_360_000,
        description="How long an idempotency key is kept: a mutation that is sent again with it meanwhile is "
        "carried out once.",
    )
