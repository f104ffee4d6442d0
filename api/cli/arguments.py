"""Parsers of command-line arguments; each raises AccessRefused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from models.access import AccessScope

Member = TypeVar("Member", bound=StrEnum)

EXPIRY = re.compile(r"([1-9][0-9]{0,3})([dh])")
UNITS = {"d": "days", "h": "hours"}


def member_of(vocabulary: type[Member], text: str, noun: str) -> Member:
    """The enum member with this name; the error lists all members."""
    from models.access import AccessRefused

    name = text.upper().replace("-", "_")
    if name not in vocabulary.__members__:
        raise AccessRefused(f"no such {noun}: {text} (choose one of {', '.join(vocabulary.__members__)})")
    return vocabulary[name]


def scopes_of(texts: Sequence[str] | None) -> list[AccessScope]:
    from models.access import AccessScope

    return list(dict.fromkeys(member_of(AccessScope, text, "scope") for text in texts or ()))


def expiry_of(text: str | None) -> datetime | None:
    """A time in the future."""
    from models.access import AccessRefused

    if text is None:
        return None
    found, now = EXPIRY.fullmatch(text), datetime.now(UTC)
    try:
        when = now + timedelta(**{UNITS[found[2]]: int(found[1])}) if found else datetime.fromisoformat(text)
        when = when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except OverflowError:
        raise AccessRefused(f"{text} is after the year 9999") from None
    except ValueError:
        raise AccessRefused(f"{text} is not a time such as 90d, 12h or 2027-06-30") from None
    if when <= now:
        raise AccessRefused(f"{text} has already passed")
    return when


def id_of(text: str) -> UUID:
    """The id of a key or grant; from a whole key, only its id appears in errors."""
    from models.access import AccessRefused

    bare = text.removeprefix("puente_").partition("_")[0]
    try:
        return UUID(bare)
    except ValueError:
        raise AccessRefused(f"{bare} is not an id; see the list") from None
