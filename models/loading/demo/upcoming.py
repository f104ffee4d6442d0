"""The demo's events to come, with places, a queue, and one without a bound; made anew once they are over.

Their dates follow from the day on which they are made, so they are not among what is seeded, which is the
same on every machine and every day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

import models
from models import (
    AttendanceMode,
    DatePrecision,
    Entity,
    Event,
    EventMode,
    EventOrganizer,
    EventStatus,
    Language,
    OrganizerRole,
    Registration,
    RegistrationStatus,
)
from models.loading.demo import row_of, table_of
from models.loading.demo.people import synthetic
from models.loading.natural_keys import id_of
from models.loading.table_writer import upsert

LOCK = 7_368_660  # one makes them at a time: the key of a PostgreSQL advisory lock
BEGINS, LASTS = time(17), timedelta(hours=2)


@dataclass(frozen=True)
class DemoEvent:
    """`days`: how far ahead it is. `people` registered in this order; whoever gets no place waits."""

    slug: str
    title_en: str
    title_es: str
    days: int
    zone: str
    mode: EventMode
    capacity: int | None
    organizers: tuple[str, ...]
    people: tuple[str, ...]

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
    ),
)


async def keep_upcoming(engine: AsyncEngine, today: date) -> int:
    """Make those of the events that are not there or over; how many."""
    event = models.metadata.tables["event"]
    async with engine.begin() as connection:
        await connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        there = select(event.c.slug).where(event.c.ends_at > text("now()"))
        known = set((await connection.execute(there)).scalars())
        missing = [one for one in EVENTS if one.slug not in known]
        for one in missing:
            await _make(connection, one, today)
    return len(missing)


async def _make(connection: AsyncConnection, one: DemoEvent, today: date) -> None:
    registration = models.metadata.tables["registration"]
    await connection.execute(text("select set_config('puente.correction', 'The demo begins anew.', true)"))
    await connection.execute(delete(registration).where(registration.c.event_id == id_of(*one.id_key)))
    for row in (_event(one, today), *_organizers(one), *_registrations(one)):  # the queue is in this order
        await upsert(connection, table_of(row), [row_of(row)])


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
        status=EventStatus.PUBLISHED,
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
    places = len(one.people) if one.capacity is None else one.capacity
    mode = {EventMode.IN_PERSON: AttendanceMode.IN_PERSON, EventMode.ONLINE: AttendanceMode.ONLINE}.get(
        one.mode
    )
    return [
        synthetic(
            Registration,
            one.slug,
            key,
            event_id=id_of(*one.id_key),
            person_id=id_of("person", key),
            status=RegistrationStatus.CONFIRMED if number < places else RegistrationStatus.WAITLISTED,
            mode=mode,
        )
        for number, key in enumerate(one.people)
    ]
