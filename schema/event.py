"""Events and their venues."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Date, Integer, cast, extract, func, or_, select

import models
from models.event import EventMode, EventStatus, OrganizerRole
from models.notification import NotificationKind
from models.registration import OPEN
from models.vocabulary import DatePrecision, Language
from planner.declaration.access import Rule
from planner.declaration.bindings import FacetSource, RootFields, Searchable
from planner.declaration.fields import column, computed, count, embedded, localized, many, one, one_of
from planner.declaration.row import Row
from planner.declaration.writes import Guard, StepTask, Workflow, WorkflowStep, creation, with_upsert, writes
from planner.document.arguments import Arguments
from planner.sql import Column, Condition, scalar_subquery
from schema.city import city
from schema.common import GLOBAL_ID, SLUG, Entity, Location, Translation, translated
from schema.concerns import by_column, by_link
from schema.declarations import declarations, link, node
from schema.event_places import CANCEL_REGISTRATIONS, FILL_EVENT, places_left
from schema.messages import message
from schema.recipients import enrolled, registered
from schema.roles import SELF, Scope
from schema.rules import linked_in_role
from schema.scalars import CountryCode, TimeZone
from schema.wall_clocks import in_zone, local_time

if TYPE_CHECKING:
    from schema.institution import Institution
    from schema.program import Program
    from schema.registration import Registration

declarations.enums(EventMode, EventStatus, OrganizerRole)

IN_ZONE = in_zone("event")


def _month(row: Row) -> Column:
    """The month in which an event begins, in its own time zone: `2025-08`."""
    return func.to_char(func.timezone(row["time_zone"], row["starts_at"]), "YYYY-MM")


def _my_registration(row: Row, arguments: Arguments) -> Column:
    """The viewer's own open registration."""
    found = row.context.row("Registration")
    wanted = [
        found["event_id"] == row["id"],
        row.context.has_attribute(found["person_id"], SELF),
        found["status"].in_([status.value for status in OPEN]),
        *found.visibility_conditions(),
    ]
    return scalar_subquery(
        select(found["id"]).select_from(found.from_clause).where(*wanted), *found.from_clauses
    )


def _first_day(row: Row) -> Column:
    """The day an event begins on, by its own wall clock."""
    return cast(func.timezone(row["time_zone"], row["starts_at"]), Date())


def _is_placed(row: Row) -> Condition:
    return row["latitude"].is_not(None)


NOT_OVER = Guard(
    Rule(lambda row: row["ends_at"] > func.now(), "not over"), "DEADLINE_PASSED", message("event.over")
)
HAS_A_HOST = Guard(
    linked_in_role(models.EventOrganizer, "event_id", OrganizerRole.HOST),
    "INCOMPLETE",
    message("event.no_host"),
)
HOSTED_WHILE_PUBLISHED = Guard(
    Rule(
        lambda row: or_(row["status"] != EventStatus.PUBLISHED.value, HAS_A_HOST.rule(row)),
        "hosted while published",
    ),
    "INCOMPLETE",
    message("event.no_host"),
    ("organizers",),
)
WORKFLOW = Workflow(
    "status",
    (
        WorkflowStep(
            "publishEvent",
            "Announce an event to everyone.",
            (EventStatus.DRAFT,),
            EventStatus.PUBLISHED,
            guards=(
                NOT_OVER,
                HAS_A_HOST,
            ),
            task=StepTask("PUBLISH_EVENT", "Announce an event that is a draft.", _first_day),
        ),
        WorkflowStep(
            "cancelEvent",
            "Cancel an event that was announced.",
            (EventStatus.PUBLISHED,),
            EventStatus.CANCELLED,
            guards=(NOT_OVER,),
            needs_reason=True,
            tells=(
                registered(NotificationKind.EVENT_CANCELLED),
                enrolled(NotificationKind.EVENT_CANCELLED),
            ),
            effects=(CANCEL_REGISTRATIONS,),
        ),
        WorkflowStep(
            "setEventCapacity",
            "Set how many people can attend; null for no limit. Nobody loses a place; free"
            " places go to those who wait.",
            (EventStatus.DRAFT, EventStatus.PUBLISHED),
            fields=("capacity",),
            effects=(FILL_EVENT,),
        ),
    ),
)


WRITES = replace(
    writes(
        "titles descriptions localStart localEnd timeZone datePrecision mode venue languages topics program",
        WORKFLOW,
        links="organizers",
        creations=(creation("capacity", status=EventStatus.DRAFT),),
        holds=(HOSTED_WHILE_PUBLISHED,),
    ),
    effects=(FILL_EVENT,),
)


