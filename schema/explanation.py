"""Types and arguments of `explainAccess`, which answers in the words of docs/access.md."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeAlias

import strawberry
from sqlalchemy import Uuid, false, select

import models
from models.access import BY_INSTITUTION, BY_PERSON, AccessScope, GrantedRole
from models.base import Described
from planner.declaration.fields import table_of
from planner.declaration.scalar_types import global_id_type
from planner.document.arguments import Arguments, ArgumentValue, non_null
from planner.errors import bad_input
from planner.sql import Column, Condition, scalar_subquery
from planner.statement.context import PlanningContext
from planner.statement.viewer_batch import ViewerBatch
from schema.declarations import HiddenReason, declarations
from schema.messages import message
from schema.roles import PUBLIC, SELF, Role

Scope: TypeAlias = AccessScope


class AccessOutcome(Described):
    """What a viewer sees of a row or a field."""

    VISIBLE = "VISIBLE", "They see it."
    MASKED = "MASKED", "They see the row, but the field is null or empty for them."
    HIDDEN = "HIDDEN", "They see no such row: it does not exist, or it is hidden from them."
    MISSING = "MISSING", "The row does not exist; only the alliance's staff gets this."


class RuleSubject(Described):
    """What a rule decides."""

    ROW = "ROW", "Whether the row is visible."
    FIELD = "FIELD", "Whether a field of a visible row is visible."


class PolicyRole(Described):
    """A role that the policy names: a granted one, or SELF."""

    PUBLIC = "PUBLIC", GrantedRole.PUBLIC.description
    SELF = SELF, "The person that the viewer's grants name, whatever their roles."
    PARTICIPANT = "PARTICIPANT", GrantedRole.PARTICIPANT.description
    MENTOR = "MENTOR", GrantedRole.MENTOR.description
    COORDINATOR = "COORDINATOR", GrantedRole.COORDINATOR.description
    INTEGRATION = "INTEGRATION", GrantedRole.INTEGRATION.description
    ADMIN = "ADMIN", GrantedRole.ADMIN.description


declarations.enums(AccessOutcome, RuleSubject, PolicyRole)


@strawberry.type(
    description="A rule of the policy for one of the viewer's roles. One rule that holds is enough."
)
class RuleResult:
    about: RuleSubject = strawberry.field(description="What the rule decides.")
    role: PolicyRole = strawberry.field(description="The role that it is for.")
    rule: str = strawberry.field(description="The rows or fields that it lets the role see.")
    holds: bool = strawberry.field(
        description="Whether it holds; no rule holds for a row that is not visible."
    )


@strawberry.type(description="Why a row or a field is visible or not.")
class AccessExplanation:
    outcome: AccessOutcome = strawberry.field(description="What the viewer sees.")
    reason: HiddenReason | None = strawberry.field(
        description="Why a field is masked, as in `hiddenFields`; otherwise null."
    )
    rules: list[RuleResult] = strawberry.field(
        description="The rules that were tried, those of the row first."
    )


@strawberry.input(description="A viewer with one grant.")
class ExplanationViewerInput:
    role: Role = strawberry.field(description="The role.")
    institution: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The institution of a COORDINATOR or an INTEGRATION."
    )
    profile: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The profile of a MENTOR or a PARTICIPANT."
    )
    scopes: list[Scope] | None = strawberry.field(
        default=strawberry.UNSET, description="The scopes of an INTEGRATION."
    )


declarations.add_names(
    AccessExplanation=AccessExplanation, RuleResult=RuleResult, ExplanationViewerInput=ExplanationViewerInput
)


@dataclass(slots=True)
class _GivenViewer(ViewerBatch):
    """A viewer whose attributes are given as columns."""

    ids: dict[str, Column] = field(default_factory=dict)

    def has_attribute(self, column: Column, attribute: str, *, single: bool) -> Condition:
        return column == self.ids[attribute] if attribute in self.ids else false()


def explained_viewer(context: PlanningContext, given: Arguments) -> PlanningContext:
    """The context of a viewer with one grant and PUBLIC; raises BadUserInput without the role's bound."""
    leaf = given["role"]
    assert isinstance(leaf, ArgumentValue)
    role = GrantedRole[leaf.value]
    ids: dict[str, Column] = {}
    if role in BY_INSTITUTION:
        bound = context.bind(_bound(given, "institution", role), Uuid(), _key(context, "institution"))
        scopes = non_null(given, "scopes") if role is GrantedRole.INTEGRATION else None
        ids = dict.fromkeys([role.value, *(scopes.value if scopes else ())], bound)
    elif role in BY_PERSON:
        table = table_of(models.Mentor if role is GrantedRole.MENTOR else models.Participant).alias()
        profile = context.bind(_bound(given, "profile", role), Uuid(), _key(context, role.value.lower()))
        person = scalar_subquery(select(table.c.person_id).where(table.c.id == profile), table)
        ids = {role.value: person, SELF: person}
    roles = {PUBLIC.value, role.value, *({SELF} & ids.keys())}
    return replace(context, roles=frozenset(roles), viewers=_GivenViewer(ids=ids))


def _bound(given: Arguments, name: str, role: Role) -> ArgumentValue:
    if (leaf := non_null(given, name)) is None:
        raise bad_input(message("explanation.needs", role=role.value, name=name))
    return leaf


def _key(context: PlanningContext, prefix: str):  # type: ignore[no-untyped-def]
    return global_id_type(prefix, frozenset(context.catalog.prefixes)).convert
