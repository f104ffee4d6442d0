"""Access as the alliance's staff manage it: roles granted by hand, and the identities of people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Uuid, and_, cast, false, func, literal_column, not_, or_
from sqlmodel import SQLModel

import models
from models.access import AccessScope, GrantedRole
from planner.declaration.access import Rule
from planner.declaration.fields import column, one, table_of
from planner.declaration.row import Row
from planner.declaration.writes import Creation, Guard, Workflow, WorkflowStep, Writes
from planner.sql import Column, Condition, exists
from schema.actions import AvailableAction, actions
from schema.common import Node, display_name
from schema.declarations import declarations
from schema.grants import OWN_IDENTITY
from schema.messages import message
from schema.secret_links import CLAIM, ONE_AT_A_TIME

if TYPE_CHECKING:
    from strawberry import ID

    from schema.institution import Institution
    from schema.person import Person

BOUND = ("issuer", "subject", "role", "institution_id", "person_id", "scopes", "expires_at")
"""The columns that identify a grant."""
PROFILES: Mapping[GrantedRole, type[SQLModel]] = {
    GrantedRole.MENTOR: models.Mentor,
    GrantedRole.PARTICIPANT: models.Participant,
}


def _has_profile(row: Row) -> Condition:
    """The person of a grant as a mentor or participant has such a record."""
    return and_(*(or_(row["role"] != role.value, _is_a(row, role)) for role in PROFILES))


def _is_a(row: Row, role: GrantedRole) -> Condition:
    profile = row.context.table(table_of(PROFILES[role]))
    return exists([profile], profile, [profile.c.person_id == row["person_id"]], correlated=row.correlated)


def _has_ended(grant: Any) -> Condition:
    return or_(grant["revoked_at"].is_not(None), func.coalesce(grant["expires_at"] <= func.now(), false()))


def _others(row: Row, *same: str) -> Condition:
    """There is another grant of ADMIN in force, of the same columns as this one."""
    other = row.context.table(table_of(models.AccessGrant))
    wanted = [
        other.c.role == row["role"],
        other.c.id != row["id"],
        not_(_has_ended(other.c)),
        *(other.c[column] == row[column] for column in same),
    ]
    return exists([other], other, wanted, correlated=row.correlated)


def _leaves_an_admin(row: Row) -> Condition:
    """The grant isn't of ADMIN, or there is another one of ADMIN in force."""
    return or_(row["role"] != GrantedRole.ADMIN.value, _others(row))


def _leaves_oneself_admin(row: Row) -> Condition:
    """The grant isn't the viewer's of ADMIN, or the viewer has another one in force."""
    mine = row.context.has_attribute(_identity_of(row), OWN_IDENTITY)
    not_mine = not_(func.coalesce(mine, false()))
    return or_(row["role"] != GrantedRole.ADMIN.value, not_mine, _others(row, "issuer", "subject"))


def _identity_of(row: Row) -> Column:
    """The `Identity.id` of the subject to whom the grant is given."""
    key = row["issuer"].concat(literal_column("' '")).concat(row["subject"])
    return cast(func.left(func.puente_principal(key), literal_column("32")), Uuid())


ENDED = Rule(_has_ended, "that has ended")
IN_FORCE = Guard(
    Rule(lambda row: row["revoked_at"].is_(None), "not revoked yet"), "WRONG_STATE", message("grant.revoked")
)
NOT_LAST = Guard(
    Rule(_leaves_an_admin, "not the last one of ADMIN"),
    "INCOMPLETE",
    message("grant.last_admin"),
)
NOT_OWN = Guard(
    Rule(_leaves_oneself_admin, "not what makes oneself ADMIN"),
    "CONFLICT_OF_INTEREST",
    message("grant.own_admin"),
)
ADMINS_IN_TURN = (
    "select from access_grant where role = 'ADMIN' and revoked_at is null order by id for no key update"
)
"""If two people revoke the last two ADMIN grants at once, one waits for the other and sees its result."""
WITH_PROFILE = Guard(
    Rule(_has_profile, "of a person who has the record"),
    "NOT_ELIGIBLE",
    message("grant.no_profile"),
    path=("person",),
)
GRANT = Writes(
    creations=(
        Creation(
            ("issuer", "subject", "role", "institution", "person", "scopes", "expiresAt"),
            mutation="grantRole",
            description=(
                "Grant a role to a subject of an issuer of tokens, in addition to"
                " others. It takes effect with the next request."
            ),
            guards=(WITH_PROFILE,),
            same=BOUND,
            over=ENDED,
            locks=(ONE_AT_A_TIME,),
        ),
    ),
    acts=Workflow(
        "id",
        (
            WorkflowStep(
                "revokeRole",
                "Revoke a granted role. It takes effect with the next request.",
                guards=(IN_FORCE, NOT_LAST, NOT_OWN),
                locks=(ADMINS_IN_TURN,),
                sets={"revoked_at": lambda row: func.now()},
                changes={"revokedAt": ("revoked_at",)},
            ),
        ),
    ),
)
IDENTITY = Writes(
    creations=(
        Creation(
            ("issuer", "subject", "person"),
            mutation="linkIdentity",
            description="Link a subject of an issuer of tokens to a person, from the next request on.",
            same=("issuer", "subject", "person_id"),
            locks=(ONE_AT_A_TIME,),
        ),
        CLAIM,
    ),
    acts=Workflow(
        "id",
        (
            WorkflowStep(
                "unlinkIdentity",
                "Unlink an identity from a person. Its grants stay.",
                removes=True,
            ),
        ),
    ),
)


@declarations.looked_up(models.AccessGrant, "grant", listed=True, writes=GRANT)
class AccessGrant(Node):
    """A role that was granted by hand, to a subject of an issuer of tokens."""

    id: ID = column("Globally unique, stable and opaque.")
    display_name: str | None = display_name()
    version: int = column("Grows by one with every change.", filter=False)
    issuer: str = column("The issuer, exactly as in the `iss` claim of its tokens.")
    subject: str = column("The user, as in the `sub` claim of their tokens.")
    role: GrantedRole = column("The role.")
    institution: Institution | None = one("The institution that bounds it; of COORDINATOR and INTEGRATION.")
    person: Person | None = one("The person that bounds it; of MENTOR and PARTICIPANT.")
    scopes: list[AccessScope] = column("What it lets a system do; of INTEGRATION.")
    expires_at: datetime | None = column("When it ends by itself; null if it doesn't.")
    revoked_at: datetime | None = column("When it was taken back.")
    created_at: datetime = column("When it was given.")
    available_actions: list[AvailableAction] = actions()


@declarations.looked_up(models.AccessIdentity, "identity", listed=True, writes=IDENTITY)
class AccessIdentity(Node):
    """The person to whom a subject of an issuer of tokens is linked."""

    id: ID = column("Globally unique, stable and opaque.")
    display_name: str | None = display_name()
    version: int = column("Grows by one with every change.", filter=False)
    issuer: str = column("The issuer, exactly as in the `iss` claim of its tokens.")
    subject: str = column("The user, as in the `sub` claim of their tokens.")
    person: Person | None = one("The person.")
    created_at: datetime = column("Since when.")
    available_actions: list[AvailableAction] = actions()
