"""The roles and scopes that settings may name, so that reading settings loads no models; a test compares."""

from __future__ import annotations

ROLES = ("PUBLIC", "PARTICIPANT", "MENTOR", "COORDINATOR", "INTEGRATION", "ADMIN")
SCOPES = (
    "PROJECTS_READ",
    "PROJECTS_WRITE",
    "AWARDS_READ",
    "AGREEMENTS_READ",
    "EVENTS_READ",
    "EVENTS_WRITE",
    "PARTICIPANTS_READ",
    "CONTACTS_READ",
    "MOBILITIES_READ",
    "CONSENTS_READ",
    "REGISTRATIONS_WRITE",
    "ATTENDANCE_WRITE",
)
