"""The roles and scopes that settings may name: reading settings loads no table. A test holds them equal."""

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
)
