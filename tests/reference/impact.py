"""What the rows add up to, metric by metric."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from tests.reference.rows import Row
from tests.reference.tables import ReferenceContext

ABOUT_PEOPLE = ("PARTICIPANTS", "MENTORS", "UC_STUDENTS_IN_MEXICO")


def computed(context: ReferenceContext, metric: Row) -> int | None:
    """How many different things the metric's measure counts."""
    count = len(set(MEASURES[metric["measure"]](context, metric)))
    return context.sight.published(count) if metric["measure"] in ABOUT_PEOPLE else count


def _concerns(metric: Row, program: UUID | None) -> bool:
    return metric["program_id"] is None or metric["program_id"] == program


def _get(context: ReferenceContext, table: str, key: UUID) -> Row:
    found = context.rows.get(table, key)
    assert found is not None
    return found


def _participants(context: ReferenceContext, metric: Row) -> list[Row]:
    participations = context.rows.all("participation")
    mine = [
        p for p in participations if _concerns(metric, _get(context, "cohort", p["cohort_id"])["program_id"])
    ]
    return [_get(context, "participant", participation["participant_id"]) for participation in mine]


def _institutions(context: ReferenceContext, metric: Row, column: str, value: str) -> Iterable[UUID]:
    keys = {participant["institution_id"] for participant in _participants(context, metric)}
    return [key for key in keys if _get(context, "institution", key)[column] == value]


def _mentors(context: ReferenceContext, metric: Row) -> Iterable[UUID]:
    for mentorship in context.rows.all("mentorship"):
        cohort = context.rows.get("cohort", mentorship["cohort_id"])
        if cohort is not None and _concerns(metric, cohort["program_id"]):
            yield mentorship["mentor_id"]


def _projects(context: ReferenceContext, metric: Row) -> Iterable[UUID]:
    for project in context.rows.all("project"):
        since, begun = metric["since_year"], project["starts_on"]
        in_time = since is None or (begun is not None and begun.year >= since)
        if (
            project["status"] not in ("DRAFT", "CANCELLED")
            and in_time
            and _concerns(metric, project["program_id"])
        ):
            yield project["id"]


def _uc_students_in_mexico(context: ReferenceContext, metric: Row) -> Iterable[UUID]:
    for stay in context.rows.all("mobility"):
        sending = _get(context, "institution", stay["sending_institution_id"])
        receiving = _get(context, "institution", stay["receiving_institution_id"])
        abroad = sending["side"] == "UC" and receiving["country"] == "MX"
        if abroad and _concerns(metric, stay["program_id"]):
            yield stay["participant_id"]


MEASURES: dict[str, Any] = {
    "PARTICIPANTS": lambda context, metric: [row["id"] for row in _participants(context, metric)],
    "UC_CAMPUSES": lambda context, metric: _institutions(context, metric, "kind", "UC_CAMPUS"),
    "MX_INSTITUTIONS": lambda context, metric: _institutions(context, metric, "side", "MEXICO"),
    "MENTORS": _mentors,
    "PROJECTS": _projects,
    "UC_STUDENTS_IN_MEXICO": _uc_students_in_mexico,
}
