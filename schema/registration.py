"""Registrations for events: who has a place, who waits for one, and who came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, LargeBinary, Uuid, case, cast, func, literal_column, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

import models
from models.event import EventMode, EventStatus
from models.notification import NotificationKind
from models.registration import AttendanceMode, RegistrationStatus, ticket_code
from models.secret_link import hash_of
from models.vocabulary import Language
from planner.declaration.access import Rule
from planner.declaration.bindings import Inverse, RootFields, Value
from planner.declaration.fields import FieldDeclaration, column, computed, embedded, one, table_of
from planner.declaration.row import Row, StatementContext
from planner.declaration.writes import Consequence, Creation, Guard, Lookup, Workflow, WorkflowStep, writes
from planner.document.arguments import Arguments, ArgumentValue
from planner.sql import Column, Condition, exists, literal_text, scalar_subquery
from schema.common import GLOBAL_ID, Entity
from schema.concerns import by_link, by_link_of
from schema.declarations import declarations, node, value
from schema.event_places import (
    CHECK_IN,
    FILL_EVENT_OF_REGISTRATION,
    FORGET_TODAY,
    OWN_ID,
    PROMOTED,
    queue_position,
    status_on_arrival,
)
from schema.messages import message
from schema.recipients import guest
from schema.roles import GUEST, SELF
from schema.rules import referred
from schema.unsolicited_mail import bounds, in_turn, noted

if TYPE_CHECKING:
    from schema.event import Event

declarations.enums(RegistrationStatus, AttendanceMode)


def _of_event(condition: Callable[[Row, Any], Condition], words: str) -> Rule:
    return referred("event_id", models.Event, condition, words)


def _registrant(row: Row) -> Column:
    """The viewer, unless it is a guest who is registered."""
    return case((row["guest_email"].is_(None), row.context.single_attribute(SELF)))


def _name() -> Any:
    """The name of the person or guest."""

    def read(row: Row, name: str, guest: Column) -> Column:
        return func.coalesce(row.join_on("person_id", table_of(models.Person)).c[name], guest)

    def folded(row: Row, name: str) -> Column:
        return read(row, name, func.puente_fold(row["guest_name"]))

    bound = Value(
        lambda row, _: read(row, "name", row["guest_name"]),
        folded=lambda row, _: folded(row, "name_fold"),
    )
    return FieldDeclaration("The name of the person who registered, or of the guest.", lambda _: bound)


def _mode(row: Row) -> Column:
    """The mode that was given, else the only one that the event has."""
    event = table_of(models.Event).alias()
    only = case((event.c.mode != literal_text(EventMode.HYBRID), event.c.mode))
    found = select(func.coalesce(row["mode"], only)).where(event.c.id == row["event_id"])
    return scalar_subquery(found, event)


def _has_mode(row: Row, event: Any) -> Condition:
    hybrid = event.mode == literal_text(EventMode.HYBRID)
    return or_(row["mode"].is_(None), hybrid, event.mode == row["mode"])


def _days(row: Row, arguments: Arguments) -> Column:
    attendance = table_of(models.Attendance).alias()
    days = select(func.array_agg(aggregate_order_by(attendance.c.day, attendance.c.day)))
    found = scalar_subquery(days.where(attendance.c.registration_id == row["id"]), attendance)
    return func.coalesce(found, literal_column("'{}'::date[]", ARRAY(Date())))


ANNOUNCED = Guard(
    _of_event(
        lambda _, event: event.status == literal_text(EventStatus.PUBLISHED), "for an event that is announced"
    ),
    "WRONG_STATE",
    message("registration.not_announced"),
    ("event",),
)
EVENT_NOT_OVER = _of_event(lambda _, event: event.ends_at > func.now(), "for an event that is not over")
OFFERED_MODE = Guard(
    _of_event(_has_mode, "in a mode that the event has"),
    "INVALID",
    message("registration.other_mode"),
    ("mode",),
)


def _day(event: Any, instant: Column) -> Column:
    """The day of an instant by the event's clock."""
    return cast(func.timezone(event.time_zone, instant), Date())


def _came_today(row: Row, event: Any) -> Condition:
    attendance = row.context.table(table_of(models.Attendance))
    wanted = [attendance.c.registration_id == row["id"], attendance.c.day == _day(event, func.now())]
    return exists([attendance], attendance, wanted, correlated=row.correlated)


