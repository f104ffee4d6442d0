"""Notifications, and the queue of mails.

`puente_notify` (`models/migrations/sql/repeatable/notifications.sql`) writes the rows in the transaction of
the step. They have no text: a reader sees the entity as it is at that time.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlmodel import Field

from models.base import Described, Entity, metadata
from models.vocabulary import Language

ERROR_LENGTH = 300
ABOUT = ("event", "project", "registration", "mentorship", "mobility", "participation")
"""The tables of entities that notifications can be about; each is about one row."""
KEYS = ", ".join(f"{table}_id" for table in ABOUT)


class NotificationKind(Described):
    """What happened."""

    EVENT_CANCELLED = "EVENT_CANCELLED", "An event was cancelled."
    REGISTRATION_CONFIRMED = "REGISTRATION_CONFIRMED", "A place became free, and you got it."
    GUEST_CONFIRMED = "GUEST_CONFIRMED", "To a guest: you were registered for an event, with a place."
    GUEST_WAITLISTED = (
        "GUEST_WAITLISTED",
        "To a guest: you were registered for an event, on the waiting list.",
    )
    MENTORSHIP_REQUESTED = "MENTORSHIP_REQUESTED", "A participant requests a mentor, who has to answer."
    MENTORSHIP_OFFERED = (
        "MENTORSHIP_OFFERED",
        "A mentor offers to accompany a participant, who has to answer.",
    )
    MENTORSHIP_ACCEPTED = "MENTORSHIP_ACCEPTED", "A requested mentorship was accepted."
    MENTORSHIP_DECLINED = "MENTORSHIP_DECLINED", "A requested mentorship was declined."
    MENTORSHIP_LAPSED = "MENTORSHIP_LAPSED", "A requested mentorship no longer needs an answer."
    MENTORSHIP_STARTED = "MENTORSHIP_STARTED", "A mentorship has begun."
    MENTORSHIP_COMPLETED = "MENTORSHIP_COMPLETED", "A mentorship reached its end."
    MENTORSHIP_ENDED = "MENTORSHIP_ENDED", "A mentorship was ended early."
    MOBILITY_PLANNED = "MOBILITY_PLANNED", "A stay at another institution is planned."
    MOBILITY_STARTED = "MOBILITY_STARTED", "A participant has arrived at the receiving institution."
    MOBILITY_COMPLETED = "MOBILITY_COMPLETED", "A participant's stay is over."
    MOBILITY_CANCELLED = "MOBILITY_CANCELLED", "A stay was cancelled or ended early."
    PARTICIPATION_NOMINATED = "PARTICIPATION_NOMINATED", "A participant was nominated for a cohort."
    PARTICIPATION_ACCEPTED = "PARTICIPATION_ACCEPTED", "A participant was accepted into a cohort."
    PARTICIPATION_WITHDRAWN = (
        "PARTICIPATION_WITHDRAWN",
        "A participant left a cohort, or declined the nomination.",
    )
    PROJECT_PUBLISHED = "PROJECT_PUBLISHED", "A project was published, and is under way."
    PROJECT_COMPLETED = "PROJECT_COMPLETED", "A project reached its end."
    PROJECT_CANCELLED = "PROJECT_CANCELLED", "A project was cancelled."


TO_GUESTS = frozenset({NotificationKind.GUEST_CONFIRMED, NotificationKind.GUEST_WAITLISTED})
"""The kinds that only guests get, who have no preferences."""


class NotificationState(Described):
    """The state of the mail. The notification itself can be read in any state."""

    QUEUED = "QUEUED", "To be mailed, or to be tried again."
    HELD = "HELD", "Not to be mailed yet."
    SENT = "SENT", "The mail server accepted it."
    FAILED = "FAILED", "Failed: the mail server could not be reached, or was not ready, for too long."
    BOUNCED = "BOUNCED", "The mail server rejected it permanently."
    SUPPRESSED = (
        "SUPPRESSED",
        "Not mailed: the person has no address, may no longer see what it is about, or wants no such mail.",
    )


class Notification(Entity, table=True):
    """A notification of a person, or of the guest of a registration; `revision` is the entity's version after
    the step.

    The entity is a row of one of `ABOUT`. Reading and mailing notifications is not audited.
    """

    about_person = "person_id"
    is_audited = False

    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    guest_id: UUID | None = Field(default=None, foreign_key="registration.id")
    kind: NotificationKind
    event_id: UUID | None = Field(default=None, foreign_key="event.id")
    project_id: UUID | None = Field(default=None, foreign_key="project.id")
    registration_id: UUID | None = Field(default=None, foreign_key="registration.id")
    mentorship_id: UUID | None = Field(default=None, foreign_key="mentorship.id")
    mobility_id: UUID | None = Field(default=None, foreign_key="mobility.id")
    participation_id: UUID | None = Field(default=None, foreign_key="participation.id")
    revision: int
    language: Language
    state: NotificationState = Field(
        default=NotificationState.QUEUED, sa_column_kwargs={"server_default": "QUEUED"}
    )
    error: str | None = None
    read_at: datetime | None = None

    __table_args__ = (
        CheckConstraint(f"num_nonnulls({KEYS}) = 1", name="entity_one"),
        CheckConstraint(f"char_length(error) <= {ERROR_LENGTH}", name="error_bounded"),
        Index(
            "uq_notification_recipient",
            "person_id",
            "kind",
            text(f"coalesce({KEYS})"),
            "revision",
            unique=True,
        ),
        Index(
            "uq_notification_guest", "guest_id", "kind", text(f"coalesce({KEYS})"), "revision", unique=True
        ),
        CheckConstraint("num_nonnulls(person_id, guest_id) = 1", name="recipient_one"),
        Index(None, "created_at", "id"),
    )


class NotificationPreference(Entity, table=True):
    """Whether a person wants mail about a kind of notification; without a row, they do."""

    about_person = "person_id"

    person_id: UUID = Field(foreign_key="person.id")
    kind: NotificationKind
    mailed: bool

    __table_args__ = (UniqueConstraint("person_id", "kind"),)


notification_mail = Table(
    "notification_mail",
    metadata,
    Column("notification_id", Uuid(), primary_key=True),
    Column("queued_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_attempt_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("lease", Uuid(), nullable=True),
    Column("leased_until", DateTime(timezone=True), nullable=True),
    Index(None, "next_attempt_at", "notification_id"),
)
"""The queue of mails, of notifications and of links (`models/secret_link.py`).

`lease` belongs to the process that sends the mail; finished mails are deleted."""

MAIL_TABLES = (notification_mail,)
"""The tables of this module that hold no entity."""
