"""What the rows add up to, metric by metric."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from tests.reference.rows import Row
from tests.reference.tables import ReferenceContext

ABOUT_PEOPLE = ("PARTICIPANTS", "MENTORS", "UC_STUDENTS_IN_MEXICO")


def computed(asking: ReferenceContext, metric: Row) -> int | None:
    """How many different things the metric's measure counts."""
    count = len(set(MEASURES[metric["measure"]](asking, metric)))
    return asking.sight.published(count) if metric["measure"] in ABOUT_PEOPLE else count


def _concerns(metric: Row, program: UUID | None) -> bool:
    return metric["program_id"] is None or metric["program_id"] == program


def _get(asking: ReferenceContext, table: str, key: UUID) -> Row:
    found = asking.rows.get(table, key)
    assert found is not None
    return found


def _participants(asking: ReferenceContext, metric: Row) -> list[Row]:
    participations = asking.rows.all("participation")
    mine = [
        p for p in participations if _concerns(metric, _get(asking, "cohort", p["cohort_id"])["program_id"])
    ]
    return [_get(asking, "participant", participation["participant_id"]) for participation in mine]


def _institutions(asking: ReferenceContext, metric: Row, column: str, value: str) -> Iterable[UUID]:
    keys = {participant["institution_id"] for participant in _participants(asking, metric)}
    return [key for key in keys if _get(asking, "institution", key)[column] == value]


def _mentors(asking: ReferenceContext, metric: Row) -> Iterable[UUID]:
    for mentorship in asking.rows.all("mentorship"):
        cohort = asking.rows.get("cohort", mentorship["cohort_id"])
        if cohort is not None and _concerns(metric, cohort["program_id"]):
            yield mentorship["mentor_id"]


def _projects(asking: ReferenceContext, metric: Row) -> Iterable[UUID]:
    for project in asking.rows.all("project"):
        since, begun = metric["since_year"], project["starts_on"]
        in_time = since is None or (begun is not None and begun.year >= since)
        if (
            project["status"] not in ("DRAFT", "CANCELLED")
            and in_time
            and _concerns(metric, project["program_id"])
        ):
            yield project["id"]


def _uc_students_in_mexico(asking: ReferenceContext, metric: Row) -> Iterable[UUID]:
    for stay in asking.rows.all("mobility"):
        sending = _get(asking, "institution", stay["sending_institution_id"])
        receiving = _get(asking, "institution", stay["receiving_institution_id"])
        abroad = sending["side"] == "UC" and receiving["country"] == "MX"
        if abroad and _concerns(metric, stay["program_id"]):
            yield stay["participant_id"]


MEASURES: dict[str, Any] = {
    "PARTICIPANTS": lambda asking, metric: [row["id"] for row in _participants(asking, metric)],
    "UC_CAMPUSES": lambda asking, metric: _institutions(asking, metric, "kind", "UC_CAMPUS"),
    "MX_INSTITUTIONS": lambda asking, metric: _institutions(asking, metric, "side", "MEXICO"),
    "MENTORS": _mentors,
    "PROJECTS": _projects,
    "UC_STUDENTS_IN_MEXICO": _uc_students_in_mexico,
}
