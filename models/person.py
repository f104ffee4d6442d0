"""People, and the two things that a person may be: a mentor and a participant."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field, SQLModel

from models.base import Archivable, Described, Entity
from models.columns import bounded, copied, generated, known_zone, many_of, searchable, shaped
from models.vocabulary import Language, ResearchField

USED_NAME = "coalesce(preferred_name, given_name)"
"""The given name that all derived columns use: the preferred one, if there is one."""
NAME = f"{USED_NAME} || ' ' || family_names"
SORT_NAME = f"family_names || ' ' || {USED_NAME}"


class LanguageLevel(Described):
    """How well a person speaks a language, by the Common European Framework."""

    A1 = "A1", "Beginner."
    A2 = "A2", "Elementary."
    B1 = "B1", "Intermediate."
    B2 = "B2", "Upper intermediate."
    C1 = "C1", "Advanced."
    C2 = "C2", "Proficient."
    NATIVE = "NATIVE", "A language the person grew up with."


class MentorSector(Described):
    """Where a mentor works."""

    ACADEMIC = "ACADEMIC", "A university or a research center."
    INDUSTRY = "INDUSTRY", "A company, a nonprofit organization or a government."


class ParticipantLevel(Described):
    """The stage of studies that a participant is in."""

    UNDERGRADUATE = "UNDERGRADUATE", "Studies toward a first degree (licenciatura)."
    MASTERS = "MASTERS", "Studies toward a master's degree (maestría)."
    DOCTORAL = "DOCTORAL", "Studies toward a doctorate."
    POSTDOC = "POSTDOC", "Research after the doctorate."


class Person(Entity, table=True):
    """A person; never holds CURP, passport, immigration status, grades or birth date.

    `home_confirmed`: whether the home institution has confirmed it; false while only the person says so.
    """

    about_person = "id"

    given_name: str
    family_names: str
    preferred_name: str | None = None
    orcid: str | None = Field(default=None, unique=True)
    email: str | None = None
    phone: str | None = None
    institution_id: UUID | None = Field(default=None, foreign_key="institution.id")
    home_confirmed: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    language_preference: Language | None = None
    time_zone: str | None = None
    name: str | None = generated(NAME)
    name_fold: str | None = generated(f"puente_fold({NAME})")
    name_sort_en: str | None = generated(f"puente_fold({SORT_NAME})")
    name_sort_es: str | None = generated(f"puente_sort_es({SORT_NAME})")
    search: Any = searchable(USED_NAME, "family_names")

    __table_args__ = (
        CheckConstraint(
            "btrim(given_name) <> '' and btrim(family_names) <> '' and btrim(preferred_name) <> ''"
            " and char_length(given_name) <= 100 and char_length(family_names) <= 100"
            " and char_length(preferred_name) <= 100",
            name="name_present",
        ),
        shaped("orcid", "^[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]$"),
        CheckConstraint("email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="email_shape"),
        known_zone(),
        Index(
            "uq_person_email", text("lower(email)"), unique=True, postgresql_where=text("email is not null")
        ),
        Index(None, "name_fold", "id"),
    )


class PersonLanguage(Entity, table=True):
    """A language that a person speaks."""

    natural_key = ("person_id", "language")
    about_person = "person_id"
    part_of = "person_id"

    person_id: UUID = Field(foreign_key="person.id")
    language: str
    level: LanguageLevel

    __table_args__ = (UniqueConstraint("person_id", "language"), shaped("language", "^[a-z]{2}$"))


class NameCopies(SQLModel):
    """Copies of the person's name, kept by triggers: what is listed by name is read from its own table."""

    name: str | None = copied("person.name")
    name_fold: str | None = copied("person.name_fold")
    name_sort_en: str | None = copied("person.name_sort_en")
    name_sort_es: str | None = copied("person.name_sort_es")
    name_search: Any = copied("person.search", TSVECTOR())


def by_name() -> tuple[Index, ...]:
    """What serves lists ordered by name, of all and of an institution, in either language."""
    return (
        Index(None, "name_fold", "id"),
        Index(None, "name_sort_en", "id"),
        Index(None, "name_sort_es", "id"),
        Index(None, "institution_id", "name_sort_en", "id"),
        Index(None, "institution_id", "name_sort_es", "id"),
    )


class Mentor(Entity, NameCopies, Archivable, table=True):
    """A person who mentors participants; `capacity` is how many at once."""

    about_person = "person_id"

    person_id: UUID = Field(foreign_key="person.id", unique=True)
    institution_id: UUID | None = Field(default=None, foreign_key="institution.id")
    sector: MentorSector
    expertise: list[ResearchField] = many_of("expertise", ResearchField)
    capacity: int = 1
    available: bool = True
    biography_en: str | None = None
    biography_es: str | None = None
    search: Any = searchable("biography_en", "biography_es", "puente_words(expertise)")

    __table_args__ = (
        CheckConstraint("capacity >= 0", name="capacity_positive"),
        bounded("biography_en", "biography_es"),
        Index(None, "sector", "id"),
        *by_name(),
    )


class Participant(Entity, NameCopies, Archivable, table=True):
    """A student or young researcher in a program; `field_of_study` is an ISCED-F detailed field."""

    about_person = "person_id"

    person_id: UUID = Field(foreign_key="person.id", unique=True)
    institution_id: UUID = Field(foreign_key="institution.id")
    level: ParticipantLevel
    field_of_study: str | None = None
    preferred_sector: MentorSector | None = None

    __table_args__ = (shaped("field_of_study", "^[0-9]{4}$"), *by_name())