def _without_today(row: Row) -> Column:
    """The status without today's check-in: whoever came on another day has still attended.

    Without a check-in, a registration for a cancelled event is cancelled.
    """
    attendance, event = table_of(models.Attendance).alias(), table_of(models.Event).alias()
    other = [attendance.c.registration_id == row["id"], event.c.id == row["event_id"]]
    other.append(attendance.c.day != _day(event.c, func.now()))
    found = exists([attendance, event], attendance.join(event, true()), other)
    cancelled = _of_event(lambda _, one: one.status == literal_text(EventStatus.CANCELLED), "")(row)
    return case(
        (found, literal_text(RegistrationStatus.ATTENDED)),
        (cancelled, literal_text(RegistrationStatus.CANCELLED)),
        else_=literal_text(RegistrationStatus.CONFIRMED),
    )


CAME_TODAY = _of_event(_came_today, "where the person came today")
OVER = Rule(
    lambda row: row["status"].in_([RegistrationStatus.CANCELLED.value, RegistrationStatus.NO_SHOW.value]),
    "cancelled, or not used",
)
LINK_USED = f"""
    update secret_link set uses = uses + 1, used_at = now() where registration_id = {OWN_ID}"""  # noqa: S608


def guest_by_link(context: StatementContext, link: ArgumentValue) -> Column:
    """The registration that a mailed link leads to; of the link only the hash is a parameter."""
    hashed = context.bind(link, LargeBinary(), lambda text: hash_of(text.strip()))
    return select(func.puente_guest_of_link(hashed, type_=Uuid())).scalar_subquery()


WORKFLOW = Workflow(
    "status",
    (
        WorkflowStep(
            "cancelRegistration",
            "Cancel a registration; the first person in the queue gets the place.",
            (RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED),
            RegistrationStatus.CANCELLED,
            guards=(Guard(EVENT_NOT_OVER, "DEADLINE_PASSED", message("event.over")),),
            gate="event",
            effects=(FILL_EVENT_OF_REGISTRATION,),
        ),
        WorkflowStep(
            "cancelGuestRegistration",
            "Cancel a guest's registration, by the link in the mail about it.",
            (RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED),
            RegistrationStatus.CANCELLED,
            guards=(Guard(EVENT_NOT_OVER, "DEADLINE_PASSED", message("event.over"), ("link",)),),
            gate="event",
            effects=(FILL_EVENT_OF_REGISTRATION, LINK_USED),
            link=GUEST,
        ),
        WorkflowStep(
            "undoCheckIn",
            "Undo today's check-in of a person.",
            (RegistrationStatus.ATTENDED,),
            RegistrationStatus.CONFIRMED,
            guards=(Guard(CAME_TODAY, "DEADLINE_PASSED", message("registration.not_today")),),
            gate="event",
            sets={"status": _without_today},
            effects=(FORGET_TODAY,),
        ),
    ),
    consequences=(
        PROMOTED,
        Consequence(
            RegistrationStatus.CONFIRMED, RegistrationStatus.ATTENDED, "`checkIn` noted that the person came."
        ),
        Consequence(
            RegistrationStatus.ATTENDED,
            RegistrationStatus.CANCELLED,
            "`undoCheckIn` undid the check-in of a person, and the event had been cancelled.",
        ),
        Consequence(
            RegistrationStatus.CONFIRMED,
            RegistrationStatus.NO_SHOW,
            "The event has been over for a day, and the person had not come.",
            "event_id in (select id from event where ends_at < now() - interval '1 day')",
        ),
    ),
)
GUEST_ADDRESS = "$1 -> 'set' ->> 'guest_email'"
REGISTER = Creation(
    ("event", "mode", "guest"),
    mutation="registerForEvent",
    description=(
        "Register yourself for an event, or a guest for one that you organize: with a place if one is free,"
        " otherwise at the end of the queue."
    ),
    maker=SELF,
    maker_unless="guest",
    sets={
        "person_id": _registrant,
        "mode": _mode,
        "status": status_on_arrival,
    },
    gate="event",
    guards=(
        ANNOUNCED,
        Guard(EVENT_NOT_OVER, "DEADLINE_PASSED", message("event.over"), ("event",)),
        OFFERED_MODE,
    ),
    same=("event_id", "person_id", "guest_email"),
    caseless=("guest_email",),
    over=OVER,
    tells=(
        guest(NotificationKind.GUEST_CONFIRMED, RegistrationStatus.CONFIRMED, "a guest who has a place"),
        guest(NotificationKind.GUEST_WAITLISTED, RegistrationStatus.WAITLISTED, "a guest who waits for one"),
    ),
    locks=(in_turn(GUEST_ADDRESS),),
    needs=bounds("guest_email", ("guest",)),
    effects=(
        f"{noted('r.guest_email')}, puente_link_guest(r.id)"
        f" from registration r where r.id = {OWN_ID} and r.person_id is null",
    ),
)


