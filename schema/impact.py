"""Impact: reported figures next to computed ones."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import case

import models
from models.impact import Comparator, Measure
from planner.declaration.fields import column, computed, embedded, localized, one
from planner.declaration.row import Row
from planner.declaration.writes import Creation, Writes
from planner.document.arguments import Arguments
from planner.sql import Column, Condition
from schema.actions import AvailableAction, actions
from schema.common import Node, Translation, display_name, translated
from schema.declarations import declarations, value
from schema.suppression import suppress_small

if TYPE_CHECKING:
    from strawberry import ID

    from schema.program import Program

declarations.enums(Comparator, Measure)

ABOUT_PEOPLE = (Measure.PARTICIPANTS, Measure.MENTORS, Measure.UC_STUDENTS_IN_MEXICO)


@value()
class ReportedFigure:
    """A figure as it was reported."""

    value: int = column("The value.", name="reported_value")
    comparator: Comparator = column("How to read the value: exactly, more than, …")
    as_of: date = column("The date that it was reported for.")
    source: str = column("Who reported it, and where.", name="reported_source")


def _is_reported(row: Row) -> Condition:
    return row["reported_value"].is_not(None)


def _computed(row: Row, arguments: Arguments) -> Column:
    """The last count; a small number of people is suppressed for the public."""
    about_people = row["measure"].in_([measure.value for measure in ABOUT_PEOPLE])
    counted = row["computed_value"]
    return case((about_people, suppress_small(row, counted)), else_=counted)


WRITES = Writes(
    updates=("labels", "reported"),
    creations=(Creation(("key", "measure", "program", "sinceYear")),),
)


@declarations.looked_up(models.ImpactMetric, "metric", writes=WRITES)
class ImpactMetric(Node):
    """A figure of the alliance's work, as reported and as computed from the data."""

    id: ID = column("Globally unique, stable and opaque.")
    display_name: str | None = display_name()
    version: int = column(
        "Increases by one with each change of the row itself, also when another figure is counted.",
        filter=False,
    )
    key: str = column("A short, unique and stable key.")
    label: str = localized("Its label.")
    labels: list[Translation] = translated("Its label in each available language.", "label")
    measure: Measure = column("What the computed figure counts.")
    since_year: int | None = column("The first year of the projects that are counted; null for all.")
    program: Program | None = one("Its program; null for the alliance as a whole.")
    reported: ReportedFigure | None = embedded("The figure as it was reported; never computed.", _is_reported)
    computed: int | None = computed(
        "The figure counted from the data, about every minute; null if it is too small to publish.",
        _computed,
    )
    created_at: datetime = column("When it was added.")
    available_actions: list[AvailableAction] = actions()
