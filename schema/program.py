"""Programs, their cohorts and activities."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, false, func, select

import models
from models.notification import NotificationKind
from models.program import (
    GOING_ON,
    HIGHEST_WEIGHT,
    ActivityKind,
    ActivityRole,
    ParticipationStatus,
    Pillar,
    ProgramKind,
)
from planner.declaration.access import Rule
from planner.declaration.bindings import FacetSource, RootFields, Searchable
from planner.declaration.fields import (
    column,
    connection,
    count,
    localized,
    many,
    one,
    owned,
    table_of,
    through,
)
from planner.declaration.row import Row
from planner.declaration.writes import (
    Creation,
    Guard,
    StepTask,
    Workflow,
    WorkflowStep,
    Writes,
    creation,
    writes,
)
from planner.document.arguments import Arguments
from planner.sql import Column, scalar_subquery
from schema.common import GLOBAL_ID, SLUG, Entity, Translation, translated
from schema.concerns import by_reference
from schema.dates import by_year, today
from schema.declarations import declarations, link, node
from schema.messages import message
from schema.recipients import home_coordinators, nominee, program_coordinators
from schema.roles import COORDINATOR
from schema.rules import referred
from schema.suppression import suppress_small

if TYPE_CHECKING:
    from planner.builder.schema_builder import Connection
    from schema.call import Call
    from schema.institution import Institution
    from schema.mentor_preference import MentorPreference
    from schema.mentorship import Mentorship
    from schema.person import Participant
    from schema.project import Project

declarations.enums(Pillar, ProgramKind, ParticipationStatus, ActivityKind, ActivityRole)


@node(
    models.Program,
    "program",
    roots=RootFields("One program; all given keys must match.", (GLOBAL_ID, SLUG), "programs", "Programs."),
    changes="Programs.",
    writes=writes("names descriptions", creations=(creation("code pillar kind institution"),)),
    searched="Programs, by names and description.",
    search=(Searchable(lambda row: row["search"], ("name", "description")),),
    facets={
        "pillar": FacetSource(("pillar",), lambda row: row["pillar"]),
        "kind": FacetSource(("kind",), lambda row: row["kind"]),
    },
)
class Program(Entity):
    """A continuing program of the alliance: grants, fellowships, talent programs."""

    code: str = column("A short, unique and stable code.", order=True)
    slug: str = column("A readable, unique and stable name for URLs.", order=True)
    name: str = localized("Its name.", stored=True, order=True)
    names: list[Translation] = translated("Its name in each available language.", "name")
    description: str | None = localized("Its description.")
    descriptions: list[Translation] = translated("Its description in each available language.", "description")
    pillar: Pillar = column("The pillar of the alliance's work it belongs to.")
    kind: ProgramKind = column("The kind of program.")
    institution: Institution | None = one("The institution that runs it; null where the alliance does.")
    calls: list[Call] = many("Its calls.", "program_id", order=("opens_on",))
    cohorts: Connection[Cohort] = connection("Its cohorts.", owned("program_id"))
    activities: list[Activity] = many(
        "Its courses, workshops and committees.", "program_id", order=("starts_on",)
    )
    projects: Connection[Project] = connection("The projects it supports.", owned("program_id"))


def _participants(row: Row, arguments: Arguments) -> Column:
    """The cohort's participants; a small number only for an institution that all of them belong to."""
    participation, participant = table_of(models.Participation).alias(), table_of(models.Participant).alias()
    mine = row.context.has_attribute(participant.c.institution_id, COORDINATOR)
    exact = func.coalesce(func.bool_and(mine), false()) if COORDINATOR in row.context.roles else None
    count = suppress_small(row, func.count(), exact)
    in_cohort = [participation.c.cohort_id == row["id"], participant.c.id == participation.c.participant_id]
    return scalar_subquery(select(count).where(*in_cohort), participation, participant)


