"""Calendar files (RFC 5545), made of events as the API returns them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

from icalendar import Calendar
from icalendar import Event as EventComponent

from delivery.calendar.calendar_text import line, paragraphs
from delivery.calendar.event_times import EventTimes, times_of, venue_of
from delivery.calendar.time_zones import time_zone
from delivery.messages import message
from planner.message_catalog import LocalizedMessage

EventObject: TypeAlias = Mapping[str, Any]
"""An event with the fields of `EVENT_FRAGMENT`."""

EVENT_FRAGMENT = """
fragment EventOfCalendar on Event {
  id slug displayName description version updatedAt
  status startsAt endsAt timeZone datePrecision
  venue { displayName address city }
}
"""
PRODUCT = "-//Puente//Puente//EN"
CANCELLED, CONFIRMED, TENTATIVE = "CANCELLED", "CONFIRMED", "TENTATIVE"
WAITLISTED = "WAITLISTED"


@dataclass(frozen=True, slots=True)
class CalendarOrigin:
    """The domain of all entries' UIDs, and the address of the portal's page of an event, with `{slug}`."""

    domain: str
    event_page: str | None

    def page_of(self, event: EventObject, language: str) -> str | None:
        if self.event_page is None:
            return None
        return self.event_page.replace("{language}", language.lower()).replace("{slug}", event["slug"])


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """An event in a calendar; `version` and `modified` are of all rows that it shows, and never decrease."""

    event: EventObject
    status: str
    version: int
    modified: datetime
    notes: tuple[LocalizedMessage, ...] = ()
    times: EventTimes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", times_of(self.event))


def entry_of(event: EventObject) -> CalendarEntry:
    """The entry of an event by itself."""
    return CalendarEntry(event, _status(event), event["version"], modified_at(event))


def own_entries(registrations: Iterable[Mapping[str, Any]]) -> list[CalendarEntry]:
    """The entries of the events that somebody registered for, as of the latest registration for each.

    `registrations` are in the order of time, the latest first.
    """
    by_event: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in registrations:
        if one["event"] is not None:
            by_event[one["event"]["id"]].append(one)
    return sorted(map(_own_entry, by_event.values()), key=lambda entry: entry.times.starts)


def _own_entry(registrations: Sequence[Mapping[str, Any]]) -> CalendarEntry:
    latest, event = registrations[0], registrations[0]["event"]
    status: str = _status(event)
    notes: tuple[LocalizedMessage, ...] = ()
    if latest["status"] == CANCELLED:
        status = CANCELLED
    elif latest["status"] == WAITLISTED and status != CANCELLED:
        status, notes = TENTATIVE, (message("calendar.waitlisted"),)
    rows = [event, *registrations]
    version = sum(row["version"] for row in rows)
    return CalendarEntry(event, status, version, max(map(modified_at, rows)), notes)


def modified_at(row: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(row["updatedAt"])


def _status(event: EventObject) -> str:
    if event["status"] == CANCELLED:
        return CANCELLED
    return CONFIRMED if times_of(event).exact else TENTATIVE


def event_component(entry: CalendarEntry, origin: CalendarOrigin, language: str) -> EventComponent:
    """The VEVENT of an entry: the same UID wherever it is, and a SEQUENCE that grows."""
    made, event = EventComponent(), entry.event
    made.add("uid", f"{event['id']}@{origin.domain}")
    made.add("dtstamp", entry.modified)
    made.add("last-modified", entry.modified)
    made.add("sequence", entry.version)
    made.add("status", entry.status)
    _add_times(made, entry.times)
    _add_texts(made, entry, language)
    if (page := origin.page_of(event, language)) is not None:
        made.add("url", page)
    return made


def _add_times(made: EventComponent, times: EventTimes) -> None:
    """An entry ends after it starts, or has no end. While its day isn't known, it takes no time."""
    starts, ends = times.entry_times
    made.add("dtstart", starts)
    if ends > starts:
        made.add("dtend", ends)
    if not times.exact:
        made.add("transp", "TRANSPARENT")


def _add_texts(made: EventComponent, entry: CalendarEntry, language: str) -> None:
    event, notes = entry.event, [note.read(language) for note in entry.notes]
    if not entry.times.exact:
        notes.append(message("calendar.day_unknown", when=entry.times.words).read(language))
    made.add("summary", line(event["displayName"] or event["id"]))
    if described := paragraphs(*notes, event["description"] or ""):
        made.add("description", described)
    if where := venue_of(event):
        made.add("location", line(where))


def calendar_of(components: Iterable[EventComponent]) -> Calendar:
    """A calendar of these entries, with their time zones."""
    calendar, entries = Calendar(), list(components)
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for zone, instants in sorted(_instants_by_zone(entries).items()):
        calendar.add_component(time_zone(zone, min(instants), max(instants)))
    for entry in entries:
        calendar.add_component(entry)
    return calendar


def _instants_by_zone(entries: Iterable[EventComponent]) -> Mapping[str, list[datetime]]:
    """The times of entries in UTC, by the zone that they are written in."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for entry in entries:
        for name in ("dtstart", "dtend"):
            if (time := entry.get(name)) is not None and (zone := time.params.get("tzid")) is not None:
                found[zone].append(time.dt.astimezone(UTC))
    return found


def events_name(institution: Mapping[str, Any] | None) -> LocalizedMessage:
    """The name of a calendar of events: of all, or of an institution."""
    if institution is None:
        return message("calendar.events")
    return message("calendar.events_of", institution=institution["displayName"])


def own_name() -> LocalizedMessage:
    return message("calendar.own_events")


def add_heading(calendar: Calendar, name: str, refresh: timedelta) -> None:
    """The name of a calendar that programs subscribe to, and how often they are to fetch it."""
    calendar.add("name", line(name))
    calendar.add("x-wr-calname", line(name))
    seconds = int(refresh.total_seconds())
    calendar.add("refresh-interval", timedelta(seconds=seconds), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", line(_duration(seconds)))


def _duration(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"PT{minutes}M" if rest == 0 else f"PT{seconds}S"


def overlaps(event: EventObject, first: date, end: date) -> bool:
    """Whether an event takes place, by its own clock, on a day from `first` on and before `end`."""
    begin, after = times_of(event).days
    return begin < end and after > first
