"""Bugs to plant in roles that are granted by hand, and in who somebody is."""

from __future__ import annotations

from collections.abc import Mapping

import models.grant_queries
from tests.access.leaks import Plant
from tests.mutations.model.planted import template
from tests.mutations.model.planted_declarations import declared, of_types, unguarded

PLANTED: Mapping[str, Plant] = {
    "a grant twice": declared("grantRole", lambda act: {"same": ()}),
    "a role without the record that it is for": unguarded("grantRole", "NOT_ELIGIBLE"),
    "who is no longer ADMIN by their own act": unguarded("revokeRole", "CONFLICT_OF_INTEREST"),
    "a role that is held after it was revoked": template(
        models.grant_queries, "OF_SUBJECT", " and granted.revoked_at is null", ""
    ),
    "who is nobody though linked": template(
        models.grant_queries, "OF_SUBJECT", "issuer = $1 and subject = $2", "issuer = $1 and subject = $1"
    ),
}
AMONG: Mapping[str, tuple[str, ...]] = dict.fromkeys(PLANTED, of_types("AccessGrant", "AccessIdentity"))
"""The mutations that these bugs show in."""
