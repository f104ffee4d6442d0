"""What calendars contain: operations that the planner plans for their readers, as at /graphql."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

import orjson
from icalendar import Calendar
from starlette.requests import Request

from api.calendar.arguments import OF_SEARCH, DateWindow, month_of
from api.graphql.pipeline import OperationPipeline, Requester
from api.http.request import GraphQLParams
from api.limits.rate_limiter import address_key
from api.messages import message
from delivery.calendar.calendar_file import (
    EVENT_FRAGMENT,
    CalendarOrigin,
    EventObject,
    add_heading,
    calendar_of,
    entry_of,
    event_component,
    events_name,
    overlaps,
    own_entries,
    own_name,
)
from models.calendar_link import person_of_link
from planner.errors import NotFound, NotWellFormed
from planner.errors.translation.graphql_value import print_value
from schema.grants import ANONYMOUS, Principal, person_principal

EVENT = (
    """
query CalendarEvent($slug: String!) { event(slug: $slug) { ...EventOfCalendar } }
"""
    + EVENT_FRAGMENT
)
EVENTS = (
    """
query CalendarEvents(
  $search: String, $filter: EventFilter, $first: Int!, $institution: String, $named: Boolean!
) {
  institution(slug: $institution) @include(if: $named) { displayName }
  events(search: $search, filter: $filter, first: $first, orderBy: [{ field: STARTS_AT }]) {
    nodes { ...EventOfCalendar }
  }
}
"""
    + EVENT_FRAGMENT
)
OWN_EVENTS = (
    """
query OwnCalendar($first: Int!, $since: DateTime!) {
  registrations(
    filter: { event: { is: { endsAt: { gte: $since } } } }
    first: $first
    orderBy: [{ field: QUEUED_AT, direction: DESC }]
  ) {
    nodes { status version updatedAt event { ...EventOfCalendar } }
  }
}
"""
    + EVENT_FRAGMENT
)
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class CalendarOptions:
    """`most`: entries of a calendar; `past`: how long events stay after their end; `refresh`: how often
    programs are to fetch a calendar; `max_age`: for how many seconds it may be cached."""

    origin: CalendarOrigin
    most: int
    past: timedelta
    refresh: timedelta
    max_age: int


class CalendarRequest(NamedTuple):
    """A request for a calendar: its arguments, and the language of its texts."""

    request: Request
    arguments: Mapping[str, str]
    language: str


class CalendarData(NamedTuple):
    """The response to an operation, as its bytes and read."""

    body: bytes
    data: Mapping[str, Any]


class CalendarSource(Protocol):
    """The calendar at an address."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """Those of its address, besides the language."""

    @property
    def cache_control(self) -> str: ...

    async def read(self, wanted: CalendarRequest) -> CalendarData:
        """What the calendar is made of; raises NotFound and other RequestErrors, and DatabaseError."""

    def render(self, data: Mapping[str, Any], wanted: CalendarRequest) -> Calendar:
        """The calendar, which follows from these alone."""


@dataclass(frozen=True, slots=True)
class CalendarQuery:
    """Reads by one statement, with the viewer's policy in it."""

    pipeline: OperationPipeline

    async def read(
        self, document: str, variables: Mapping[str, Any], viewer: Principal, wanted: CalendarRequest
    ) -> CalendarData:
        request = wanted.request
        params = GraphQLParams(document, variables=variables, safe=True)
        prepared = await self.pipeline.prepare(params, viewer, lambda: address_key(request.scope))
        requester = Requester(None, viewer, wanted.language)
        body, _ = await self.pipeline.execute(prepared, requester, request.receive)
        return CalendarData(body, orjson.loads(body)["data"])


@dataclass(frozen=True, slots=True)
class EventCalendar:
    """One event, as the public sees it."""

    query: CalendarQuery
    options: CalendarOptions
    arguments: tuple[str, ...] = ()

    @property
    def cache_control(self) -> str:
        return f"{PUBLIC}, max-age={self.options.max_age}"

    async def read(self, wanted: CalendarRequest) -> CalendarData:
        slug = wanted.request.path_params["slug"]
        if SLUG.fullmatch(slug) is None:
            raise no_calendar()
        found = await self.query.read(EVENT, {"slug": slug}, ANONYMOUS, wanted)
        if found.data["event"] is None:
            raise no_calendar()
        return found

    def render(self, data: Mapping[str, Any], wanted: CalendarRequest) -> Calendar:
        entry = entry_of(data["event"])
        return calendar_of([event_component(entry, self.options.origin, wanted.language)])