def _weight(words: str) -> Any:
    described = f"How many points a mentor {words} gets as a suggestion, 0 to {HIGHEST_WEIGHT}."
    return column(described, filter=False)


@node(
    models.Cohort,
    "cohort",
    roots=RootFields("One cohort; all given keys must match.", (GLOBAL_ID, SLUG), "cohorts", "Cohorts."),
    changes="Cohorts.",
    writes=writes(
        "names startsOn endsOn fieldWeight otherSideWeight languageWeight sectorWeight placesWeight"
        " timeZoneWeight",
        creations=(creation("program"),),
    ),
    searched="Cohorts, by name.",
    search=(Searchable(lambda row: row["search"], ("name",)),),
)
class Cohort(Entity):
    """The people who go through a program together."""

    slug: str = column("A readable, unique and stable name for URLs.", order=True)
    name: str = localized("Its name.", stored=True, order=True)
    names: list[Translation] = translated("Its name in each available language.", "name")
    starts_on: date = column("Its first day.", order=True)
    ends_on: date | None = column("Its last day.", order=True)
    field_weight: int = _weight("whose expertise covers the participant's field of study")
    other_side_weight: int = _weight("at an institution of the other side")
    language_weight: int = _weight("who speaks a language of the participant's well")
    sector_weight: int = _weight("in the sector that the participant prefers")
    places_weight: int = _weight("with many places left")
    time_zone_weight: int = _weight("in a time zone that is near")
    program: Program = one("The program it belongs to.")
    participant_count: int | None = count(
        "How many participants it has or had; null if the figure is too small to publish.", _participants
    )
    participations: Connection[Participation] = connection("Its participations.", owned("cohort_id"))
    participants: Connection[Participant] = connection(
        "Its current and former participants.", through("Participation", "cohort_id", "participant_id")
    )
    mentorships: Connection[Mentorship] = connection("Its mentorships.", owned("cohort_id"))
    activities: list[Activity] = many(
        "Its courses, workshops and committees.", "cohort_id", order=("starts_on",)
    )


def _first_day(row: Row) -> Column:
    """The first day of the cohort."""
    cohort = row.context.table(table_of(models.Cohort))
    return scalar_subquery(select(cohort.c.starts_on).where(cohort.c.id == row["cohort_id"]))


def _left_on(row: Row) -> Column:
    """Today, but not before the day of joining; null for a participant who never joined."""
    last = func.greatest(row["joined_on"], today())
    return case((row["joined_on"].is_not(None), func.coalesce(row["left_on"], last)))


WITHDRAWN = Rule(lambda row: row["status"] == ParticipationStatus.WITHDRAWN.value, "withdrawn")
PARTICIPATION = Workflow(
    "status",
    (
        WorkflowStep(
            "acceptParticipation",
            "Accept a nominated participant.",
            (ParticipationStatus.NOMINATED,),
            ParticipationStatus.ACCEPTED,
            tells=(
                nominee(NotificationKind.PARTICIPATION_ACCEPTED),
                home_coordinators(NotificationKind.PARTICIPATION_ACCEPTED),
            ),
            task=StepTask("ACCEPT_PARTICIPANT", "Accept a nominated participant.", _first_day),
        ),
        WorkflowStep(
            "startParticipation",
            "Record that the participant has started.",
            (ParticipationStatus.ACCEPTED,),
            ParticipationStatus.ACTIVE,
            sets={"joined_on": lambda row: func.coalesce(row["joined_on"], today())},
            changes={"joinedOn": ("joined_on",)},
        ),
        WorkflowStep(
            "completeParticipation",
            "Record that the participant has completed the cohort.",
            (ParticipationStatus.ACTIVE,),
            ParticipationStatus.COMPLETED,
            sets={"left_on": _left_on},
            changes={"leftOn": ("left_on",)},
        ),
        WorkflowStep(
            "withdrawParticipation",
            "Leave a cohort, or turn a nomination down.",
            GOING_ON,
            ParticipationStatus.WITHDRAWN,
            sets={"left_on": _left_on},
            changes={"leftOn": ("left_on",)},
            tells=(
                nominee(NotificationKind.PARTICIPATION_WITHDRAWN),
                home_coordinators(NotificationKind.PARTICIPATION_WITHDRAWN),
            ),
        ),
        WorkflowStep(
            "setMentorPreferences",
            "Name the mentors whom you prefer in a cohort, and those whom you avoid. Mentors never see it.",
            GOING_ON,
            links=("mentorPreferences",),
        ),
    ),
)
NOMINATION = Creation(
    ("participant", "cohort"),
    {"status": ParticipationStatus.NOMINATED},
    mutation="nominateParticipant",
    description="Propose a participant for a cohort.",
    same=("participant_id", "cohort_id"),
    over=WITHDRAWN,
    gate="participant",
    tells=(
        nominee(NotificationKind.PARTICIPATION_NOMINATED),
        program_coordinators(NotificationKind.PARTICIPATION_NOMINATED),
    ),
)


