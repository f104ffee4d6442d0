"""Impact: reported figures, and the computed ones next to them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import case

import models
from models.impact import Comparator, Measure
from planner.declaration.fields import column, computed, embedded, localized, one
from planner.declaration.row import Row
from planner.document.arguments import Arguments
from planner.sql import Column, Condition
from schema.common import Translation, translated
from schema.declarations import declarations, link, value
from schema.suppression import suppress_small

if TYPE_CHECKING:
    from schema.program import Program

declarations.enums(Comparator, Measure)

ABOUT_PEOPLE = (Measure.PARTICIPANTS, Measure.MENTORS, Measure.UC_STUDENTS_IN_MEXICO)


@value()
class ReportedFigure:
    """A figure as somebody reported it."""

    value: int = column("The value.", name="reported_value")
    comparator: Comparator = column("How to read it: exactly, more than, …")
    as_of: date = column("The day it was reported for.")
    source: str = column("Who reported it, and where.", name="reported_source")


def _is_reported(row: Row) -> Condition:
    return row["reported_value"].is_not(None)


def _computed(row: Row, arguments: Arguments) -> Column:
    """What was last counted; a small number of people is not told to everyone."""
    about_people = row["measure"].in_([measure.value for measure in ABOUT_PEOPLE])
    counted = row["computed_value"]
    return case((about_people, suppress_small(row, counted)), else_=counted)


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
        "What the rows held here add up to, counted every minute or so; null where the figure is too small to"
        " publish.",
        _computed,
    )
