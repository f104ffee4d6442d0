"""Events and where they take place."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Integer, Text, case, cast, extract, func, literal_column, or_

import models
from models.base import declare_functions
from models.event import EventMode, EventStatus, OrganizerRole
from models.vocabulary import DatePrecision, Language
from planner.declaration.access import Rule
from planner.declaration.bindings import Argument, FacetSource, RootFields, Searchable
from planner.declaration.fields import column, computed, embedded, localized, many, one
from planner.declaration.row import Row
from planner.declaration.writes import Guard, Workflow, WorkflowStep, creation, writes
from planner.document.arguments import Arguments, non_null
from planner.sql import Column, Condition
from schema.city import city
from schema.common import GLOBAL_ID, SLUG, Entity, Location, Translation, translated
from schema.concerns import by_column, by_link
from schema.declarations import declarations, link, node
from schema.messages import message
from schema.rules import linked_in_role
from schema.scalars import CountryCode, TimeZone

if TYPE_CHECKING:
    from schema.institution import Institution
    from schema.program import Program

declarations.enums(EventMode, EventStatus, OrganizerRole)
declare_functions("puente_local_time", discloses=False)

IN_ZONE = (Argument("timeZone", "TimeZone | None", "The zone to show it in instead of the event's own."),)


def _local(name: str) -> object:
    """The wall clock at the instant of a column, in the event's zone or the one asked for."""

    def expression(row: Row, arguments: Arguments) -> Column:
        time_zone = non_null(arguments, "timeZone")
        zone = row.context.bind(time_zone, Text()) if time_zone else row["time_zone"]
        return func.puente_local_time(row[name], zone)

    return expression


def _month(row: Row) -> Column:
    """The month an event begins in, by its own wall clock: `2025-08`."""
    return func.to_char(func.timezone(row["time_zone"], row["starts_at"]), "YYYY-MM")


def _places_left(row: Row, arguments: Arguments) -> Column:
    """The capacity while one may still come; attendance is not counted here."""
    closed = or_(row["status"] == EventStatus.CANCELLED.value, row["ends_at"] <= func.now())
    return case((closed, literal_column("0", Integer())), else_=row["capacity"])


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
        ),
        WorkflowStep(
            "cancelEvent",
            "Say that an event will not take place.",
            (EventStatus.PUBLISHED,),
            EventStatus.CANCELLED,
            guards=(NOT_OVER,),
            needs_reason=True,
        ),
    ),
)


@node(
    models.Event,
    "event",
    roots=RootFields("One event; all keys given must fit.", (GLOBAL_ID, SLUG), "events", "Events."),
    changes="Events, and their organizers.",
    writes=writes(
        "titles descriptions localStart localEnd timeZone datePrecision mode venue languages topics program",
        WORKFLOW,
        links="organizers",
        creations=(creation("capacity", status=EventStatus.DRAFT),),
        holds=(HOSTED_WHILE_PUBLISHED,),
    ),
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
    """Something that takes place at a time: an instant and a zone."""

    slug: str = column("Readable, unique and stable: for addresses of pages.", order=True)
    title: str = localized("Its title.", stored=True, order=True)
    titles: list[Translation] = translated("Its title in each language that is known.", "title")
    description: str | None = localized("What it is about.")
    descriptions: list[Translation] = translated(
        "What it is about, in each language that is known.", "description"
    )
    starts_at: datetime = column("The instant it begins.", order=True)
    ends_at: datetime = column("The instant it ends.", order=True)
    time_zone: TimeZone = column("The zone it is announced in.")
    local_start: str = computed(
        "The wall clock when it begins, with its offset: 2025-08-14T09:00:00-07:00.",
        _local("starts_at"),  # type: ignore[arg-type]
        arguments=IN_ZONE,
        wall_clock=("starts_at", "time_zone"),
    )
    local_end: str = computed(
        "The wall clock when it ends, with its offset.",
        _local("ends_at"),  # type: ignore[arg-type]
        arguments=IN_ZONE,
        wall_clock=("ends_at", "time_zone"),
    )
    date_precision: DatePrecision = column("How much of its dates is known; what is finer is a placeholder.")
    mode: EventMode = column("How one attends.")
    status: EventStatus = column("Whether it will take place.")
    venue: Venue | None = one("Where it takes place.")
    languages: list[Language] = column("The languages it is held in.")
    capacity: int | None = column("How many can attend; null where there is no bound.")
    places_left: int | None = computed(
        "How many more can attend: 0 once it is cancelled or over; null where there is no bound.",
        _places_left,
    )
    topics: list[str] = column("What it is about, in a few words each.")
    organizers: list[EventOrganizer] = many("Who organizes it, hosts first.", "event_id", order=("-role",))
    program: Program | None = one("The program it is part of.")


@link(models.EventOrganizer)
class EventOrganizer:
    """An institution's part in organizing an event."""

    role: OrganizerRole = column("What it does for the event.")
    since: date | None = column("From when.")
    institution: Institution = one("The institution.")
    event: Event | None = one("The event.")


@node(
    models.Venue,
    "venue",
    changes="Venues.",
    writes=writes(
        "names address city region country capacity timeZone", creations=(creation("institution"),)
    ),
    concerns=by_column("institution_id"),
)
class Venue(Entity):
    """A place where events are held."""

    slug: str = column("Readable, unique and stable.", order=True)
    name: str = localized("Its name.", stored=True, order=True)
    names: list[Translation] = translated("Its name in each language that is known.", "name")
    address: str | None = column("Street and number.", filter=False)
    city: str | None = city()
    region: str | None = column("The state it is in (ISO 3166-2).")
    country: CountryCode = column("The country it is in (ISO 3166-1 alpha-2).")
    location: Location | None = embedded("Where it is on the map.", _is_placed)
    time_zone: TimeZone = column("The time zone it is in.")
    capacity: int | None = column("How many people it holds.")
    institution: Institution | None = one("The institution it belongs to.")