@node(
    models.Event,
    "event",
    roots=RootFields("One event; all given keys must match.", (GLOBAL_ID, SLUG), "events", "Events."),
    changes="Events, and their organizers.",
    writes=with_upsert(WRITES, "externalIds", Scope.EVENTS_WRITE),
    concerns=by_link(models.EventOrganizer, "event_id"),
    searched="Events, by title, description and topics.",
    search=(Searchable(lambda row: row["search"], ("title", "description", "topics")),),
    facets={
        "mode": FacetSource(("mode",), lambda row: row["mode"]),
        "month": FacetSource(("startsAt", "timeZone"), _month),
        "topic": FacetSource(("topics",), lambda row: row["topics"], many=True),
        "year": FacetSource(
            ("startsAt", "timeZone"),
            lambda row: cast(extract("year", func.timezone(row["time_zone"], row["starts_at"])), Integer),
        ),
    },
)
class Event(Entity):
    """Something that takes place at a time, given as an instant and a time zone."""

    slug: str = column("A readable, unique and stable name for URLs.", order=True)
    title: str = localized("Its title.", stored=True, order=True)
    titles: list[Translation] = translated("Its title in each available language.", "title")
    description: str | None = localized("What it is about.")
    descriptions: list[Translation] = translated(
        "What it is about, in each available language.", "description"
    )
    starts_at: datetime = column("When it begins.", order=True)
    ends_at: datetime = column("When it ends.", order=True)
    time_zone: TimeZone = column("The time zone in which it is announced.")
    local_start: str = computed(
        "The local time when it begins, with its offset: 2025-08-14T09:00:00-07:00.",
        local_time("starts_at"),  # type: ignore[arg-type]
        arguments=IN_ZONE,
        wall_clock=("starts_at", "time_zone"),
    )
    local_end: str = computed(
        "The local time when it ends, with its offset.",
        local_time("ends_at"),  # type: ignore[arg-type]
        arguments=IN_ZONE,
        wall_clock=("ends_at", "time_zone"),
    )
    date_precision: DatePrecision = column("How precise its dates are; finer parts are placeholders.")
    mode: EventMode = column("Whether it is attended in person, online or both.")
    status: EventStatus = column("Whether it will take place.")
    venue: Venue | None = one("Its venue.")
    languages: list[Language] = column("The languages it is held in.")
    capacity: int | None = column("How many people can attend; null if there is no limit.")
    places_left: int | None = count(
        "How many more people can register: 0 while there is a queue, and once it is cancelled"
        " or over; null if there is no limit.",
        places_left,
    )
    my_registration: Registration | None = one_of(
        "Your own registration, if it has not been cancelled.", {"Registration": _my_registration}, apart=True
    )
    topics: list[str] = column("Its topics, a few words each.")
    organizers: list[EventOrganizer] = many("Its organizers, hosts first.", "event_id", order=("-role",))
    external_ids: list[EventExternalId] = many(
        "The ids that institutions' systems know it by.", "event_id", order=("scheme", "value")
    )
    program: Program | None = one("The program it is part of.")


@link(models.EventExternalId)
class EventExternalId:
    """An id that an institution's systems know an event by."""

    institution: Institution = one("The institution that gave the id.")
    scheme: str = column("The system or list that the id is from, such as `calendar`.")
    value: str = column("The id, unique in its scheme for the institution.")
    event: Event | None = one("The event.")


@link(models.EventOrganizer)
class EventOrganizer:
    """An institution's part in organizing an event."""

    role: OrganizerRole = column("What it does for the event.")
    since: date | None = column("The start date.")
    institution: Institution = one("The institution.")
    event: Event | None = one("The event.")


@node(
    models.Venue,
    "venue",
    roots=RootFields("One venue; all given keys must match.", (GLOBAL_ID, SLUG), "venues", "Venues."),
    changes="Venues.",
    writes=writes(
        "names address city region country capacity timeZone", creations=(creation("institution"),)
    ),
    concerns=by_column("institution_id"),
    facets={"country": FacetSource(("country",), lambda row: row["country"])},
)
class Venue(Entity):
    """A place where events are held."""

    slug: str = column("A readable, unique and stable name.", order=True)
    name: str = localized("Its name.", stored=True, order=True)
    names: list[Translation] = translated("Its name in each available language.", "name")
    address: str | None = column("Street and number.", filter=False)
    city: str | None = city()
    region: str | None = column("Its state (ISO 3166-2).")
    country: CountryCode = column("Its country (ISO 3166-1 alpha-2).")
    location: Location | None = embedded("Its coordinates.", _is_placed)
    time_zone: TimeZone = column("Its time zone.")
    capacity: int | None = column("How many people it holds.")
    institution: Institution | None = one("The institution it belongs to.")
