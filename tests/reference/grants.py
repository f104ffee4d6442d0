"""What must hold of grants before one is taken back."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.reference.policy import Sight
from tests.reference.rows import Row


def in_force(grant: Row) -> bool:
    ends = grant["expires_at"]
    return grant["revoked_at"] is None and (ends is None or bool(ends > datetime.now(UTC)))


def leaves_an_admin(sight: Sight, row: Row) -> bool:
    """Somebody else is ADMIN, or whom it is given to is not."""
    others = [one for one in sight.rows.all("access_grant") if one["id"] != row["id"] and in_force(one)]
    return row["role"] != "ADMIN" or any(one["role"] == "ADMIN" for one in others)


def leaves_oneself_admin(sight: Sight, row: Row) -> bool:
    """It isn't the viewer's own grant of ADMIN, or they are ADMIN by another one of theirs."""
    of = (row["issuer"], row["subject"])
    others = [one for one in sight.rows.all("access_grant") if one["id"] != row["id"] and in_force(one)]
    own = [one for one in others if (one["issuer"], one["subject"]) == of]
    return row["role"] != "ADMIN" or of != sight.viewer.account or any(one["role"] == "ADMIN" for one in own)
