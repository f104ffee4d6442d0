"""Who sees what, written down again as plain Python: what PUBLIC does not see; ADMIN sees all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.reference.rows import Row


@dataclass(frozen=True)
class Viewer:
    """Who asks, and in which language."""

    roles: frozenset[str]
    language: str

    @property
    def is_admin(self) -> bool:
        return "ADMIN" in self.roles


HIDDEN_TYPES = frozenset(
    [
        "Mentor",
        "Participant",
        "SpokenLanguage",
        "Participation",
        "ActivityParticipation",
        "Mentorship",
        "Mobility",
    ]
)
HIDDEN_ROWS: Mapping[str, Callable[[Row], bool]] = {
    "Project": lambda row: row["status"] == "DRAFT",
    "Event": lambda row: row["status"] == "DRAFT",
    "Agreement": lambda row: row["status"] == "DRAFT",
    "Award": lambda row: row["decided_on"] is None,
}
MASKED: Mapping[str, Mapping[str, str]] = {
    "Award": {"amount": "ROLE", "recipient": "CONSENT"},
    "Agreement": {"documentUrl": "ROLE"},
    "Contributor": {"name": "CONSENT"},
    "Champion": {"name": "CONSENT"},
}
SMALLEST_COUNT = 5


def sees(viewer: Viewer, type_: str, row: Row) -> bool:
    if viewer.is_admin:
        return True
    return type_ not in HIDDEN_TYPES and not (type_ in HIDDEN_ROWS and HIDDEN_ROWS[type_](row))


def masks(viewer: Viewer, type_: str) -> Mapping[str, str]:
    """The fields of the type that are null for the viewer, and why."""
    return {} if viewer.is_admin else MASKED.get(type_, {})


def published(viewer: Viewer, count: int) -> int | None:
    """A figure about people: null where it is so small that it tells."""
    return count if viewer.is_admin or count >= SMALLEST_COUNT else None
