"""Events and where they take place."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from models.base import NOBODY, Archivable, Described, Entity, code_point_text
from models.columns import (
    bounded,
    coordinates,
    external_id,
    folded,
    in_order,
    known_zone,
    listed,
    localized,
    many_of,
    searchable,
    slug_shape,
    sorted_es,
)
from models.vocabulary import DatePrecision, Language


class EventMode(Described):
    """How people attend an event."""

    IN_PERSON = "IN_PERSON", "At a place."
    ONLINE = "ONLINE", "Over the internet."
    HYBRID = "HYBRID", "At a place or over the internet."


class EventStatus(Described):
    """Whether an event may be seen and will take place."""

    DRAFT = "DRAFT", "Being prepared; seen by its organizers only."
    PUBLISHED = "PUBLISHED", "Announced, or over."
    CANCELLED = "CANCELLED", "Cancelled after it was announced."


class OrganizerRole(Described):
    """What an institution does for an event."""

    HOST = "HOST", "Hosts the event."
    CO_HOST = "CO_HOST", "Hosts the event together with the host."


class Venue(Entity, Archivable, table=True):
    """A place where events are held."""

    natural_key = ("slug",)
    about_person = NOBODY

    institution_id: UUID | None = Field(default=None, foreign_key="institution.id")
    slug: str = Field(unique=True)
    name_en: str | None = None
    name_es: str | None = None
    address: str | None = None
    city: str | None = None
    region: str | None = None
    country: str
    latitude: float | None = None
    longitude: float | None = None
    time_zone: str
    capacity: int | None = None
    name_fold_en: str | None = folded("name", "en")
    name_fold_es: str | None = folded("name", "es")
    name_sort_es: str | None = sorted_es("name")

    __table_args__ = (
        *localized("name"),
        slug_shape(),
        *coordinates(),
        known_zone(),
        CheckConstraint("capacity > 0", name="capacity_positive"),
    )


class Event(Entity, Archivable, table=True):
    """Something that happens between two instants, told in its own time zone."""

    natural_key = ("slug",)
    about_person = NOBODY

    slug: str = Field(unique=True)
    title_en: str | None = None
    title_es: str | None = None
    description_en: str | None = None
    description_es: str | None = None
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    date_precision: DatePrecision = DatePrecision.DAY
    mode: EventMode
    venue_id: UUID | None = Field(default=None, foreign_key="venue.id")
    program_id: UUID | None = Field(default=None, foreign_key="program.id")
    languages: list[Language] = many_of("languages", Language)
    capacity: int | None = None
    topics: list[str] = listed(
        code_point_text(), CheckConstraint("array_position(topics, null) is null", name="topics_present")
    )
    status: EventStatus
    title_fold_en: str | None = folded("title", "en")
    title_fold_es: str | None = folded("title", "es")
    title_sort_es: str | None = sorted_es("title")
    search: Any = searchable(
        "title_en", "title_es", "description_en", "description_es", "puente_words(topics)"
    )

    __table_args__ = (
        *localized("title"),
        slug_shape(),
        bounded("description_en", "description_es", "puente_words(topics)"),
        known_zone(),
        in_order("starts_at", "ends_at"),
        CheckConstraint(
            "starts_at >= '1900-01-01T00:00Z'::timestamptz and ends_at < '2200-01-01T00:00Z'::timestamptz",
            name="instants_plausible",
        ),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        Index(None, "starts_at", "id"),
    )


class EventOrganizer(Entity, table=True):
    """An institution's part in organizing an event."""

    natural_key = ("event_id", "institution_id")
    about_person = NOBODY
    part_of = "event_id"

    event_id: UUID = Field(foreign_key="event.id")
    institution_id: UUID = Field(foreign_key="institution.id")
    role: OrganizerRole
    since: date | None = None

    __table_args__ = (UniqueConstraint("event_id", "institution_id"),)


class EventExternalId(Entity, table=True):
    """An id by which an institution's systems know the event."""

    natural_key = ("institution_id", "scheme", "value")
    about_person = NOBODY
    part_of = "event_id"

    event_id: UUID = Field(foreign_key="event.id")
    institution_id: UUID = Field(foreign_key="institution.id")
    scheme: str
    value: str

    __table_args__ = external_id()
