"""The times of an event, in words and as a calendar entry, only as precise as they are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as CalendarEvent

from delivery.mail.date_text import day_words, range_words, time_words
from delivery.mail.line_text import one_line
from delivery.messages import message
from planner.message_catalog import LocalizedMessage

PRODUCT = "-//Puente//Puente//EN"


@dataclass(frozen=True, slots=True)
class EventTimes:
    """Start and end in the event's time zone, and how precisely they are known."""

    starts: datetime
    ends: datetime
    zone: str
    precision: str

    @property
    def whole_days(self) -> bool:
        """A day whose hours are not known lasts from its first to its last second."""
        last = self.ends.time().replace(microsecond=0)
        return self.starts.time() == time.min and last == time(23, 59, 59)

    @property
    def words(self) -> LocalizedMessage:
        first, last = self.starts.date(), self.ends.date()
        if self.precision != "DAY" or self.whole_days:
            return range_words(first, last, self.precision)
        hours: dict[str, LocalizedMessage | str] = {
            "starts": time_words(self.starts),
            "ends": time_words(self.ends),
            "zone": self.zone,
        }
        if first == last:
            return message("mail_date.hours", day=day_words(first), **hours)
        return message("mail_date.days_and_hours", first=day_words(first), last=day_words(last), **hours)


def times_of(event: Mapping[str, Any]) -> EventTimes:
    """The times of an event as the API returns it."""
    zone = ZoneInfo(event["timeZone"])
    starts, ends = (datetime.fromisoformat(event[name]).astimezone(zone) for name in ("startsAt", "endsAt"))
    return EventTimes(starts, ends, event["timeZone"], event["datePrecision"])


def calendar_method(event: Mapping[str, Any]) -> str:
    """The METHOD of the calendar file (RFC 5546)."""
    return "CANCEL" if event["status"] == "CANCELLED" else "PUBLISH"


def calendar_of(event: Mapping[str, Any], organizer: str, domain: str, stamp: datetime) -> bytes:
    """The event for a calendar: the same UID whenever it is sent, a SEQUENCE that grows."""
    entry, times = CalendarEvent(), times_of(event)
    starts: date = times.starts.date() if times.whole_days else times.starts
    ends: date = times.ends.date() + timedelta(days=1) if times.whole_days else times.ends
    entry.add("uid", f"{event['id']}@{domain}")
    entry.add("dtstamp", stamp)
    entry.add("dtstart", starts)
    entry.add("dtend", ends)
    entry.add("summary", one_line(event["displayName"]))
    entry.add("sequence", event["version"])
    entry.add("status", "CANCELLED" if calendar_method(event) == "CANCEL" else "CONFIRMED")
    entry.add("organizer", f"mailto:{organizer}")
    if where := venue_of(event):
        entry.add("location", one_line(where))
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", calendar_method(event))
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def venue_of(event: Mapping[str, Any]) -> str:
    """The event's location in one line; empty if it is unknown."""
    venue = event["venue"] or {}
    return ", ".join(part for name in ("displayName", "address", "city") if (part := venue.get(name)))
