"""Registrations of people and guests for events: who has a place, who waits for one, and who came."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlmodel import Field

from models.base import Described, Entity, declare_functions
from models.vocabulary import Language


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
"""A person or guest has one of these for an event at most."""
TICKET_CODE = "[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){3}"
"""The shape of a ticket code, as a pattern: without 0 and O, 1 and I."""


def ticket_code(typed: str) -> str:
    """A ticket code as it is stored, however somebody typed it: in any case, with any separators."""
    plain = "".join(one for one in typed.upper() if one.isalnum())
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))


declare_functions("puente_ticket_code", discloses=False)


class Registration(Entity, table=True):
    """A registration of a person or a guest for an event.

    A guest has no record as a person: what is known of them is in this row alone, also in the audit log.
    `seq` is the order of arrival: the event's row is locked while one is made, so it grows with the queue.
    `code` is that of the ticket: 80 random bits, in letters and digits that nobody mistakes for each other.
    """

    about_person = "person_id"
    unaudited = frozenset({"guest_name", "guest_email", "guest_institution", "guest_language"})

    event_id: UUID = Field(foreign_key="event.id")
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    guest_name: str | None = None
    guest_email: str | None = None
    guest_institution: str | None = None
    guest_language: Language | None = None
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
    code: str = Field(
        default=None,
        unique=True,
        sa_column_kwargs={
            "nullable": False,
            "server_default": text("puente_ticket_code()"),
            "info": {"kept": True},
        },
    )

    __table_args__ = (
        Index(
            "uq_registration_open",
            "event_id",
            "person_id",
            unique=True,
            postgresql_where=text("status in ('CONFIRMED', 'WAITLISTED', 'ATTENDED')"),
        ),
        Index(
            "uq_registration_open_guest",
            "event_id",
            text("lower(guest_email)"),
            unique=True,
            postgresql_where=text("status in ('CONFIRMED', 'WAITLISTED', 'ATTENDED')"),
        ),
        CheckConstraint("num_nonnulls(person_id, guest_email) = 1", name="of_one"),
        CheckConstraint(
            "num_nonnulls(guest_name, guest_email) <> 1"
            " and (guest_email is not null or num_nonnulls(guest_institution, guest_language) = 0)",
            name="guest_whole",
        ),
        CheckConstraint(
            "btrim(guest_name) <> '' and char_length(guest_name) <= 200", name="guest_name_present"
        ),
        CheckConstraint(
            "guest_email ~ '^[^@[:space:]]+@[^@[:space:]]+$' and char_length(guest_email) <= 254",
            name="guest_email_shape",
        ),
        CheckConstraint(
            "btrim(guest_institution) <> '' and char_length(guest_institution) <= 200",
            name="guest_institution_present",
        ),
        Index(None, "event_id", "status", "seq"),
        CheckConstraint(f"code ~ '^{TICKET_CODE}$'", name="code_shape"),
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
