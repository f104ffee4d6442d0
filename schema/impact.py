"""Impact: what was reported, and beside it what the rows add up to."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, case, cast, extract, func, or_, select
from sqlalchemy.sql import Select

import models
from models.impact import Comparator, Measure
from models.project import ProjectStatus
from models.vocabulary import Side
from planner.arguments import Arguments
from planner.fields import column, computed, embedded, localized, one, table_of
from planner.rows import Row
from planner.sql import Column, Condition, one_value
from schema.common import Translation, translated
from schema.declarations import declarations, link, value
from schema.published import published_count

if TYPE_CHECKING:
    from schema.program import Program

declarations.enums(Comparator, Measure)


@value()
class ReportedFigure:
    """A figure as somebody reported it."""

    value: int = column("The value.", name="reported_value")
    comparator: Comparator = column("How to read it: exactly, more than, …")
    as_of: date = column("The day it was reported for.")
    source: str = column("Who reported it, and where.", name="reported_source")


def _is_reported(row: Row) -> Condition:
    return row["reported_value"].is_not(None)


def _of_program(row: Row, program_id: Column) -> Condition:
    return or_(row["program_id"].is_(None), program_id == row["program_id"])


def _participations(row: Row, counted: str, *more: Any) -> Column:
    """Distinct values of a column of the participants (or their institutions) in the program's cohorts."""
    participation, participant = table_of(models.Participation).alias(), table_of(models.Participant).alias()
    cohort, institution = table_of(models.Cohort).alias(), table_of(models.Institution).alias()
    what = {"participants": participant.c.id, "institutions": institution.c.id}[counted]
    count: Select[Any] = (
        select(func.count(what.distinct()))
        .join_from(participation, cohort, participation.c.cohort_id == cohort.c.id)
        .join(participant, participation.c.participant_id == participant.c.id)
        .join(institution, participant.c.institution_id == institution.c.id)
        .where(_of_program(row, cohort.c.program_id), *(condition(institution) for condition in more))
    )
    return one_value(count, participation, participant, cohort, institution)


def _mentors(row: Row) -> Column:
    mentorship, cohort = table_of(models.Mentorship).alias(), table_of(models.Cohort).alias()
    count = (
        select(func.count(mentorship.c.mentor_id.distinct()))
        .join_from(mentorship, cohort, mentorship.c.cohort_id == cohort.c.id)
        .where(_of_program(row, cohort.c.program_id))
    )
    return one_value(count, mentorship, cohort)


def _projects(row: Row) -> Column:
    project = table_of(models.Project).alias()
    started = extract("year", cast(project.c.starts_on, Date))
    begun = or_(row["since_year"].is_(None), started >= row["since_year"])
    shown = project.c.status.not_in([ProjectStatus.DRAFT.value, ProjectStatus.CANCELLED.value])
    count = select(func.count()).where(shown, begun, _of_program(row, project.c.program_id))
    return one_value(count, project)


def _students_in_mexico(row: Row) -> Column:
    mobility = table_of(models.Mobility).alias()
    sending, receiving = table_of(models.Institution).alias(), table_of(models.Institution).alias()
    count = (
        select(func.count(mobility.c.participant_id.distinct()))
        .join_from(mobility, sending, mobility.c.sending_institution_id == sending.c.id)
        .join(receiving, mobility.c.receiving_institution_id == receiving.c.id)
        .where(
            sending.c.side == Side.UC.value,
            receiving.c.country == "MX",
            _of_program(row, mobility.c.program_id),
        )
    )
    return one_value(count, mobility, sending, receiving)


def _computed(row: Row, arguments: Arguments) -> Column:
    people = {
        Measure.PARTICIPANTS: _participations(row, "participants"),
        Measure.MENTORS: _mentors(row),
        Measure.UC_STUDENTS_IN_MEXICO: _students_in_mexico(row),
    }
    others = {
        Measure.UC_CAMPUSES: _participations(row, "institutions", lambda i: i.c.kind == "UC_CAMPUS"),
        Measure.MX_INSTITUTIONS: _participations(
            row, "institutions", lambda i: i.c.side == Side.MEXICO.value
        ),
        Measure.PROJECTS: _projects(row),
    }
    cases = [
        (row["measure"] == measure.value, published_count(row, count)) for measure, count in people.items()
    ]
    cases += [(row["measure"] == measure.value, count) for measure, count in others.items()]
    return case(*cases)


@link(models.ImpactMetric)
class ImpactMetric:
    """A figure of the alliance's work, as it was reported and as it is computed from the rows."""

    key: str = column("Short, unique and stable.")
    label: str = localized("What it tells.")
    labels: list[Translation] = translated("What it tells, in each language that is known.", "label")
    measure: Measure = column("What the computed figure counts.")
    program: Program | None = one("The program it is about; null for the alliance as a whole.")
    reported: ReportedFigure | None = embedded("The figure as it was reported; never computed.", _is_reported)
    computed: int | None = computed(
        "What the rows held here add up to; null where the figure is too small to publish.", _computed
    )
