"""Settings of calendars: `PUENTE_CALENDAR_…`, a part of `api.settings.settings.Settings`."""

from __future__ import annotations

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from api.settings.issuers import is_fetchable
from api.settings.units import Seconds, WholeSeconds


class CalendarSettings(BaseSettings):
    calendar_events: int = Field(
        100,
        ge=1,
        le=10_000,
        description="Maximum events in a calendar, those that begin first; never more than "
        "PUENTE_MAX_PAGE_SIZE.",
    )
    calendar_past: Seconds = Field(
        2_592_000.0,
        ge=0,
        le=315_360_000,
        description="How long events stay in a calendar after they end.",
    )
    calendar_refresh: Seconds = Field(
        3_600.0,
        ge=60,
        le=604_800,
        description="How often calendar programs are to fetch a calendar (REFRESH-INTERVAL).",
    )
    calendar_max_age: WholeSeconds = Field(
        300, ge=0, le=86_400, description="How long the calendar of a search or an event may be cached."
    )
    event_page: str | None = Field(
        None,
        description="Address of the portal's page of an event, with {slug} and, where pages have one, "
        "{language}: https://portal.example.org/{language}/events/{slug}. Calendars link to it.",
    )

    @field_validator("event_page")
    @classmethod
    def _is_an_event_page(cls, text: str | None) -> str | None:
        if text is not None and ("{slug}" not in text or not is_fetchable(_plain(text))):
            raise ValueError("must be an https address with {slug} (http only on this machine)")
        return text


def _plain(text: str) -> str:
    """The address of one page."""
    return text.replace("{slug}", "x").replace("{language}", "en")
