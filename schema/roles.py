"""The roles that a grant may give. What each sees is in `schema.access`."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Who somebody is to the alliance; a viewer without a token is PUBLIC."""

    PUBLIC = "PUBLIC"
    ADMIN = "ADMIN"


PUBLIC = Role.PUBLIC
ADMIN = Role.ADMIN
