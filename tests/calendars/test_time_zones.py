"""The VTIMEZONE of a file has the clock of its zone: at every hour, by rules, for old events too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from delivery.calendar.time_zones import time_zone
from tests.calendars.calendar_lines import Clock, Line, components

HOUR = timedelta(hours=1)
CHANGING = ("Los_Angeles", "Tijuana", "Ciudad_Juarez")
SAME_ALL_YEAR = ("Mexico_City", "Monterrey", "Merida", "Hermosillo", "Mazatlan", "Cancun")
ZONES = [f"America/{name}" for name in (*CHANGING, *SAME_ALL_YEAR)]
OLD = (1901, 1945, 1970, 1996, 2001, 2006, 2009, 2015, 2021, 2022, 2023)
"""Years with clocks of other laws, and those in which a law changed."""


def utc(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def component(zone: str, first: datetime, last: datetime) -> list[Line]:
    (found,) = components(time_zone(zone, first, last).to_ical(), "VTIMEZONE")
    assert found[0] == ("TZID", "", zone)
    return found


def differences(zone: str, clock: Clock, first: datetime, end: datetime, step: int = 1) -> list[datetime]:
    """The hours at which a clock differs from the zone's; `step`: of each so many hours, one."""
    known, hours = ZoneInfo(zone), range(0, int((end - first) / HOUR), step)
    instants = (first + number * HOUR for number in hours)
    return [one for one in instants if clock.offset(one) != one.astimezone(known).utcoffset()]


@pytest.mark.parametrize("zone", ZONES)
def test_each_hour_of_the_next_years(zone: str) -> None:
    found = component(zone, utc(2026), utc(2026, 1, 2))
    assert differences(zone, Clock(found, 2029), utc(2026), utc(2029)) == []
    kinds = [one.value for one in found if one.name == "BEGIN"]
    rules = [one.value for one in found if one.name == "RRULE"]
    if zone.partition("/")[2] in CHANGING:
        assert kinds == ["DAYLIGHT", "STANDARD"]
        assert rules == ["FREQ=YEARLY;BYDAY=2SU;BYMONTH=3", "FREQ=YEARLY;BYDAY=1SU;BYMONTH=11"]
    else:
        assert (kinds, rules) == (["STANDARD"], [])


@pytest.mark.parametrize("zone", [*ZONES, "Europe/Madrid", "Asia/Kathmandu"])
def test_the_clock_at_the_time_of_an_old_event(zone: str) -> None:
    """And in the two years after it, into which a long one may last."""
    for year in OLD:
        for first in (utc(year), utc(year, 10, 28), utc(year, 11, 29)):
            end = first + timedelta(days=800)
            found = component(zone, first, end)
            assert differences(zone, Clock(found, 2030), first, end, 7)[:3] == [], (first, found)
            assert "RDATE" not in {one.name for one in found}


def test_a_zone_whose_clock_follows_no_rule() -> None:
    """Morocco's changes with the moon's year."""
    found = component("Africa/Casablanca", utc(2026, 6), utc(2028, 6))
    assert "RRULE" not in {one.name for one in found}
    clock = Clock(found, 2029)
    assert differences("Africa/Casablanca", clock, utc(2026, 6), utc(2029)) == []


def test_a_wrong_rule_would_be_found() -> None:
    found = component(ZONES[0], utc(2026), utc(2026))
    wrong = [one._replace(value=one.value.replace("2SU", "3SU")) for one in found]
    hours = [one for one in wrong if one.name == "DTSTART" and one.value.startswith("20070311")]
    assert len(hours) == 1
    late = [one._replace(value="20070318T020000") if one in hours else one for one in wrong]
    assert len(differences(ZONES[0], Clock(late, 2029), utc(2026), utc(2029))) == 3 * 7 * 24
