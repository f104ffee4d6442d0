"""What is archived instead of deleted: which types, and what lists leave out of them.

An archived row is offered nowhere any more: no list, search, count or facet has it. A list whose filter names
`archivedAt` of its rows has what the filter says. What refers to an archived row, or links it, still does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.reference.rows import Row

ARCHIVABLE = (
    *("Institution", "Program", "Cohort", "Activity", "Call", "Project", "Award", "Agreement", "Event"),
    *("Venue", "Champion", "ImpactMetric", "Mentor", "Participant"),
)
ACTS = {f"{act}{type_}": type_ for type_ in ARCHIVABLE for act in ("archive", "unarchive")}


def is_archived(row: Row) -> bool:
    return row.get("archived_at") is not None


def offered(rows: Iterable[Any], condition: Mapping[str, Any] | None = None) -> list[Any]:
    """Of visible rows, those that a list has; `condition` is its filter."""
    return [one for one in rows if names_archive(condition or {}) or not is_archived(one.row)]


def names_archive(condition: Mapping[str, Any]) -> bool:
    """Whether a filter names `archivedAt` of the rows themselves, however it combines conditions."""
    if "archivedAt" in condition:
        return True
    parts = [condition["not"]] if "not" in condition else []
    parts += [one for key in ("and", "or") for one in condition.get(key, ())]
    return any(map(names_archive, parts))


def archive_refusals(name: str, type_: str, row: Row) -> Iterator[tuple[str, str]]:
    """An archived row can only be taken out of the archive: the code, and the name of what is said."""
    if type_ not in ARCHIVABLE:
        return
    if name.startswith("unarchive"):
        if not is_archived(row):
            yield "WRONG_STATE", "mutation.not_archived"
    elif is_archived(row):
        yield "WRONG_STATE", "mutation.archived"
