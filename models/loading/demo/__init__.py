"""The demo cohort: synthetic people, the same on every machine. Their projects are in data/demo."""

from collections.abc import Sequence
from random import Random

from sqlalchemy import Table

import models
from models import Entity
from models.loading.demo import cohort
from models.loading.demo.consents import consents
from models.loading.demo.grants import grants
from models.loading.demo.people import cast
from models.loading.table_writer import Row, writable


def demo_rows() -> list[tuple[Table, list[Row]]]:
    """The demo's rows by table, each table after those that it refers to."""
    random = Random(2026)  # noqa: S311 - names, not secrets
    ambassadors = cast(random, cohort.STUDENTS, cohort.MENTORS)
    grantees = cast(random, cohort.GRANTEES, [])
    parts: list[Sequence[Entity]] = [
        [*ambassadors.people, *grantees.people],
        [*ambassadors.languages, *grantees.languages],
        ambassadors.mentors,
        [*ambassadors.participants, *grantees.participants],
        cohort.cohorts(),
        cohort.participations(),
        cohort.mentor_preferences(),
        cohort.activities(),
        cohort.activity_participations(),
        cohort.mentorships(),
        cohort.mobilities(),
        consents(
            [key for key, _ in (*cohort.STUDENTS, *cohort.GRANTEES)], [key for key, _ in cohort.MENTORS]
        ),
        grants(),
    ]
    return [rows_of(part) for part in parts]


def rows_of(part: Sequence[Entity]) -> tuple[Table, list[Row]]:
    """Entities of one table, as its rows."""
    return table_of(part[0]), [row_of(entity) for entity in part]


def table_of(entity: Entity) -> Table:
    return models.metadata.tables[str(entity.__tablename__)]


def row_of(entity: Entity) -> Row:
    return {name: getattr(entity, name) for name in writable(table_of(entity))}