def _event_day(row: Row) -> Column:
    """The day on which somebody came, by the event's clock; nobody comes later than now."""
    registration, event = table_of(models.Registration).alias(), table_of(models.Event).alias()
    found = select(_day(event.c, func.least(row["client_at"], func.now())))
    joined = found.where(registration.c.id == row["registration_id"], event.c.id == registration.c.event_id)
    return scalar_subquery(joined, registration, event)


def _of_registration(condition: Callable[[Row, Any, Any], Condition], words: str) -> Rule:
    """A rule on an attendance's registration and event, whose columns are given."""

    def holds(row: Row) -> Condition:
        registration = row.context.table(table_of(models.Registration))
        event = row.context.table(table_of(models.Event))
        wanted = [registration.c.id == row["registration_id"], event.c.id == registration.c.event_id]
        wanted.append(condition(row, registration.c, event.c))
        joined = registration.join(event, true())
        return exists([registration, event], joined, wanted, correlated=row.correlated)

    return Rule(holds, words)


BY_TICKET = Lookup(
    "registration",
    "code",
    "ticketCode",
    "Instead of `registration`: the code of the ticket, in any case, with or without its hyphens.",
    ticket_code,
)
CHECK_IN_ACT = Creation(
    ("registration", "device", "clientAt"),
    mutation="checkIn",
    description="Record that a person attended, once a day; repeating it has no further effect.",
    sets={"day": _event_day},
    gate="registration.event",
    guards=(
        Guard(
            _of_registration(
                lambda _, registration, __: registration.status == literal_text(RegistrationStatus.ATTENDED),
                "with a place",
            ),
            "WRONG_STATE",
            message("registration.no_place"),
            ("registration",),
        ),
        Guard(
            _of_registration(
                lambda row, _, event: row["day"] >= _day(event, event.starts_at), "once it begins"
            ),
            "NOT_YET_OPEN",
            message("registration.not_yet"),
            ("registration",),
        ),
        Guard(
            _of_registration(lambda row, _, event: row["day"] <= _day(event, event.ends_at), "until it ends"),
            "DEADLINE_PASSED",
            message("event.over"),
            ("registration",),
        ),
    ),
    same=("registration_id", "day"),
    effects=(CHECK_IN,),
    bulk="checkInMany",
    lookups=(BY_TICKET,),
)


@value()
class Guest:
    """Somebody without a record as a person, who is registered for an event."""

    name: str = column("The guest's name.", name="guest_name")
    email: str = column("The guest's e-mail address, to which mails about the event go.", name="guest_email")
    institution: str | None = column("Where the guest comes from, in any words.", name="guest_institution")
    language: Language | None = column(
        "The language of mails to the guest; by default, that of the institution that hosts the event.",
        name="guest_language",
    )


@node(
    models.Registration,
    "registration",
    roots=RootFields("One registration.", (GLOBAL_ID,), "registrations", "Registrations for events."),
    changes="Registrations for events.",
    writes=writes(workflow=WORKFLOW, creations=(REGISTER,)),
    concerns=by_link(models.EventOrganizer, "event_id", to="event_id"),
)
class Registration(Entity):
    """A person's or a guest's registration for an event."""

    event: Event | None = one(
        "The event.", inverse=Inverse("registrations", "The registrations for it that you may see.")
    )
    name: str | None = _name()
    guest: Guest | None = embedded(
        "The guest; null if it is a person's registration.", lambda row: row["guest_email"].is_not(None)
    )
    status: RegistrationStatus = column("Whether the person has a place.", order=True)
    mode: AttendanceMode | None = column("How the person attends; null where the event has both ways.")
    queued_at: datetime = column("When the person registered: who came first gets a free place.", order=True)
    position: int | None = computed("The position in the queue, from 1; null without one.", queue_position)
    ticket_code: str | None = column(
        "The code of the ticket, by which whoever has it is checked in.", name="code"
    )
    attended_on: list[date] | None = computed(
        "The days on which the person came, by the event's clock, the first one first.", _days
    )


@node(
    models.Attendance,
    "attendance",
    roots=RootFields("One attendance.", (GLOBAL_ID,), "attendances", "Who came to events, day by day."),
    changes="Who came to events, day by day.",
    writes=writes(creations=(CHECK_IN_ACT,)),
    concerns=by_link_of(models.Registration, "registration_id", models.EventOrganizer, "event_id"),
)
class Attendance(Entity):
    """A person's attendance on one day of an event."""

    registration: Registration | None = one("The registration of who came.")
    day: date = column("The day, by the event's clock.", order=True)
    device: str | None = column("Which device noted it, by a name of its own.", filter=False)
    client_at: datetime | None = column("When it was noted, by the clock of a device that was offline.")
