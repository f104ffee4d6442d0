"""Days and times of day as their reader writes them, from the parts of delivery/messages."""

from __future__ import annotations

from datetime import date, datetime

from delivery.messages import message
from planner.message_catalog import LocalizedMessage

NOON = 12
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


def day_words(day: date, precision: str = "DAY") -> LocalizedMessage:
    """A day, or only its month or year where no more is known."""
    year, month = f"{day:%Y}", message(f"month_name.{MONTHS[day.month - 1]}")
    if precision == "YEAR":
        return message("mail_date.year", year=year)
    if precision == "MONTH":
        return message("mail_date.month", month=month, year=year)
    return message("mail_date.day", day=day.day, month=month, year=year)


def time_words(moment: datetime) -> LocalizedMessage:
    """The time by a clock of 12 hours, as in Mexico and the United States."""
    half = "morning" if moment.hour < NOON else "afternoon"
    hour, minute = (moment.hour - 1) % NOON + 1, f"{moment:%M}"
    return message(f"mail_date.{half}", hour=hour, minute=minute)


def range_words(first: date | None, last: date | None, precision: str = "DAY") -> LocalizedMessage:
    """From one day to another, either of which may not be known; one day if both say the same."""
    ends = [day_words(day, precision) if day else message("mail_date.unknown") for day in (first, last)]
    return ends[0] if ends[0] == ends[1] else message("mail_date.range", first=ends[0], last=ends[1])
