"""Calls, as the model knows them: prepared, announced, and closed later or earlier than announced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.mutations.model.becoming import Becomes
from tests.mutations.model.derived import end_of_minute
from tests.mutations.model.entity import Entity, Must, in_order
from tests.mutations.model.fields import NEEDED, Amount, Choice, Count, Field, Reference, Texts, WallClock
from tests.mutations.model.vocabulary import ZONE, needed
from tests.reference.policy import Sight
from tests.reference.rows import Row

Values = Mapping[str, Any]
OPENING = WallClock(name="localOpening", column="opens_at", nullable=True)
CLOSING = WallClock(name="localClosing", column="deadline", nullable=True)
NEW_CLOSING = WallClock(name="localClosing", column="deadline", default=NEEDED)


def _is_ahead(row: Values) -> bool:
    """Whether it opens later than now."""
    return row["opens_at"] is not None and row["opens_at"] > datetime.now(UTC)


def _is_draft(before: Values, after: Values) -> bool:
    return bool(before["status"] == "DRAFT")


def _may_move_opening(before: Values, after: Values) -> bool:
    """Until it opens."""
    return before["status"] == "DRAFT" or (before["status"] == "SCHEDULED" and _is_ahead(before))


def _stays_translated(before: Values, after: Values) -> bool:
    """Once announced, a title is there in both languages."""
    announced = before["status"] in ("SCHEDULED", "OPEN")
    return not announced or None not in (after["title_en"], after["title_es"])


def _closes_later(before: Values, after: Values) -> bool:
    return before["deadline"] is None or after["deadline"] > before["deadline"]


def _closes_earlier(before: Values, after: Values) -> bool:
    """Of one that is over, another reason is told."""
    last = before["deadline"]
    over = last is not None and end_of_minute(last) <= datetime.now(UTC)
    return last is None or over or after["deadline"] < last


def _closing_is_ahead(before: Values, after: Values) -> bool:
    return end_of_minute(after["deadline"]) > datetime.now(UTC)


def _has_currency(row: Values) -> bool:
    return row["max_amount"] is None or row["currency"] is not None


def _published(sight: Sight, row: Row) -> Values:
    return {"status": "SCHEDULED" if _is_ahead(row) else "OPEN"}


def _extended(sight: Sight, row: Row) -> Values:
    """One that waits for its opening still waits."""
    return {"status": "SCHEDULED" if row["status"] == "SCHEDULED" and _is_ahead(row) else "OPEN"}


ENTITIES = (
    Entity(
        "Call",
        (
            Texts(name="titles", stem="title", needed=True, nullable=False, default=NEEDED),
            Texts(name="eligibilities", stem="eligibility"),
            OPENING,
            CLOSING,
            ZONE,
            Amount(name="maxAmount", column="max_amount"),
            Choice(name="currency", options=("USD", "MXN")),
            Count(name="maxMonths", column="max_months"),
        ),
        creates=(
            needed("program", "Program"),
            Reference(name="institution", column="institution_id", types={"Institution": "id"}),
        ),
        begins={"status": "DRAFT"},
        musts=(
            in_order("localOpening", "localClosing", "opens_at", "deadline"),
            Must(("maxAmount", "currency"), _has_currency, "INVALID"),
        ),
    ),
)
REASONED = {"shortenCall", "cancelCall"}
SET_BY_STEPS: Mapping[str, tuple[Field, ...]] = dict.fromkeys(("extendCall", "shortenCall"), (NEW_CLOSING,))
STEPS_SET: Mapping[str, Callable[[Sight, Row], Values]] = {"publishCall": _published, "extendCall": _extended}
AHEAD = Becomes("localClosing", _closing_is_ahead, "OUT_OF_RANGE")
BECOMES: Mapping[str, tuple[Becomes, ...]] = {
    "extendCall": (Becomes("localClosing", _closes_later, "OUT_OF_RANGE"), AHEAD),
    "shortenCall": (Becomes("localClosing", _closes_earlier, "OUT_OF_RANGE"), AHEAD),
    "updateCall": (
        Becomes("localOpening", _may_move_opening, "WRONG_STATE"),
        Becomes("localClosing", _is_draft, "WRONG_STATE"),
        Becomes("timeZone", _is_draft, "WRONG_STATE"),
        Becomes("titles", _stays_translated, "INCOMPLETE"),
    ),
}
PERFORMERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("createCall", "updateCall", "publishCall", "extendCall", "cancelCall"),
        ("admin", "admin", "uc-coordinator", "mx-coordinator", "two-campuses"),
    ),
    "shortenCall": ("admin",),
}


def _another_closing(draw: Random, sight: Sight, row: Row) -> Values:
    """Mostly later, or before it where it is to be earlier."""
    last = row["deadline"] or datetime.now(UTC)
    days = draw.choice((1, 7, 60, 400))
    return {"localClosing": _clock(last + timedelta(days=days), row)}


def _an_earlier_closing(draw: Random, sight: Sight, row: Row) -> Values:
    last = row["deadline"] or datetime.now(UTC)
    return {"localClosing": _clock(last - timedelta(days=draw.choice((1, 5, 30))), row)}


def _clock(instant: datetime, row: Row) -> str:
    local = instant.astimezone(ZoneInfo(row["time_zone"]))
    return local.replace(tzinfo=None, microsecond=0).isoformat(timespec="minutes")


LIKELY: Mapping[str, Callable[[Random, Sight, Row], Values]] = {
    "extendCall": _another_closing,
    "shortenCall": _an_earlier_closing,
}
