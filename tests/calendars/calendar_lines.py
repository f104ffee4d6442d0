"""A second reader of calendar files, written from RFC 5545 alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

ALL_EVENTS: Mapping[str, Any] = {
    "calendar_past": 315_360_000.0,
    "event_page": "https://portal.example.org/{language}/events/{slug}",
    "mail_from": "Alianza MX <no-reply@alianza.test>",
}
"""Settings with which the calendar has the events of ten years."""
LONGEST_LINE = 75  # octets
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ESCAPES = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n"}


class Line(NamedTuple):
    """A content line; `parameters` as they are written."""

    name: str
    parameters: str
    value: str

    @property
    def text(self) -> str:
        """The value as a text."""
        return re.sub(r"\\.", lambda found: ESCAPES[found[0]], self.value)


def lines(content: bytes) -> list[Line]:
    """The content lines; each written line ends with CRLF, is short, and is UTF-8 by itself."""
    assert content.endswith(b"\r\n")
    written = content[:-2].split(b"\r\n")
    assert all(len(one) <= LONGEST_LINE and not {*b"\r\n"} & {*one} for one in written)
    unfolded: list[str] = []
    for one in written:
        if one.startswith(b" "):
            unfolded[-1] += one.decode()[1:]
        else:
            unfolded.append(one.decode())
    return [_line(one) for one in unfolded]


def _line(text: str) -> Line:
    head, _, value = text.partition(":")
    name, _, parameters = head.partition(";")
    return Line(name, parameters, value)


def components(content: bytes, kind: str) -> list[list[Line]]:
    """The content lines of each component of a kind, with those of components in it."""
    found: list[list[Line]] = []
    inside = False
    for one in lines(content):
        if (one.name, one.value) == ("BEGIN", kind):
            found.append([])
            inside = True
        elif (one.name, one.value) == ("END", kind):
            inside = False
        elif inside:
            found[-1].append(one)
    return found


def events(content: bytes) -> list[dict[str, Line]]:
    """The properties of each VEVENT, each of which occurs once."""
    found = [{one.name: one for one in component} for component in components(content, "VEVENT")]
    assert [len(one) for one in components(content, "VEVENT")] == [len(one) for one in found]
    return found


def instant(line: Line) -> datetime:
    """The value of a UTC time."""
    return datetime.strptime(line.value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


class Clock:
    """The clock of a VTIMEZONE until a year."""

    def __init__(self, component: list[Line], until: int) -> None:
        onsets = sorted(onset for part in _parts(component) for onset in _onsets(part, until))
        self.instants = [instant for instant, _ in onsets]
        self.offsets = [offset for _, offset in onsets]

    def offset(self, instant: datetime) -> timedelta | None:
        """None before what the component knows."""
        position = bisect_right(self.instants, instant)
        return self.offsets[position - 1] if position else None


def _parts(component: list[Line]) -> Iterator[dict[str, Line]]:
    for one in component:
        if one.name == "BEGIN":
            part: dict[str, Line] = {}
        elif one.name == "END":
            yield part
        elif one.name != "TZID":
            assert one.name not in part
            part[one.name] = one


def _onsets(part: dict[str, Line], until: int) -> Iterator[tuple[datetime, timedelta]]:
    """When the part begins, in UTC, and the offset from then on."""
    assert part.keys() - {"RRULE"} == {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"}
    start = datetime.strptime(part["DTSTART"].value, "%Y%m%dT%H%M%S")  # noqa: DTZ007
    before, after = (_offset(part[name].value) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
    days = _days(part["RRULE"].value, start.year, until) if "RRULE" in part else [start.date()]
    assert start.date() in days
    for day in days:
        yield (datetime.combine(day, start.time()) - before).replace(tzinfo=UTC), after


def _offset(text: str) -> timedelta:
    sign, hours, minutes, seconds = text[0], text[1:3], text[3:5], text[5:] or "0"
    found = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return -found if sign == "-" else found


def _days(rule: str, first: int, until: int) -> list[date]:
    parts = dict(part.split("=") for part in rule.split(";"))
    assert parts.keys() == {"FREQ", "BYMONTH", "BYDAY"}
    assert parts["FREQ"] == "YEARLY"
    week, weekday = int(parts["BYDAY"][:-2]), WEEKDAYS.index(parts["BYDAY"][-2:])
    return [_weekday(year, int(parts["BYMONTH"]), week, weekday) for year in range(first, until + 1)]


def _weekday(year: int, month: int, week: int, weekday: int) -> date:
    days = (date(year, month, 1) + timedelta(days=number) for number in range(31))
    found = [day for day in days if day.month == month and day.weekday() == weekday]
    return found[week - 1 if week > 0 else week]
