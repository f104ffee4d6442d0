"""`viewer { abilities }` says what the oracle finds by looking at every row."""

from __future__ import annotations

import pytest

from schema.abilities import Extent, abilities_of
from tests.personas import CAST, CLIENTS, viewer_of
from tests.random_queries.run import Harness
from tests.random_queries.viewers import viewers_of
from tests.reference.actions import UPDATED
from tests.reference.field_sources import TABLE

WRITES = {
    "Institution": {"COORDINATOR"},
    "Project": {"COORDINATOR", "INTEGRATION", "SELF"},
    "Event": {"COORDINATOR", "INTEGRATION"},
    "Venue": {"COORDINATOR"},
    "Consent": {"SELF"},
    "Mentor": {"COORDINATOR", "SELF"},
    "Registration": {"COORDINATOR", "INTEGRATION", "SELF"},
    "Attendance": {"COORDINATOR", "INTEGRATION"},
    "CalendarLink": {"SELF"},
    "Mentorship": {"COORDINATOR", "SELF"},
    "MentorshipSession": {"SELF"},
    "Mobility": {"COORDINATOR"},
    "Person": {"COORDINATOR", "SELF"},
    "Participant": {"COORDINATOR", "SELF"},
    "Participation": {"COORDINATOR", "SELF"},
    **{name: {"COORDINATOR"} for name in ("Program", "Call", "Cohort", "Activity", "Award", "Agreement")},
    "Champion": {"COORDINATOR"},
    "ImpactMetric": {"COORDINATOR"},
}
"""Who may write some rows of a type, by the matrix; ADMIN all of those that a mutation writes."""
BY_STAFF = {
    *UPDATED,
    *("AccessGrant", "AccessIdentity", "Attendance", "Participation", "Registration", "Webhook"),
}


@pytest.mark.parametrize("name", [*CAST, *CLIENTS])
def test_what_one_may_read(reference_harness: Harness, name: str) -> None:
    """`NONE` sees no row, `ALL` every one; a column that may be left out is hidden in every row."""
    world = reference_harness.comparison.world
    sight = world.sight_of(viewers_of(name)[0])
    viewer = viewer_of(name)
    for ability in abilities_of(viewer.roles, frozenset(viewer.attributes)):
        if ability.type not in TABLE:  # a part of the audit log: tests/access/test_audit_log.py
            continue
        rows = world.rows.all(TABLE[ability.type])
        seen = [row for row in rows if sight.sees(ability.type, row)]
        assert ability.read is not Extent.NONE or not seen, ability.type
        assert ability.read is not Extent.ALL or len(seen) == len(rows), ability.type
        for field in ability.hidden:
            assert all(field in sight.hidden(ability.type, row) for row in seen), (ability.type, field)


@pytest.mark.parametrize("name", [*CAST, *CLIENTS])
def test_what_one_may_write(name: str) -> None:
    viewer = viewer_of(name)
    for ability in abilities_of(viewer.roles, frozenset(viewer.attributes)):
        some = bool(WRITES.get(ability.type, set()) & viewer.roles - may_not_write(name))
        if ability.type == "Webhook":
            some = name in CLIENTS
        if ability.type == "Notification":
            some = bool({"MENTOR", "PARTICIPANT"} & viewer.attributes.keys())
        expected = Extent.SOME if some else Extent.NONE
        if "ADMIN" in viewer.roles:
            expected = Extent.ALL if ability.type in BY_STAFF else Extent.NONE
        assert ability.write is expected, ability.type


def may_not_write(name: str) -> set[str]:
    """A system writes by its scopes alone."""
    writing = {"PROJECTS_WRITE", "EVENTS_WRITE", "ATTENDANCE_WRITE", "REGISTRATIONS_WRITE"}
    return set() if writing <= viewer_of(name).attributes.keys() else {"INTEGRATION"}
