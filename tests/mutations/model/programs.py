"""Programs, their cohorts and activities, as the model knows them."""

from __future__ import annotations

import re

from tests.mutations.model.entity import Entity, ReferenceMust
from tests.mutations.model.fields import NEEDED, Count, Day, Reference, Shaped
from tests.mutations.model.vocabulary import DESCRIPTIONS, ENDS, IN_ORDER, NAMES, STARTS, TITLES, choice
from tests.reference.field_sources import camel
from tests.reference.policy import Sight
from tests.reference.rows import Row
from tests.reference.suggestions import POINTS


def _weight(kind: str, points: int) -> Count:
    """How much a reason for suggesting a mentor counts in a cohort."""
    column = f"{kind.lower()}_weight"
    return Count(name=camel(column), column=column, nullable=False, default=points, least=0, most=100)


def _of_its_program(sight: Sight, row: Row) -> bool:
    cohort = sight.get("cohort", row["cohort_id"])
    return cohort is None or bool(cohort["program_id"] == row["program_id"])


ENTITIES = (
    Entity(
        "Program",
        (NAMES, DESCRIPTIONS),
        creates=(
            Shaped(name="code", nullable=False, default=NEEDED, shape=re.compile("[A-Z0-9]+(_[A-Z0-9]+)*")),
            choice("pillar", "Pillar"),
            choice("kind", "ProgramKind"),
            Reference(name="institution", column="institution_id", types={"Institution": "id"}),
        ),
        unique=("code",),
    ),
    Entity(
        "Cohort",
        (
            NAMES,
            Day(name="startsOn", column="starts_on", nullable=False, default=NEEDED),
            ENDS,
            *(_weight(kind, points) for kind, points in POINTS.items()),
        ),
        creates=(
            Reference(
                name="program", column="program_id", types={"Program": "id"}, nullable=False, default=NEEDED
            ),
        ),
        musts=(IN_ORDER,),
    ),
    Entity(
        "Activity",
        (TITLES, STARTS, ENDS),
        creates=(
            choice("kind", "ActivityKind"),
            Reference(
                name="program", column="program_id", types={"Program": "id"}, nullable=False, default=NEEDED
            ),
            Reference(name="cohort", column="cohort_id", types={"Cohort": "id"}),
        ),
        musts=(IN_ORDER,),
        needs=(ReferenceMust("cohort", _of_its_program),),
    ),
)
