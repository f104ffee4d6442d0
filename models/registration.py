"""Registrations of people for events: who has a place, who waits for one, and who came."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import Described, Entity


class RegistrationStatus(Described):
    """Where a registration for an event stands."""

    CONFIRMED = "CONFIRMED", "The person has a place."
    WAITLISTED = "WAITLISTED", "The person is on the waiting list; the first to register gets the next place."
    CANCELLED = "CANCELLED", "Taken back by the person or the organizers, or the event was cancelled."
    ATTENDED = "ATTENDED", "The person was there."
    NO_SHOW = "NO_SHOW", "The person had a place, and was not there."


class AttendanceMode(Described):
    """How a person attends an event."""

    IN_PERSON = "IN_PERSON", "At the place."
    ONLINE = "ONLINE", "Over the internet."


OPEN = (RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED, RegistrationStatus.ATTENDED)
"""A person has one of these for an event at most."""


class Registration(Entity, table=True):
    """A person's registration for an event.

    `seq` is the order of arrival: the event's row is locked while one is made, so it grows with the queue.
    """

    about_person = "person_id"

    event_id: UUID = Field(foreign_key="event.id")
    person_id: UUID = Field(foreign_key="person.id")
    status: RegistrationStatus
    mode: AttendanceMode | None = None
    queued_at: datetime = Field(
        sa_column_kwargs={"server_default": text("clock_timestamp()"), "info": {"kept": True}}
    )
    seq: int = Field(
        default=None,
        sa_type=BigInteger,
        sa_column_args=[Identity(always=False)],
        sa_column_kwargs={"nullable": False, "info": {"kept": True}},
    )

    __table_args__ = (
        Index(
            "uq_registration_open",
            "event_id",
            "person_id",
            unique=True,
            postgresql_where=text("status in ('CONFIRMED', 'WAITLISTED', 'ATTENDED')"),
        ),
        Index(None, "event_id", "status", "seq"),
    )


class Attendance(Entity, table=True):
    """A person's attendance on one day of an event; `client_at`: by the clock of an offline device."""

    about_person = "registration_id.person_id"

    registration_id: UUID = Field(foreign_key="registration.id")
    day: date
    device: str | None = None
    client_at: datetime | None = None

    __table_args__ = (
        UniqueConstraint("registration_id", "day"),
        CheckConstraint("char_length(device) <= 100", name="device_bounded"),
    )
