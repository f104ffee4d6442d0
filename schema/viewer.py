"""The field `viewer`: kind, grants, who the viewer is, and what the policy lets the viewer do."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnClause, DateTime, FromClause, Text, Uuid, func, select
from sqlalchemy import column as sql_column
from sqlalchemy.dialects.postgresql import ARRAY

from models.access import AccessScope, GrantedRole
from models.base import Described, code_point_text
from models.vocabulary import Language
from planner.declaration.fields import column, computed, derived, one, one_of
from planner.declaration.row import Row
from planner.declaration.scalar_types import STRING
from planner.document.arguments import Arguments
from planner.sql import Column, json_rows, literal_text, scalar_subquery
from schema.abilities import Ability, abilities_of
from schema.declarations import declarations, value
from schema.grants import Grant, Principal, granted_roles, person_of
from schema.person import profile_of
from schema.roles import MENTOR, SELF

if TYPE_CHECKING:
    from strawberry import ID

    from schema.institution import Institution
    from schema.person import Person, Profile

TEXTS = ARRAY(Text())


class ViewerKind(Described):
    """The kind of viewer."""

    ANONYMOUS = "ANONYMOUS", "Anyone without a token."
    PERSON = "PERSON", "A person with a token."
    CLIENT = "CLIENT", "An institution's system, with an API key."


declarations.enums(ViewerKind)


@value("Grant")
class ViewerGrant:
    """A role, limited to an institution or a person. Grants add up."""

    role: GrantedRole = column("The role.")
    institution_id: ID | None = column(
        "The institution that it is limited to; null if none.", scalar_type=STRING
    )
    institution: Institution | None = one(
        "The institution that it is limited to; null if none.", key="institution_key"
    )
    profile_id: ID | None = column(
        "The mentor or participant that the viewer is; null for other roles.", scalar_type=STRING
    )
    profile: Profile | None = one_of(
        "The mentor or participant that the viewer is; null for other roles.",
        {"Mentor": "mentor_key", "Participant": "participant_key"},
    )
    scopes: list[AccessScope] = column("What a system may do for the institution.")
    expires_at: datetime | None = column("When it expires; null if it doesn't.")


def _grants(row: Row | None, arguments: Arguments, context: Any) -> FromClause:
    keys = [sql_column(name, Uuid()) for name in ("institution_key", "mentor_key", "participant_key")]
    texts = [sql_column(name, Text()) for name in ("role", "institution_id", "profile_id")]
    others: list[ColumnClause[Any]] = [
        sql_column("scopes", TEXTS),
        sql_column("expires_at", DateTime(timezone=True)),
    ]
    return json_rows(context.of_viewer("grants", _held), *texts, *keys, *others)


def _held(principal: Principal) -> list[dict[str, Any]]:
    return [_values_of(grant) for grant in principal.grants]


def _values_of(grant: Grant) -> dict[str, Any]:
    profile = "mentor" if grant.role is MENTOR else "participant"
    return {
        "role": grant.role,
        "institution_id": f"institution_{grant.institution}" if grant.institution else None,
        "institution_key": grant.institution,
        "profile_id": f"{profile}_{grant.profile}" if grant.profile else None,
        f"{profile}_key": grant.profile,
        "scopes": sorted(grant.scopes),
        "expires_at": grant.expires_at,
    }


def _abilities(row: Row | None, arguments: Arguments, context: Any) -> FromClause:
    lists = [sql_column(name, TEXTS) for name in ("creates", "hidden")]
    texts = [sql_column("type", code_point_text()), sql_column("read", Text()), sql_column("write", Text())]
    return json_rows(context.of_viewer("abilities", _able), *texts, *lists)


def _able(principal: Principal) -> Any:
    return abilities_of(principal.roles, frozenset(principal.attributes))


def _unread(row: Row, arguments: Arguments) -> Column:
    """How many notifications of the viewer's person were not read."""
    found = row.context.row("Notification")
    unread = [row.context.has_attribute(found["person_id"], SELF), found["read_at"].is_(None)]
    count = select(func.count()).select_from(found.from_clause)
    return scalar_subquery(count.where(*unread, *found.visibility_conditions()), *found.from_clauses)


@value("Viewer")
class ViewerType:
    """Who sends the request, and what they may see and do."""

    kind: ViewerKind = column("The kind of viewer.")
    roles: list[GrantedRole] = column("The viewer's roles, which add up.")
    person_id: ID | None = column(
        "The person that the viewer is known to be; null before `createMyProfile`.", scalar_type=STRING
    )
    person: Person | None = one(
        "The person that the viewer is known to be; null before `createMyProfile`.", key="person_key"
    )
    profile: Profile | None = one_of(
        "That person as a mentor, or else as a participant; null for who is neither.",
        profile_of("person_key"),
    )
    language: Language = computed("The language of the response.", lambda row, _: literal_text(row.language))
    grants: list[ViewerGrant] = derived(
        "The viewer's grants; empty for the public.",
        _grants,  # the rows of a JSON array come in its order
    )
    unread: int = computed("How many of the viewer's notifications were not read.", _unread)
    abilities: list[Ability] = derived(
        "What the viewer may read and write of each type, so a portal knows what to show.",
        _abilities,
        order=("type",),
    )


def viewer(row: Row | None, arguments: Arguments, context: Any) -> FromClause:
    """The viewer of the request as a row."""
    texts = [sql_column(name, Text()) for name in ("kind", "person_id")]
    others: list[ColumnClause[Any]] = [sql_column("roles", TEXTS), sql_column("person_key", Uuid())]
    return json_rows(context.of_viewer("self", _self), *texts, *others)


def _self(principal: Principal) -> list[dict[str, Any]]:
    person = person_of(principal)
    one = {
        "kind": principal.kind,
        "roles": granted_roles(principal),
        "person_id": f"person_{person}" if person else None,
        "person_key": person,
    }
    return [one]
