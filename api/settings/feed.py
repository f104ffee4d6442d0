"""Settings of the change feed, a part of `api.settings.settings.Settings`."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings

from api.settings.units import Seconds


class FeedSettings(BaseSettings):
    feed_interval: Seconds = Field(
        1.0,
        ge=0.05,
        le=60,
        description="How often the change feed is polled when no notification arrives.",
    )
    feed_pace: Seconds = Field(
        0.01,
        ge=0,
        le=1,
        description="Shortest time between two numberings of changes; those committed meanwhile share one.",
    )
    feed_batch: int = Field(
        10_000, ge=100, le=1_000_000, description="Maximum changes numbered in one transaction."
    )
    feed_retention: Seconds = Field(
        1_209_600.0,
        ge=1,
        le=315_360_000,
        description="How long changes are kept. Older cursors expire.",
    )
    feed_max_changes: int = Field(
        5_000_000, ge=1_000, le=10_000_000_000, description="Maximum changes kept, whatever their age."
    )
    feed_page: int = Field(
        500, ge=10, le=10_000, description="Maximum changes that one statement for subscribers reads."
    )
