"""Changes: what a viewer is told when something that they may see changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

import strawberry
from sqlmodel import SQLModel

import models
from models.base import Described
from planner.bindings import Feed
from planner.fields import table_of
from planner.rows import Row
from planner.sql import Column, Condition, exists
from schema.common import Node, PageInfo
from schema.declarations import declarations

Concerns: TypeAlias = Callable[[Row, Column], Condition]


class EntityType(Described):
    """The types whose changes are told."""

    INSTITUTION = "INSTITUTION", "Institutions, and their champions."
    PROGRAM = "PROGRAM", "Programs, and their calls."
    COHORT = "COHORT", "Cohorts."
    PARTICIPATION = "PARTICIPATION", "Participants' parts in cohorts."
    ACTIVITY = "ACTIVITY", "Activities of cohorts and programs."
    PROJECT = "PROJECT", "Projects, with their institutions, contributors and outputs."
    AWARD = "AWARD", "Awards."
    AGREEMENT = "AGREEMENT", "Agreements, and their parties."
    EVENT = "EVENT", "Events, and their organizers."
    VENUE = "VENUE", "Venues."
    MENTOR = "MENTOR", "Mentors, with their languages."
    PARTICIPANT = "PARTICIPANT", "Participants, with their languages and activities."
    MENTORSHIP = "MENTORSHIP", "Mentorships."
    MOBILITY = "MOBILITY", "Mobilities."
    CONSENT = "CONSENT", "Consents."


class ChangeKind(Described):
    """What a change is to the viewer."""

    ADDED = "ADDED", "You see it now, and did not before: it is new, or has become visible to you."
    UPDATED = "UPDATED", "You saw it before, and see it now."
    REMOVED = "REMOVED", "You no longer see it: it was deleted, or is hidden from you now."


declarations.enums(EntityType, ChangeKind)

TYPES = {one.value: "".join(map(str.capitalize, one.value.split("_"))) for one in EntityType}
"""By its value, which is the table's name in capitals: the name of the type."""


def _of(column: str) -> Concerns:
    return lambda row, institution: row[column] == institution


def _through(tie: type[SQLModel], key: str) -> Concerns:
    def condition(row: Row, institution: Column) -> Condition:
        table = row.scope.table(table_of(tie))
        wanted = [table.c[key] == row["id"], table.c.institution_id == institution]
        return exists([table], table, wanted, probed=row.probed)

    return condition


def _stay(row: Row, institution: Column) -> Condition:
    return (row["sending_institution_id"] == institution) | (row["receiving_institution_id"] == institution)


def _behind(model: type[SQLModel], key: str) -> Concerns:
    def condition(row: Row, institution: Column) -> Condition:
        table = row.scope.table(table_of(model))
        wanted = [table.c.id == row[key], table.c.institution_id == institution]
        return exists([table], table, wanted, probed=row.probed)

    return condition


CONCERNS: dict[str, Concerns] = {
    "Institution": _of("id"),
    "Project": _through(models.ProjectInstitution, "project_id"),
    "Award": _of("funder_id"),
    "Agreement": _through(models.AgreementParty, "agreement_id"),
    "Event": _through(models.EventOrganizer, "event_id"),
    "Venue": _of("institution_id"),
    "Mentor": _of("institution_id"),
    "Participant": _of("institution_id"),
    "Participation": _behind(models.Participant, "participant_id"),
    "Mentorship": _behind(models.Mentor, "mentor_id"),
    "Mobility": _stay,
    "Consent": _behind(models.Person, "person_id"),
}
"""Which rows concern an institution, only by what everyone who sees the row may know. Others concern none."""

FEED = Feed(models.change, models.feed, TYPES, CONCERNS)


@strawberry.type(
    description="A change of something that you may see, as you see it. Of one entity the later comes later; "
    "what comes twice has the same id."
)
class Change:
    id: strawberry.ID = strawberry.field(description="Which change it is.")
    cursor: str = strawberry.field(description="Where it is: give it as `after` to go on from here.")
    kind: ChangeKind = strawberry.field(description="Whether you see the entity now, and did before.")
    type: EntityType = strawberry.field(description="The type of the entity.")
    entity_id: strawberry.ID = strawberry.field(description="The global id of the entity.")
    version: int = strawberry.field(
        description="The version of the entity after the change; of one that is gone, the last that you saw."
    )
    at: datetime = strawberry.field(description="When the transaction that made it began.")
    changed_fields: list[str] = strawberry.field(
        description="The fields that changed, of those that you may see; empty for ADDED and REMOVED."
    )
    node: Node | None = strawberry.field(
        description="The entity as you see it now, later changes included; null when it is gone."
    )


@strawberry.type(description="A change and its place in the feed.")
class ChangeEdge:
    cursor: str = strawberry.field(description="Where this change is: give it as `after`.")
    node: Change = strawberry.field(description="The change.")


@strawberry.type(description="A page of changes, the oldest first.")
class ChangeConnection:
    edges: list[ChangeEdge] = strawberry.field(description="The changes of the page with their cursors.")
    nodes: list[Change] = strawberry.field(description="The changes of the page.")
    page_info: PageInfo = strawberry.field(
        description="Whether there is more. `endCursor` is never null: go on from it, after empty pages too."
    )


declarations.know(Change=Change, ChangeConnection=ChangeConnection)
