"""Who the viewer is: the person, the profile, and what each grant is bounded by, as far as they see it.

What they may do of each type (`abilities`) is looked at by tests/access/test_abilities.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tests.reference.ids import global_id
from tests.reference.tables import ReferenceContext, VisibleRow
from tests.reference.viewers import HeldGrant, Viewer

PROFILES = {"MENTOR": "Mentor", "PARTICIPANT": "Participant"}


def viewer(context: ReferenceContext, given: Mapping[str, Any]) -> dict[str, Any]:
    person = context.viewer.self_
    grants = [held for held in context.viewer.held if held.role != "SELF"]
    return {
        "kind": _kind(context.viewer),
        "roles": sorted({"PUBLIC", *(held.role for held in grants)}),
        "personId": person and global_id("Person", person),
        "person": context.one("Person", person),
        "profile": _profile(context, person, *PROFILES.values()),
        "language": context.language(),
        "grants": [_grant(context, held) for held in grants],
        "unread": len(
            [one for one in context.rows.owned("notification", "person_id", person) if not one["read_at"]]
        )
        if person
        else 0,
    }


def _kind(viewer: Viewer) -> str:
    return "CLIENT" if viewer.clients() else "PERSON" if viewer.held else "ANONYMOUS"


def _grant(context: ReferenceContext, held: HeldGrant) -> dict[str, Any]:
    """A grant is bounded by an institution, or by a person as the profile of its role."""
    type_ = PROFILES.get(held.role)
    rows = context.rows.owned(type_.lower(), "person_id", held.person) if type_ and held.person else []
    return {
        "role": held.role,
        "institutionId": held.institution and global_id("Institution", held.institution),
        "institution": context.one("Institution", held.institution),
        "profileId": global_id(type_, rows[0]["id"]) if type_ and rows else None,
        "profile": _profile(context, held.person, *([type_] if type_ else [])),
        "scopes": sorted(held.scopes),
        "expiresAt": None,
    }


def _profile(context: ReferenceContext, person: UUID | None, *types: str) -> VisibleRow | None:
    """The first of the person's profiles that they see."""
    if person is None:
        return None
    for type_ in types:
        for row in context.rows.owned(type_.lower(), "person_id", person):
            if (seen := context.one(type_, row["id"])) is not None:
                return seen
    return None
