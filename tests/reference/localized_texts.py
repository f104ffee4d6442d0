"""How texts are folded and sorted, and how values are printed."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

ACCENTS = dict.fromkeys(range(768, 880))
ASCII_LOWER = {point: point + 32 for point in range(ord("A"), ord("Z") + 1)}


@lru_cache(100_000)
def fold(text: str) -> str:
    """The text without case and accents."""
    return unicodedata.normalize("NFD", text).translate(ASCII_LOWER).translate(ACCENTS)


@lru_cache(100_000)
def spanish(text: str) -> str:
    """The same, but ñ is a separate letter, after n."""
    lowered = unicodedata.normalize("NFD", text).translate(ASCII_LOWER)
    return lowered.replace("n\u0303", "n~").translate(ACCENTS)


CITIES = {"Mexico City": "Ciudad de México", "Los Angeles": "Los Ángeles"}
"""Of the cities in the data, those with a name in each language."""


def city_names(stored: str | None) -> tuple[str | None, str | None]:
    """In English and in Spanish, whichever is stored."""
    for english, spanish in CITIES.items():
        if stored in (english, spanish):
            return english, spanish
    return stored, stored


def sort_key(text: str, language: str) -> str:
    return spanish(text) if language == "ES" else fold(text)


def printed(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def moment(instant: datetime) -> str:
    """In UTC, with as many digits of the second as it has."""
    text = instant.astimezone(UTC).isoformat()
    if "." not in text:
        return text
    whole, _, offset = text.partition("+")
    return f"{whole.rstrip('0')}+{offset}"


def wall_clock(instant: datetime, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
