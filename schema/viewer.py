"""The field `viewer`: kind, grants, and what the policy lets the viewer do."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry.types import Info

from models.access import AccessScope, GrantedRole
from models.base import Described
from models.vocabulary import Language
from schema.abilities import Ability, abilities_of
from schema.declarations import declarations
from schema.grants import Grant, Principal, granted_roles, person_of
from schema.inbox import unread
from schema.roles import MENTOR, Role, Scope


class ViewerKind(Described):
    """The kind of viewer."""

    ANONYMOUS = "ANONYMOUS", "Anyone without a token."
    PERSON = "PERSON", "A person with a token."
    CLIENT = "CLIENT", "An institution's system, with an API key."


declarations.enums(ViewerKind)


@strawberry.type(name="Grant", description="A role, limited to an institution or a person. Grants add up.")
class ViewerGrant:
    role: Role = strawberry.field(description="The role.")
    institution_id: strawberry.ID | None = strawberry.field(
        description="The institution that it is limited to; null if none."
    )
    profile_id: strawberry.ID | None = strawberry.field(
        description="The mentor or participant that the viewer is; null for other roles."
    )
    scopes: list[Scope] = strawberry.field(description="What a system may do for the institution.")
    expires_at: datetime | None = strawberry.field(description="When it expires; null if it doesn't.")


@strawberry.type(name="Viewer", description="Who sends the request, and what they may see and do.")
class ViewerType:
    kind: ViewerKind = strawberry.field(description="The kind of viewer.")
    roles: list[Role] = strawberry.field(description="The viewer's roles, which add up.")
    person_id: strawberry.ID | None = strawberry.field(
        description="The person that the viewer is known to be; null before `createMyProfile`."
    )
    language: Language = strawberry.field(description="The language of the response.")
    grants: list[ViewerGrant] = strawberry.field(description="The viewer's grants; empty for the public.")
    unread: int = strawberry.field(
        resolver=unread, description="How many of the viewer's notifications were not read."
    )
    abilities: list[Ability] = strawberry.field(
        description="What the viewer may read and write of each type, so a portal knows what to show."
    )


def viewer(info: Info) -> ViewerType:
    principal: Principal = info.context["viewer"]
    return ViewerType(
        kind=ViewerKind[principal.kind],
        roles=[GrantedRole[role] for role in granted_roles(principal)],
        person_id=strawberry.ID(f"person_{person}") if (person := person_of(principal)) else None,
        language=Language[info.context["language"]],
        grants=[_grant(grant) for grant in principal.grants],
        abilities=abilities_of(principal.roles, frozenset(principal.attributes)),
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
