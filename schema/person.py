"""People as the alliance knows them: mentors and participants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import Integer, case, func, literal_column, select

import models
from models.mentorship import MentorshipStatus
from models.person import LanguageLevel, MentorSector, ParticipantLevel
from models.vocabulary import ResearchField
from planner.declaration.bindings import Expression, FacetSource, Join, RootFields, Searchable
from planner.declaration.fields import (
    column,
    computed,
    connection,
    localized,
    many_by,
    one,
    owned,
    table_of,
    through,
)
from planner.declaration.row import Row
from planner.document.arguments import Arguments
from planner.sql import Column, scalar_subquery
from schema.common import GLOBAL_ID, Entity, Translation, translated
from schema.concerns import by_column
from schema.declarations import declarations, link, node

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
OPEN_MENTORSHIPS = (MentorshipStatus.ACCEPTED, MentorshipStatus.ACTIVE)


def _name() -> Any:
    return column(
        "The name the person goes by; ordered by family names.",
        folded="name_fold",
        sorted=SORTED,
        order=True,
        present=True,
    )


def _free_places(row: Row, arguments: Arguments) -> Column:
    """Capacity less the mentorships accepted or active, if the mentor takes more: published, whoever asks."""
    mentorship = table_of(models.Mentorship).alias()
    taken = select(func.count()).where(
        mentorship.c.mentor_id == row["id"], mentorship.c.status.in_([s.value for s in OPEN_MENTORSHIPS])
    )
    free = func.greatest(row["capacity"] - scalar_subquery(taken, mentorship), 0)
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
    orcid: str | None = column("The person's ORCID iD, bare.", via=PERSON)
    email: str | None = column("Where to write to.", via=PERSON)
    phone: str | None = column("Where to call (E.164).", via=PERSON, filter=False)
    languages: list[SpokenLanguage] = _languages()
    institution: Institution | None = one("Where the mentor works.")
    sector: MentorSector = column("Academic or industry.")
    expertise: list[ResearchField] = column("The fields the mentor knows.")
    capacity: int = column("How many participants the mentor takes at once.", order=True)
    available: bool = column("Whether the mentor takes participants now.")
    places_left: int = computed(
        "Capacity less the mentorships accepted or active; 0 while the mentor is not available.", _free_places
    )
    biography: str | None = localized("About the mentor.")
    biographies: list[Translation] = translated(
        "About the mentor, in each language that is known.", "biography"
    )
    mentorships: Connection[Mentorship] = connection("The mentor's mentorships.", owned("mentor_id"))


@node(
    models.Participant,
    "participant",
    roots=RootFields("One participant.", (GLOBAL_ID,), "participants", "Participants."),
    changes="Participants, with their languages and activities.",
    concerns=by_column("institution_id"),
    searched="Participants, by name.",
    search=(Searchable(lambda row: row["name_search"], ("name",)),),
    facets={"level": FacetSource(("level",), lambda row: row["level"])},
)
class Participant(Entity):
    """A student or young researcher in a program."""

    name: str | None = _name()
    orcid: str | None = column("The person's ORCID iD, bare.", via=PERSON)
    email: str | None = column("Where to write to.", via=PERSON)
    phone: str | None = column("Where to call (E.164).", via=PERSON, filter=False)
    languages: list[SpokenLanguage] = _languages()
    level: ParticipantLevel = column("The stage of studies.")
    field_of_study: str | None = column("The field of study (ISCED-F 2013, four digits).")
    institution: Institution = one("Where the participant studies.")
    participations: Connection[Participation] = connection(
        "The participant's places in cohorts.", owned("participant_id")
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
    consents: list[Consent] = many_by("What the participant agreed to.", _same_person(), order=("purpose",))


def profile_of(key: str) -> Mapping[str, Expression]:
    """The visible profiles of the person that a row's `key` refers to: as a mentor, as a participant."""

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
    strawberry.union("Profile", description="A person as the alliance knows them: mentor or participant."),
]
declarations.add_names(Profile=Profile)