@node(
    models.Participation,
    "participation",
    roots=RootFields("One participation.", (GLOBAL_ID,), "participations", "Participations in cohorts."),
    changes="Participants' parts in cohorts.",
    writes=Writes(workflow=PARTICIPATION, creations=(NOMINATION,)),
    concerns=by_reference(models.Participant, "participant_id"),
    facets={
        "status": FacetSource(("status",), lambda row: row["status"]),
        "year": by_year("joinedOn", "joined_on"),
    },
)
class Participation(Entity):
    """A participant's participation in a cohort."""

    status: ParticipationStatus = column("Its status.")
    joined_on: date | None = column("The day the participant joined.", order=True)
    left_on: date | None = column("The day the participant left.", order=True)
    participant: Participant | None = one("The participant.")
    cohort: Cohort = one("The cohort.")
    mentor_preferences: list[MentorPreference] = many(
        "The mentors whom the participant prefers, by rank, and then those whom they avoid: for the"
        " participant, and for those who run the program.",
        "participation_id",
        order=("rank", "mentor_id"),
    )


OF_ITS_PROGRAM = Guard(
    Rule(lambda row: row["cohort_id"].is_(None), "of no cohort")
    | referred(
        "cohort_id",
        models.Cohort,
        lambda row, cohort: cohort.program_id == row["program_id"],
        "of a cohort of its program",
    ),
    "INVALID",
    message("activity.cohort_of_another_program"),
    ("cohort",),
)


@node(
    models.Activity,
    "activity",
    roots=RootFields("One activity.", (GLOBAL_ID,), "activities", "Courses, workshops and committees."),
    changes="Activities of cohorts and programs.",
    writes=writes(
        "titles startsOn endsOn",
        creations=(Creation(("kind", "program", "cohort"), guards=(OF_ITS_PROGRAM,)),),
    ),
    facets={"kind": FacetSource(("kind",), lambda row: row["kind"])},
)
class Activity(Entity):
    """A course, workshop or committee of a program."""

    kind: ActivityKind = column("The kind of activity.")
    title: str = localized("Its title.", stored=True, order=True)
    titles: list[Translation] = translated("Its title in each available language.", "title")
    starts_on: date | None = column("Its first day.", order=True)
    ends_on: date | None = column("Its last day.", order=True)
    program: Program = one("The program it is part of.")
    cohort: Cohort | None = one("Its cohort, if it is for one cohort only.")
    participations: list[ActivityParticipation] = many("Who takes part.", "activity_id", order=("role",))


@link(models.ActivityParticipation)
class ActivityParticipation:
    """A participant's part in an activity."""

    role: ActivityRole = column("What the participant does in it.")
    since: date | None = column("The start date.")
    until: date | None = column("The end date.")
    participant: Participant | None = one("The participant.")
    activity: Activity = one("The activity.")
