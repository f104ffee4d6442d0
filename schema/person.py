"""People in the alliance: mentors and participants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import Integer, case, func, literal_column, select

import models
from models.person import LanguageLevel, MentorSector, ParticipantLevel
from models.vocabulary import Language, ResearchField
from planner.declaration.bindings import Expression, FacetSource, Join, RootFields, Searchable
from planner.declaration.fields import (
    column,
    connection,
    count,
    localized,
    many,
    many_by,
    one,
    owned,
    through,
)
from planner.declaration.row import Row
from planner.document.arguments import Arguments
from planner.sql import Column, scalar_subquery
from schema.common import GLOBAL_ID, Entity, Translation, translated
from schema.concerns import by_column
from schema.declarations import declarations, link, node
from schema.mentor_participant_writes import MENTOR_WRITES, PARTICIPANT_WRITES
from schema.mentorship_writes import places_taken
from schema.person_writes import PERSON_WRITES
from schema.phone_numbers import PHONE_NUMBER
from schema.scalars import TimeZone

if TYPE_CHECKING:
    from planner.builder.schema_builder import Connection
    from schema.consent import Consent
    from schema.institution import Institution
    from schema.mentorship import Mentorship
    from schema.mobility import Mobility
    from schema.program import ActivityParticipation, Cohort, Participation

declarations.enums(LanguageLevel, MentorSector, ParticipantLevel)

PERSON = ("person_id", models.Person)
SORTED = {"EN": "name_sort_en", "ES": "name_sort_es"}


def _name() -> Any:
    return column(
        "The person's preferred name; orders use the family names.",
        folded="name_fold",
        sorted=SORTED,
        order=True,
        present=True,
    )


def _free_places(row: Row, arguments: Arguments) -> Column:
    """Capacity minus accepted and active mentorships; published, whatever mentorships the viewer sees."""
    free = func.greatest(row["capacity"] - places_taken(row["id"]), 0)
    return case((row["available"], free), else_=literal_column("0", Integer()))


@link(models.PersonLanguage)
class SpokenLanguage:
    """A language that a person speaks."""

    language: str = column("The language (ISO 639-1), such as `es`.")
    level: LanguageLevel = column("How well (CEFR).")


def _same_person() -> Join:
    return lambda row, other: other["person_id"] == row["person_id"]


def _languages() -> Any:
    return many_by("The languages the person speaks.", _same_person(), order=("language",))


@node(
    models.Mentor,
    "mentor",
    roots=RootFields("One mentor.", (GLOBAL_ID,), "mentors", "Mentors."),
    changes="Mentors, with their languages.",
    writes=MENTOR_WRITES,
    concerns=by_column("institution_id"),
    searched="Mentors, by name, expertise and biography.",
    search=(
        Searchable(lambda row: row["search"], ("biography", "expertise")),
        Searchable(lambda row: row["name_search"], ("name",)),
    ),
    facets={
        "field": FacetSource(("expertise",), lambda row: row["expertise"], many=True),
        "sector": FacetSource(("sector",), lambda row: row["sector"]),
    },
)
class Mentor(Entity):
    """A person who mentors participants."""

    name: str | None = _name()
    orcid: str | None = column("The person's ORCID iD, without a URL.", via=PERSON)
    email: str | None = column("The person's email address.", via=PERSON)
    phone: str | None = column("The person's phone number (E.164).", via=PERSON, filter=False)
    languages: list[SpokenLanguage] = _languages()
    institution: Institution | None = one("The institution where the mentor works.")
    sector: MentorSector = column("Academic or industry.")
    expertise: list[ResearchField] = column("The mentor's fields of expertise.")
    capacity: int = column("How many participants the mentor takes at a time.", order=True)
    available: bool = column("Whether the mentor takes participants now.")
    places_left: int = count(
        "Capacity minus accepted and active mentorships; 0 while the mentor is not available.", _free_places
    )
    biography: str | None = localized("The mentor's biography.")
    biographies: list[Translation] = translated(
        "The mentor's biography in each available language.", "biography"
    )
    mentorships: Connection[Mentorship] = connection("The mentor's mentorships.", owned("mentor_id"))


@node(
    models.Participant,
    "participant",
    roots=RootFields("One participant.", (GLOBAL_ID,), "participants", "Participants."),
    changes="Participants, with their languages and activities.",
    writes=PARTICIPANT_WRITES,
    concerns=by_column("institution_id"),
    searched="Participants, by name.",
    search=(Searchable(lambda row: row["name_search"], ("name",)),),
    facets={"level": FacetSource(("level",), lambda row: row["level"])},
)
class Participant(Entity):
    """A student or young researcher in a program."""

    name: str | None = _name()
    orcid: str | None = column("The person's ORCID iD, without a URL.", via=PERSON)
    email: str | None = column("The person's email address.", via=PERSON)
    phone: str | None = column("The person's phone number (E.164).", via=PERSON, filter=False)
    languages: list[SpokenLanguage] = _languages()
    level: ParticipantLevel = column("The stage of studies.")
    field_of_study: str | None = column("The field of study (ISCED-F 2013, four digits).")
    preferred_sector: MentorSector | None = column(
        "The sector in which the participant would like a mentor, as the participant says."
    )
    institution: Institution = one("The institution where the participant studies.")
    participations: Connection[Participation] = connection(
        "The participant's participations in cohorts.", owned("participant_id")
    )
    cohorts: Connection[Cohort] = connection(
        "The cohorts the participant is or was in.", through("Participation", "participant_id", "cohort_id")
    )
    mentorships: Connection[Mentorship] = connection(
        "The participant's mentorships.", owned("participant_id")
    )
    mobilities: Connection[Mobility] = connection("The participant's stays.", owned("participant_id"))
    activities: list[ActivityParticipation] = many_by(
        "The courses, workshops and committees the participant takes part in.", owned("participant_id")
    )
    consents: list[Consent] = many_by("The participant's consents.", _same_person(), order=("purpose",))


@node(
    models.Person,
    "person",
    roots=RootFields("One person: yourself, or one of your institution.", (GLOBAL_ID,), "people", "People."),
    changes="People, with their languages: as they themselves and their home institution know them.",
    concerns=by_column("institution_id"),
    writes=PERSON_WRITES,
)
class Person(Entity):
    """A person, as they themselves and their home institution know them."""

    given_name: str = column("The given name.")
    family_names: str = column("The family names, whole: one or two.")
    preferred_name: str | None = column("The given name that the person goes by, where it is another.")
    name: str | None = _name()
    orcid: str | None = column("The ORCID iD, bare.")
    email: str | None = column("Where to write to.")
    phone: str | None = column(
        "Where to call (E.164, such as +525512345678). You may write it with spaces and hyphens, and without"
        " the country code if it is of the home institution's country; extensions are rejected.",
        filter=False,
        form=PHONE_NUMBER,
    )
    languages: list[SpokenLanguage] = many(
        "The languages the person speaks.", "person_id", order=("language",)
    )
    language_preference: Language | None = column("The language that the person is written to in.")
    time_zone: TimeZone | None = column("The time zone that the person lives by.")
    institution: Institution | None = one("The home institution.")
    home_confirmed: bool = column("Whether the home institution has said that it is.")
    consents: list[Consent] = many("What the person agreed to.", "person_id", order=("purpose",))


def profile_of(key: str) -> Mapping[str, Expression]:
    """The ids of the visible mentor and participant that are the person in a row's column `key`."""

    def profile(type_name: str) -> Expression:
        def expression(row: Row, arguments: Arguments) -> Column:
            found = row.context.row(type_name)
            wanted = [found["person_id"] == row[key], *found.visibility_conditions()]
            return scalar_subquery(
                select(found["id"]).select_from(found.from_clause).where(*wanted), *found.from_clauses
            )

        return expression

    return {name: profile(name) for name in ("Mentor", "Participant")}


Profile = Annotated[
    Mentor | Participant,
    strawberry.union("Profile", description="A person's profile, as a mentor or as a participant."),
]
declarations.add_names(Profile=Profile)
