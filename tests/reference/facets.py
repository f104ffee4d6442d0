"""The values that each facet counts a row by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.reference.ids import global_id
from tests.reference.tables import ReferenceContext, VisibleRow

Values = Callable[[ReferenceContext, VisibleRow], Iterable[str | None]]


def _column(name: str) -> Values:
    return lambda context, row: [context.scalar(row, name)]


def _local(row: VisibleRow) -> datetime:
    local: datetime = row.row["starts_at"].astimezone(ZoneInfo(row.row["time_zone"]))
    return local


def _year(column: str) -> Values:
    def year(context: ReferenceContext, row: VisibleRow) -> list[str | None]:
        day = row.row[column]
        return [str(day.year) if day else None]

    return year


def _institutions(context: ReferenceContext, row: VisibleRow) -> set[str | None]:
    links = context.rows.owned("project_institution", "project_id", row.row["id"])
    return {global_id("Institution", link["institution_id"]) for link in links}


FACETS: Mapping[str, Mapping[str, Values]] = {
    "Institution": {"kind": _column("kind"), "side": _column("side"), "country": _column("country")},
    "Project": {
        "field": lambda context, row: row.row["fields"],
        "status": _column("status"),
        "year": _year("starts_on"),
        "institution": _institutions,
    },
    "Event": {
        "mode": _column("mode"),
        "month": lambda context, row: [f"{_local(row):%Y-%m}"],
        "topic": lambda context, row: row.row["topics"],
        "year": lambda context, row: [str(_local(row).year)],
    },
    "Agreement": {"type": _column("type"), "status": _column("status")},
    "Call": {"status": _column("status")},
    "Program": {"pillar": _column("pillar"), "kind": _column("kind")},
    "Activity": {"kind": _column("kind")},
    "Venue": {"country": _column("country")},
    "Participation": {"status": _column("status"), "year": _year("joined_on")},
    "Mentorship": {
        "status": _column("status"),
        "requestedBy": _column("requestedBy"),
        "year": _year("starts_on"),
    },
    "Mobility": {
        "activity": _column("activity"),
        "component": lambda context, row: row.row["components"],
        "status": _column("status"),
        "year": _year("starts_on"),
    },
    "Award": {
        "kind": _column("kind"),
        "currency": _column("currency"),
        "funderSide": _column("funderSide"),
        "year": _year("decided_on"),
    },
    "Mentor": {"field": lambda context, row: row.row["expertise"], "sector": _column("sector")},
    "Participant": {"level": _column("level")},
}
