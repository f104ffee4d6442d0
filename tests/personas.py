"""Viewers to ask as: the demo's personas, and some who hold several grants at once; without tokens."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from uuid import UUID

from models.loading.demo.grants import PERSONAS, grants
from models.loading.natural_keys import id_of
from schema.grants import ANONYMOUS, Grant, Principal, client_principal, make_principal, person_principal
from schema.roles import COORDINATOR, INTEGRATION, MENTOR, PARTICIPANT, Role, Scope

PUBLIC = "public"
ALL_VIEWERS = (PUBLIC, *PERSONAS)


def grant_at(role: Role, institution: str, *scopes: Scope) -> Grant:
    """A role at an institution, by its slug."""
    held = frozenset(scope.value for scope in scopes)
    return Grant(role, institution=id_of("institution", institution), scopes=held)


def being(role: Role, person: str) -> Grant:
    """A role as one of the demo's people."""
    return Grant(role, person=id_of("person", person), profile=id_of(role.value.lower(), person))


COMBINED: Mapping[str, tuple[Grant, ...]] = {
    "two-campuses": (grant_at(COORDINATOR, "uc-merced"), grant_at(COORDINATOR, "uc-davis")),
    "mentor-and-coordinator": (being(MENTOR, "mentor-02"), grant_at(COORDINATOR, "universidad-panamericana")),
    "participant-and-mentor": (being(PARTICIPANT, "student-22"), being(MENTOR, "mentor-03")),
    "two-systems": (
        grant_at(INTEGRATION, "uc-merced", Scope.PARTICIPANTS_READ, Scope.PROJECTS_READ),
        grant_at(INTEGRATION, "uc-davis", Scope.CONTACTS_READ, Scope.MOBILITIES_READ, Scope.AWARDS_READ),
    ),
    "system-without-scopes": (grant_at(INTEGRATION, "uc-merced"),),
    "participant-and-system": (
        being(PARTICIPANT, "student-01"),
        grant_at(INTEGRATION, "uc-davis", Scope.PARTICIPANTS_READ, Scope.EVENTS_READ, Scope.CONSENTS_READ),
    ),
}
"""Several grants add up; each bounds only its own role and scopes."""

CLIENTS: Mapping[str, UUID] = {
    "client": UUID("c11e0000-0000-4000-8000-000000000001"),
    "another-client": UUID("c11e0000-0000-4000-8000-000000000002"),
}
"""API clients of one institution with one grant, and what they are: only their own rows tell them apart."""

CAST = (*ALL_VIEWERS, *COMBINED)
RECIPIENT = "recipient"
"""A person without a grant in force, as mails show them what is theirs."""
RECIPIENTS: Mapping[str, UUID] = {RECIPIENT: id_of("person", "student-22")}


@cache
def granted(name: str) -> tuple[Grant, ...]:
    """What somebody holds; `public` holds nothing."""
    if name in CLIENTS:
        return (grant_at(INTEGRATION, "uc-merced", Scope.PROJECTS_READ),)
    if name in COMBINED:
        return COMBINED[name]
    found = [row for row in grants() if row.subject == name]
    if (persona := PERSONAS.get(name)) is not None and persona.person is not None:
        return (being(persona.role, persona.person),)
    return tuple(
        Grant(row.role, row.institution_id, row.person_id, scopes=frozenset(s.value for s in row.scopes))
        for row in found
    )


@cache
def viewer_of(name: str) -> Principal:
    """The viewer that somebody's grants make of them; `public` is anybody."""
    held = granted(name)
    if name in RECIPIENTS:
        return person_principal(RECIPIENTS[name], held, epoch=None)
    if name in CLIENTS:
        return client_principal(CLIENTS[name], held, epoch=None)
    return make_principal("PERSON", held, epoch=None, key=name) if held else ANONYMOUS
