"""Programs, their calls, cohorts and activities."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import false, func, select

import models
from models.program import ActivityKind, ActivityRole, ParticipationStatus, Pillar, ProgramKind
from planner.declaration.bindings import FacetSource, RootFields, Searchable
from planner.declaration.fields import (
    column,
    computed,
    connection,
    localized,
    many,
    one,
    owned,
    table_of,
    through,
)
from planner.declaration.row import Row
from planner.declaration.writes import creation, writes
from planner.document.arguments import Arguments
from planner.sql import Column, scalar_subquery
from schema.common import GLOBAL_ID, SLUG, Entity, Translation, translated
from schema.concerns import by_reference
from schema.declarations import declarations, link, node
from schema.roles import COORDINATOR
from schema.scalars import CurrencyCode, TimeZone
from schema.suppression import suppress_small

if TYPE_CHECKING:
    from planner.builder.schema_builder import Connection
    from schema.mentorship import Mentorship
    from schema.person import Participant
    from schema.project import Project

declarations.enums(Pillar, ProgramKind, ParticipationStatus, ActivityKind, ActivityRole)


@node(
    models.Program,
    "program",
    roots=RootFields("One program; all keys given must fit.", (GLOBAL_ID, SLUG), "programs", "Programs."),
    changes="Programs, and their calls.",
    writes=writes("names descriptions", creations=(creation("code pillar kind"),)),
    searched="Programs, by names and description.",
    search=(Searchable(lambda row: row["search"], ("name", "description")),),
    facets={
        "pillar": FacetSource(("pillar",), lambda row: row["pillar"]),
        "kind": FacetSource(("kind",), lambda row: row["kind"]),
    },
)
class Program(Entity):
    """A line of the alliance's work that lasts: grants, fellowships, talent programs."""

    code: str = column("Short, unique and stable.", order=True)
    slug: str = column("Readable, unique and stable: for addresses of pages.", order=True)
    name: str = localized("Its name.", stored=True, order=True)
    names: list[Translation] = translated("Its name in each language that is known.", "name")
    description: str | None = localized("What it is for.")
    descriptions: list[Translation] = translated(
        "What it is for, in each language that is known.", "description"
    )
    pillar: Pillar = column("The pillar of the alliance's work it belongs to.")
    kind: ProgramKind = column("What it gives.")
    calls: list[Call] = many("Its calls.", "program_id", order=("opens_on",))
    cohorts: Connection[Cohort] = connection("Its cohorts.", owned("program_id"))
    activities: list[Activity] = many(
        "Its courses, workshops and committees.", "program_id", order=("starts_on",)
    )
    projects: Connection[Project] = connection("The projects it supports.", owned("program_id"))


@link(models.Call)
class Call:
    """An invitation to apply to a program; the rules are the call's."""

    slug: str = column("Readable, unique and stable.")
    title: str = localized("Its title.", stored=True)
    opens_on: date | None = column("The first day to apply.")
    deadline: datetime | None = column("The last moment to apply.")
    time_zone: TimeZone = column("The zone in which the deadline is announced.")
    max_amount: Decimal | None = column("The most that one application may ask for.")
    currency: CurrencyCode | None = column("The currency of the amount.")
    max_months: int | None = column("The longest duration, in months.")
    eligibility: str | None = localized("Who may apply, and under which rules.")
    program: Program | None = one("The program it belongs to.")


def _participants(row: Row, arguments: Arguments) -> Column:
    """All of them; a small number only for the institution that all of them are of."""
    participation, participant = table_of(models.Participation).alias(), table_of(models.Participant).alias()
    mine = row.context.has_attribute(participant.c.institution_id, COORDINATOR)
    exact = func.coalesce(func.bool_and(mine), false()) if COORDINATOR in row.context.roles else None
    count = suppress_small(row, func.count(), exact)
    in_cohort = [participation.c.cohort_id == row["id"], participant.c.id == participation.c.participant_id]
    return scalar_subquery(select(count).where(*in_cohort), participation, participant)


@node(
    models.Cohort,
    "cohort",
    roots=RootFields("One cohort; all keys given must fit.", (GLOBAL_ID, SLUG), "cohorts", "Cohorts."),
    changes="Cohorts.",
    writes=writes("names startsOn endsOn", creations=(creation("program"),)),
    searched="Cohorts, by name.",
    search=(Searchable(lambda row: row["search"], ("name",)),),
)
class Cohort(Entity):
    """The people who go through a program together."""

    slug: str = column("Readable, unique and stable: for addresses of pages.", order=True)
    name: str = localized("Its name.", stored=True, order=True)
    names: list[Translation] = translated("Its name in each language that is known.", "name")
    starts_on: date = column("Its first day.", order=True)
    ends_on: date | None = column("Its last day.", order=True)
    program: Program = one("The program it belongs to.")
    participant_count: int | None = computed(
        "How many participants it has or had; null where the figure is too small to publish.", _participants
    )
    participations: Connection[Participation] = connection("The places in it.", owned("cohort_id"))
    participants: Connection[Participant] = connection(
        "Who is or was in it.", through("Participation", "cohort_id", "participant_id")
    )
    mentorships: Connection[Mentorship] = connection("The mentorships within it.", owned("cohort_id"))
    activities: list[Activity] = many(
        "Its courses, workshops and committees.", "cohort_id", order=("starts_on",)
    )


@node(
    models.Participation,
    "participation",
    changes="Participants' parts in cohorts.",
    concerns=by_reference(models.Participant, "participant_id"),
)
class Participation(Entity):
    """A participant's place in a cohort."""

    status: ParticipationStatus = column("How far it has come.")
    joined_on: date | None = column("The day the participant joined.", order=True)
    left_on: date | None = column("The day the participant left.", order=True)
    participant: Participant | None = one("The participant.")
    cohort: Cohort = one("The cohort.")


@node(
    models.Activity,
    "activity",
    changes="Activities of cohorts and programs.",
    writes=writes("titles startsOn endsOn", creations=(creation("kind program cohort"),)),
)
class Activity(Entity):
    """A course, workshop or committee of a program."""

    kind: ActivityKind = column("What it is.")
    title: str = localized("Its title.", stored=True, order=True)
    titles: list[Translation] = translated("Its title in each language that is known.", "title")
    starts_on: date | None = column("Its first day.", order=True)
    ends_on: date | None = column("Its last day.", order=True)
    program: Program = one("The program it is part of.")
    cohort: Cohort | None = one("The cohort it is for, if for one only.")
    participations: list[ActivityParticipation] = many("Who takes part.", "activity_id", order=("role",))


@link(models.ActivityParticipation)
class ActivityParticipation:
    """A participant's part in an activity."""

    role: ActivityRole = column("What the participant does in it.")
    since: date | None = column("From when.")
    until: date | None = column("Until when.")
    participant: Participant | None = one("The participant.")
    activity: Activity = one("The activity.")
