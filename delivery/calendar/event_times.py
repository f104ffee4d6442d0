"""The times and the venue of an event, only as precise as they are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from delivery.calendar.date_text import day_words, range_words, time_words
from delivery.messages import message
from planner.message_catalog import LocalizedMessage


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
    def exact(self) -> bool:
        """Whether the days are known."""
        return self.precision == "DAY"

    @property
    def days(self) -> tuple[date, date]:
        """The first day and the one after the last: of the whole months or years where no more is known."""
        first, last = self.starts.date(), self.ends.date()
        if self.precision == "YEAR":
            return date(first.year, 1, 1), date(last.year + 1, 1, 1)
        if self.precision == "MONTH":
            return first.replace(day=1), (last.replace(day=28) + timedelta(days=4)).replace(day=1)
        return first, last + timedelta(days=1)

    @property
    def entry_times(self) -> tuple[date, date]:
        """Start and end in a calendar: days, or instants by the clock of the event's zone."""
        if self.whole_days or not self.exact:
            return self.days
        return _instant(self.starts), _instant(self.ends)

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


def _instant(local: datetime) -> datetime:
    """The local time; in UTC where it is the second of its kind, since calendars take it for the first."""
    return local.astimezone(UTC) if local.fold else local


def venue_of(event: Mapping[str, Any]) -> str:
    """The event's location in one line; empty if it is unknown."""
    venue = event["venue"] or {}
    return ", ".join(part for name in ("displayName", "address", "city") if (part := venue.get(name)))
