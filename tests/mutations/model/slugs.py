"""Slugs of new rows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tests.mutations.model.entity import Entity
from tests.reference.policy import Sight

SOME_HIDDEN = {"Agreement", "Call", "Event", "Project"}
"""Types with slugs of which some people see only some rows."""


def slug_of(sight: Sight, entity: Entity, row: Mapping[str, Any], id: UUID) -> str:
    """Of the title or name, in English or Spanish; with an end of its own if another may have it."""
    stem = "title" if "title_en" in row else "name"
    text = row[f"{stem}_en"] or row[f"{stem}_es"] or ""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:80].rstrip("-") or entity.table
    hides = entity.type in SOME_HIDDEN and not sight.viewer.is_admin
    taken = hides or any(one["slug"] == slug for one in sight.rows.all(entity.table))
    return f"{slug}-{str(id)[-6:]}" if taken else slug
