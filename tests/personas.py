"""Viewers to ask as: the demo's personas, without a token."""

from __future__ import annotations

from functools import cache

from models.loading.demo.grants import PERSONAS, grants
from schema.grants import ANONYMOUS, Grant, Grantee, grantee

PUBLIC = "public"
EVERYBODY = (PUBLIC, *PERSONAS)


@cache
def viewer_of(persona: str) -> Grantee:
    """The viewer that a persona is by the demo's grants; `public` is anybody."""
    if persona == PUBLIC:
        return ANONYMOUS
    (row,) = [row for row in grants() if row.subject == persona]
    scopes = frozenset(scope.value for scope in row.scopes)
    held = Grant(row.role, row.institution_id, row.person_id, scopes=scopes)
    return grantee("PERSON", [held], epoch=None, key=persona)
