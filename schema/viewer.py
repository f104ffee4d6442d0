"""Who is asking: kind, grants, and what the policy lets them do."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry.types import Info

from models.access import AccessScope, GrantedRole
from models.base import Described
from models.vocabulary import Language
from schema.abilities import Ability, abilities_of
from schema.declarations import declarations
from schema.grants import Grant, Principal, granted_roles
from schema.roles import MENTOR, Role, Scope


class ViewerKind(Described):
    """What sort of viewer it is."""

    ANONYMOUS = "ANONYMOUS", "Anyone, without a token."
    PERSON = "PERSON", "A person with a token."
    CLIENT = "CLIENT", "An institution's system, with an API key."


declarations.enums(ViewerKind)


@strawberry.type(name="Grant", description="A role, within its bounds. Several add up.")
class ViewerGrant:
    role: Role = strawberry.field(description="The role.")
    institution_id: strawberry.ID | None = strawberry.field(
        description="The institution that it is held for; null where it is not bounded by one."
    )
    profile_id: strawberry.ID | None = strawberry.field(
        description="The mentor or participant that the viewer is by it; null for other roles."
    )
    scopes: list[Scope] = strawberry.field(description="What a system may do for the institution.")
    expires_at: datetime | None = strawberry.field(description="When it ends; null where no end is set.")


@strawberry.type(name="Viewer", description="Who is asking, in which language, and what they may see and do.")
class ViewerType:
    kind: ViewerKind = strawberry.field(description="What sort of viewer it is.")
    roles: list[Role] = strawberry.field(description="The roles held; several add up.")
    language: Language = strawberry.field(description="The language that answers are in.")
    grants: list[ViewerGrant] = strawberry.field(description="What was granted; empty for the public.")
    abilities: list[Ability] = strawberry.field(
        description="For each type, what the viewer may read and write: what a portal may show."
    )


def viewer(info: Info) -> ViewerType:
    asking: Principal = info.context["viewer"]
    return ViewerType(
        kind=ViewerKind[asking.kind],
        roles=[GrantedRole[role] for role in granted_roles(asking)],
        language=Language[info.context["language"]],
        grants=[_grant(grant) for grant in asking.grants],
        abilities=abilities_of(asking.roles, frozenset(asking.attributes)),
    )


def _grant(grant: Grant) -> ViewerGrant:
    profile = "mentor" if grant.role is MENTOR else "participant"
    return ViewerGrant(
        role=grant.role,
        institution_id=strawberry.ID(f"institution_{grant.institution}") if grant.institution else None,
        profile_id=strawberry.ID(f"{profile}_{grant.profile}") if grant.profile else None,
        scopes=[AccessScope[scope] for scope in sorted(grant.scopes)],
        expires_at=grant.expires_at,
    )
