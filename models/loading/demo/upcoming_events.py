"""The demo's events to come: with places, with a queue, without a bound, and one that is not announced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models import (
    AttendanceMode,
    DatePrecision,
    Entity,
    Event,
    EventMode,
    EventOrganizer,
    EventStatus,
    Language,
    Notification,
    NotificationKind,
    NotificationState,
    OrganizerRole,
    Registration,
    RegistrationStatus,
)
from models.loading.demo.notifications import HOMES
from models.loading.demo.people import is_mexican, synthetic
from models.loading.natural_keys import id_of

BEGINS, LASTS = time(17), timedelta(hours=2)


@dataclass(frozen=True)
class DemoEvent:
    """`days`: how far ahead it is. `people` registered in this order; those without a place wait.

    `promoted` waited, and were notified of the place that became free. `guests` registered after all others:
    name, and the institution that they named.
    """

    slug: str
    title_en: str
    title_es: str
    days: int
    zone: str
    mode: EventMode
    capacity: int | None
    organizers: tuple[str, ...]
    people: tuple[str, ...] = ()
    promoted: tuple[str, ...] = ()
    guests: tuple[tuple[str, str | None], ...] = ()
    status: EventStatus = EventStatus.PUBLISHED

    @property
    def id_key(self) -> tuple[str, str]:
        return "event", self.slug


EVENTS = (
    DemoEvent(
        "demo-upcoming-lecture",
        "Lecture: water on both sides of the border",
        "Conferencia: el agua en los dos lados de la frontera",
        9,
        "America/Los_Angeles",
        EventMode.IN_PERSON,
        4,
        ("uc-merced", "universidad-panamericana"),
        ("mentor-02", "student-01", "student-12", "student-05", "student-07", "student-22", "student-23"),
        ("mentor-02",),
    ),
    DemoEvent(
        "demo-upcoming-workshop",
        "Workshop: writing a proposal",
        "Taller: cómo escribir una propuesta",
        16,
        "America/Tijuana",
        EventMode.HYBRID,
        12,
        ("uabc", "uc-san-diego"),
        ("student-22", "student-03", "student-04", "mentor-03"),
        ("student-22",),
        (("Renata Solís", "Ayuntamiento de Tijuana"), ("Walt Iverson", None)),
    ),
    DemoEvent(
        "demo-upcoming-webinar",
        "Webinar: grants for student mobility",
        "Seminario en línea: apoyos a la movilidad estudiantil",
        23,
        "America/Mexico_City",
        EventMode.ONLINE,
        None,
        ("universidad-panamericana",),
        ("student-12", "mentor-11"),
        guests=(("Carla Montes", "Secretaría de Educación"),),
    ),
    DemoEvent(
        "demo-upcoming-open-house",
        "Open house of the exchange offices",
        "Puertas abiertas de las oficinas de intercambio",
        30,
        "America/Mexico_City",
        EventMode.HYBRID,
        60,
        ("universidad-panamericana", "uc-merced"),
        status=EventStatus.DRAFT,
    ),
)


def upcoming_events(today: date) -> list[list[Entity]]:
    """Each event, with what belongs to it; the queue is in the order of its rows."""
    return [
        [_event(one, today), *_organizers(one), *_registrations(one), *_notifications(one)] for one in EVENTS
    ]


def _event(one: DemoEvent, today: date) -> Entity:
    begins = datetime.combine(today + timedelta(days=one.days), BEGINS, ZoneInfo(one.zone))
    return synthetic(
        Event,
        one.slug,
        slug=one.slug,
        title_en=one.title_en,
        title_es=one.title_es,
        description_en="A synthetic event of the demo.",
        description_es="Un evento sintético de la demostración.",
        starts_at=begins,
        ends_at=begins + LASTS,
        time_zone=one.zone,
        date_precision=DatePrecision.DAY,
        mode=one.mode,
        languages=list(Language),
        capacity=one.capacity,
        topics=[],
        status=one.status,
    )


def _organizers(one: DemoEvent) -> list[Entity]:
    return [
        synthetic(
            EventOrganizer,
            one.slug,
            slug,
            event_id=id_of(*one.id_key),
            institution_id=id_of("institution", slug),
            role=OrganizerRole.CO_HOST if number else OrganizerRole.HOST,
        )
        for number, slug in enumerate(one.organizers)
    ]


def _registrations(one: DemoEvent) -> list[Entity]:
    registrants: dict[str, dict[str, Any]] = {key: {"person_id": id_of("person", key)} for key in one.people}
    registrants |= {name: _guest(name, institution) for name, institution in one.guests}
    places = len(registrants) if one.capacity is None else one.capacity
    mode = {EventMode.IN_PERSON: AttendanceMode.IN_PERSON, EventMode.ONLINE: AttendanceMode.ONLINE}.get(
        one.mode
    )
    return [
        synthetic(
            Registration,
            one.slug,
            key,
            event_id=id_of(*one.id_key),
            status=RegistrationStatus.CONFIRMED if number < places else RegistrationStatus.WAITLISTED,
            mode=mode,
            **columns,
        )
        for number, (key, columns) in enumerate(registrants.items())
    ]


def _guest(name: str, institution: str | None) -> dict[str, Any]:
    address = f"{name.split()[0].lower()}@example.net"
    return {"guest_name": name, "guest_email": address, "guest_institution": institution}


def _notifications(one: DemoEvent) -> list[Entity]:
    return [
        synthetic(
            Notification,
            one.slug,
            key,
            person_id=id_of("person", key),
            kind=NotificationKind.REGISTRATION_CONFIRMED,
            registration_id=id_of("registration", one.slug, key),
            revision=1,
            language=Language.ES if is_mexican(HOMES[key]) else Language.EN,
            state=NotificationState.SENT,
        )
        for key in one.promoted
    ]
