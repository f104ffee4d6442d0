"""Events as entries of calendar files: their texts, days and hours, as any program reads them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from delivery.calendar.calendar_file import (
    CalendarOrigin,
    calendar_of,
    entry_of,
    event_component,
    overlaps,
)
from tests.calendars.calendar_lines import Clock, Line, components, events, instant, lines

ORIGIN = CalendarOrigin("alianza.test", "https://portal.example.org/{language}/events/{slug}")
EVENT: dict[str, Any] = {
    "id": "event_0199", "slug": "fair", "displayName": "Fair", "description": None, "version": 3,
    "updatedAt": "2026-11-02T03:04:05.678+00:00", "status": "PUBLISHED", "startsAt": "2027-03-13T17:00:00Z",
    "endsAt": "2027-03-14T18:30:00Z", "timeZone": "America/Tijuana", "datePrecision": "DAY", "venue": None,
}  # fmt: skip


def content(language: str = "EN", **changed: Any) -> bytes:
    component = event_component(entry_of({**EVENT, **changed}), ORIGIN, language)
    found: bytes = calendar_of([component]).to_ical()
    return found


def entry(language: str = "EN", **changed: Any) -> dict[str, Line]:
    (found,) = events(content(language, **changed))
    return found


def times(**changed: Any) -> list[tuple[str, str]]:
    found = entry(**changed)
    return [(found[name].parameters, found[name].value) for name in ("DTSTART", "DTEND") if name in found]


def test_an_event_with_hours() -> None:
    """By the clock of its zone on both sides of a change, which both readers understand."""
    found = entry()
    assert {name: line.value for name, line in found.items()} == {
        "UID": "event_0199@alianza.test", "SUMMARY": "Fair", "SEQUENCE": "3", "STATUS": "CONFIRMED",
        "DTSTAMP": "20261102T030405Z", "LAST-MODIFIED": "20261102T030405Z",
        "DTSTART": "20270313T090000", "DTEND": "20270314T113000",
        "URL": "https://portal.example.org/en/events/fair",
    }  # fmt: skip
    assert {found[name].parameters for name in ("DTSTART", "DTEND")} == {"TZID=America/Tijuana"}
    (zone,) = components(content(), "VTIMEZONE")
    clock = Clock(zone, 2028)
    for name, stated in (("DTSTART", EVENT["startsAt"]), ("DTEND", EVENT["endsAt"])):
        moment = datetime.fromisoformat(stated)
        local = datetime.strptime(found[name].value, "%Y%m%dT%H%M%S")  # noqa: DTZ007
        assert moment.replace(tzinfo=None) + (clock.offset(moment) or timedelta()) == local
    read: Any = Calendar.from_ical(content())
    (event,) = read.walk("VEVENT")
    assert [event[name].dt.astimezone(UTC).isoformat() for name in ("DTSTART", "DTEND")] == [
        "2027-03-13T17:00:00+00:00", "2027-03-14T18:30:00+00:00"
    ]  # fmt: skip
    head = [(one.name, one.value) for one in lines(content())[:5]]
    assert head == [
        ("BEGIN", "VCALENDAR"), ("VERSION", "2.0"), ("PRODID", "-//Puente//Puente//EN"),
        ("CALSCALE", "GREGORIAN"), ("BEGIN", "VTIMEZONE"),
    ]  # fmt: skip


DAYS = "VALUE=DATE"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"startsAt": "2027-03-14T08:00:00Z", "endsAt": "2027-03-16T06:59:59Z"},
            [(DAYS, "20270314"), (DAYS, "20270316")],
        ),
        ({"datePrecision": "MONTH"}, [(DAYS, "20270301"), (DAYS, "20270401")]),
        (
            {"datePrecision": "MONTH", "endsAt": "2028-12-31T20:00:00Z"},
            [(DAYS, "20270301"), (DAYS, "20290101")],
        ),
        ({"datePrecision": "YEAR"}, [(DAYS, "20270101"), (DAYS, "20280101")]),
        ({"endsAt": EVENT["startsAt"]}, [("TZID=America/Tijuana", "20270313T090000")]),
        (
            {"startsAt": "2027-11-07T08:30:00Z", "endsAt": "2027-11-07T09:30:00Z"},
            [("TZID=America/Tijuana", "20271107T013000"), ("", "20271107T093000Z")],
        ),
        ({"timeZone": "UTC"}, [("", "20270313T170000Z"), ("", "20270314T183000Z")]),
    ],
    ids=["whole days", "a month", "several months", "a year", "no duration", "an hour twice", "UTC"],
)
def test_days_and_hours(changed: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """As precise as they are known; the second of two equal hours is in UTC."""
    assert times(**changed) == expected
    zones = {one.value for one in lines(content(**changed)) if one.name == "TZID"}
    assert zones == ({"America/Tijuana"} if any("TZID" in one for one, _ in expected) else set())


def test_an_event_whose_day_is_unknown_takes_no_time() -> None:
    found = entry("ES", datePrecision="MONTH", description="Una feria.")
    assert (found["STATUS"].value, found["TRANSP"].value) == ("TENTATIVE", "TRANSPARENT")
    assert found["DESCRIPTION"].text == "Todavía no se conoce la fecha exacta: marzo de 2027.\n\nUna feria."
    assert found["URL"].value == "https://portal.example.org/es/events/fair"
    assert "TRANSP" not in entry()
    assert entry(status="CANCELLED", datePrecision="MONTH")["STATUS"].value == "CANCELLED"


TAIL = "x" + "🎓é" * 60
HOSTILE = "A; B, C\\N \\n \\\\ “ñ”\r\nEND:VEVENT\x00\u2028" + TAIL
FIRST_LINE = "A; B, C\\N \\n \\\\ “ñ”"


def test_texts_stay_texts() -> None:
    """No line of a text begins another property, and long ones are folded between characters."""
    venue = {"displayName": "La; Casa", "address": None, "city": "Tijuana"}
    found = entry(displayName=HOSTILE, description=f"{HOSTILE}\n\nEnd", venue=venue)
    assert found["SUMMARY"].text == f"{FIRST_LINE} END:VEVENT {TAIL}"
    assert found["DESCRIPTION"].text.split("\n") == [FIRST_LINE, "END:VEVENT", TAIL, "", "End"]
    assert found["LOCATION"].text == "La; Casa, Tijuana"
    read: Any = Calendar.from_ical(content(displayName="A; B, C\nEND:VEVENT"))
    assert [str(one["SUMMARY"]) for one in read.walk("VEVENT")] == ["A; B, C END:VEVENT"]


def test_entries_share_the_time_zones_that_they_need() -> None:
    older = {**EVENT, "id": "event_1", "startsAt": "2021-07-01T17:00:00Z", "endsAt": "2021-07-01T18:00:00Z"}
    mexico = {**older, "timeZone": "America/Mexico_City"}
    made = [event_component(entry_of(one), ORIGIN, "EN") for one in (EVENT, mexico, older)]
    found: bytes = calendar_of(made).to_ical()
    zones = components(found, "VTIMEZONE")
    assert [zone[0].value for zone in zones] == ["America/Mexico_City", "America/Tijuana"]
    at = instant(Line("", "", "20210701T173000Z"))
    assert Clock(zones[0], 2027).offset(at) == Clock(zones[0], 2027).offset(at.replace(month=8)) is not None
    assert len(events(found)) == 3


@pytest.mark.parametrize(
    ("precision", "month", "expected"),
    [("DAY", 2, False), ("DAY", 3, True), ("DAY", 4, False), ("YEAR", 1, True), ("YEAR", 12, True)],
)
def test_the_months_of_an_event(precision: str, month: int, expected: bool) -> None:
    first, end = date(2027, month, 1), date(2027 + month // 12, month % 12 + 1, 1)
    assert overlaps({**EVENT, "datePrecision": precision}, first, end) is expected
