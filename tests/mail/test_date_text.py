"""Days and hours in mails, as their readers write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from delivery.calendar.date_text import day_words, range_words, time_words
from delivery.calendar.event_times import EventTimes
from planner.message_catalog import LocalizedMessage

MORNING, MIDNIGHT = datetime(2027, 3, 14, 9, 5), datetime(2027, 3, 14)  # noqa: DTZ001
EVENING, LAST_SECOND = datetime(2027, 3, 16, 19, 30), datetime(2027, 3, 16, 23, 59, 59)  # noqa: DTZ001
ZONE = "America/Tijuana"


def event(starts: datetime, ends: datetime, precision: str = "DAY") -> LocalizedMessage:
    return EventTimes(starts, ends, ZONE, precision).words


@pytest.mark.parametrize(
    ("words", "english", "spanish"),
    [
        (day_words(date(2027, 3, 1)), "March 1, 2027", "1 de marzo de 2027"),
        (day_words(date(2027, 12, 31), "MONTH"), "December 2027", "diciembre de 2027"),
        (day_words(date(2027, 12, 31), "YEAR"), "2027", "2027"),
        (range_words(date(2027, 3, 1), None), "March 1, 2027 – …", "1 de marzo de 2027 – …"),
        (range_words(None, date(2027, 3, 1)), "… – March 1, 2027", "… – 1 de marzo de 2027"),
        (range_words(MIDNIGHT, MIDNIGHT), "March 14, 2027", "14 de marzo de 2027"),
        (time_words(MIDNIGHT), "12:00 AM", "12:00 a. m."),
        (time_words(MIDNIGHT.replace(hour=12)), "12:00 PM", "12:00 p. m."),
        (time_words(LAST_SECOND), "11:59 PM", "11:59 p. m."),
        (event(MIDNIGHT, LAST_SECOND, "MONTH"), "March 2027", "marzo de 2027"),
        (event(MIDNIGHT, LAST_SECOND, "YEAR"), "2027", "2027"),
        (
            event(MIDNIGHT, LAST_SECOND),
            "March 14, 2027 – March 16, 2027",
            "14 de marzo de 2027 – 16 de marzo de 2027",
        ),
        (
            event(MORNING, MORNING.replace(hour=13)),
            "March 14, 2027, 9:05 AM – 1:05 PM (America/Tijuana)",
            "14 de marzo de 2027, 9:05 a. m. – 1:05 p. m. (America/Tijuana)",
        ),
        (
            event(MORNING, EVENING),
            "March 14, 2027, 9:05 AM – March 16, 2027, 7:30 PM (America/Tijuana)",
            "14 de marzo de 2027, 9:05 a. m. – 16 de marzo de 2027, 7:30 p. m. (America/Tijuana)",
        ),
    ],
    ids=str,
)
def test_days_in_both_languages(words: LocalizedMessage, english: str, spanish: str) -> None:
    assert (words.read("EN"), words.read("ES")) == (english, spanish)


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_a_name(month: int) -> None:
    day = date(2027, month, 1)
    assert day_words(day, "MONTH").read("EN") == f"{day:%B} 2027"
    assert day_words(day, "MONTH").read("ES") != day_words(day, "MONTH").read("EN")