@dataclass(frozen=True, slots=True)
class SearchCalendar:
    """The events of a search, as the public sees them: those that are not over for long, or of a month."""

    query: CalendarQuery
    options: CalendarOptions
    arguments: tuple[str, ...] = OF_SEARCH

    @property
    def cache_control(self) -> str:
        return f"{PUBLIC}, max-age={self.options.max_age}"

    async def read(self, wanted: CalendarRequest) -> CalendarData:
        month, slug = month_of(wanted.arguments), wanted.arguments.get("institution")
        found = await self.query.read(EVENTS, self._variables(wanted, month), ANONYMOUS, wanted)
        if slug is not None and found.data["institution"] is None:
            raise NotWellFormed(message("calendar.unknown_institution", slug=print_value(slug)))
        return found

    def render(self, data: Mapping[str, Any], wanted: CalendarRequest) -> Calendar:
        events: list[EventObject] = data["events"]["nodes"]
        if (month := month_of(wanted.arguments)) is not None:
            events = [one for one in events if overlaps(one, month.first, month.end)]
        origin, language = self.options.origin, wanted.language
        calendar = calendar_of(event_component(entry_of(one), origin, language) for one in events)
        name = events_name(data.get("institution")).read(language)
        add_heading(calendar, name, self.options.refresh)
        return calendar

    def _variables(self, wanted: CalendarRequest, month: DateWindow | None) -> Mapping[str, Any]:
        arguments = wanted.arguments
        institution, topic = arguments.get("institution"), arguments.get("topic")
        conditions: list[Mapping[str, Any]] = [self._time(month)]
        if topic is not None:
            conditions.append({"topics": {"hasAny": [topic]}})
        if institution is not None:
            organizer = {"institution": {"is": {"slug": {"eq": institution}}}}
            conditions.append({"organizers": {"some": organizer}})
        given = {"search": arguments.get("search"), "institution": institution}
        return {
            **{name: value for name, value in given.items() if value is not None},
            "filter": {"and": conditions},
            "first": self.options.most,
            "named": institution is not None,
        }

    def _time(self, month: DateWindow | None) -> Mapping[str, Any]:
        if month is None:
            return {"endsAt": {"gte": first_day(self.options).isoformat()}}
        begin, end = month.instants
        return {"startsAt": {"lt": end.isoformat()}, "endsAt": {"gte": begin.isoformat()}}


@dataclass(frozen=True, slots=True)
class PersonCalendar:
    """The events that a person is registered for, by the person's private link, as the person sees them.

    The reader is the person, without any role: a link leads to nothing else. A link that is no longer in
    force is like one that never was.
    """

    query: CalendarQuery
    options: CalendarOptions
    arguments: tuple[str, ...] = ()
    cache_control: str = "private, no-cache"

    async def read(self, wanted: CalendarRequest) -> CalendarData:
        database = self.query.pipeline.database
        assert database is not None
        person = await person_of_link(database, wanted.request.path_params["secret"])
        if person is None:
            raise no_calendar()
        variables = {"first": self.options.most, "since": first_day(self.options).isoformat()}
        reader = person_principal(person, (), epoch=None)
        return await self.query.read(OWN_EVENTS, variables, reader, wanted)

    def render(self, data: Mapping[str, Any], wanted: CalendarRequest) -> Calendar:
        origin, language = self.options.origin, wanted.language
        entries = own_entries(data["registrations"]["nodes"])
        calendar = calendar_of(event_component(one, origin, language) for one in entries)
        add_heading(calendar, own_name().read(language), self.options.refresh)
        return calendar


def first_day(options: CalendarOptions) -> datetime:
    """Since when events are in a calendar: the beginning of a day, so that it is the same all day."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - options.past


def no_calendar() -> NotFound:
    """For an event that there isn't, or that the reader may not see: nobody learns which."""
    return NotFound(message("calendar.not_found"))
