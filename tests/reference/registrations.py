"""Who sees what of registrations and attendance, written from the matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.rows import Row

if TYPE_CHECKING:
    from tests.reference.policy import Sight


def organizes(sight: Sight, row: Row, scope: str | None = None) -> bool:
    """The viewer coordinates an organizer of the event that the registration is for, or is its system."""
    organizers = sight.rows.owned("event_organizer", "event_id", row["event_id"])
    return any(one["institution_id"] in sight.viewer.institutions(scope) for one in organizers)


def is_theirs(sight: Sight, row: Row) -> bool:
    return sight.viewer.self_ is not None and bool(row["person_id"] == sight.viewer.self_)


def theirs_or_organized(sight: Sight, row: Row) -> bool:
    return is_theirs(sight, row) or organizes(sight, row)


def of_system(sight: Sight, row: Row) -> bool:
    """A guest at an event of the institution whose system may register guests."""
    return row["person_id"] is None and organizes(sight, row, "REGISTRATIONS_WRITE")


def managed(sight: Sight, row: Row) -> bool:
    """The person, the organizers of the event, and their system for guests."""
    return theirs_or_organized(sight, row) or of_system(sight, row)


def named(sight: Sight, row: Row) -> bool:
    """These, and the person's home."""
    person = sight.get("person", row["person_id"])
    at_home = person is not None and sight.coordinates(person["institution_id"])
    return managed(sight, row) or at_home


def at_door(sight: Sight, row: Row) -> bool:
    """The person, and whoever checks them in."""
    return theirs_or_organized(sight, row) or organizes(sight, row, "ATTENDANCE_WRITE")


def ticket(sight: Sight, row: Row) -> bool:
    return managed(sight, row) or at_door(sight, row)


def seen(sight: Sight, row: Row) -> bool:
    return named(sight, row) or ticket(sight, row)


def attendance(sight: Sight, row: Row) -> bool:
    """The person's home, and the system that registers guests, see the registration alone."""
    registration = sight.get("registration", row["registration_id"])
    return registration is not None and at_door(sight, registration)


def checks_in(sight: Sight, row: Row) -> bool:
    return organizes(sight, row) or organizes(sight, row, "ATTENDANCE_WRITE")
