"""Changes: what a viewer receives when something that they may see changes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import strawberry

import models
from models.base import Described
from planner.declaration.bindings import FeedBinding
from schema.common import Node, PageInfo
from schema.declarations import declarations
from schema.entities import constant_of, entities, name_of, vocabulary

ENTITIES = entities(
    "Institution Program Cohort Participation Activity Project Award Agreement Event Venue Mentor Participant"
    " Mentorship Mobility Consent"
)

if TYPE_CHECKING:

    class EntityType(Described): ...

else:
    EntityType = vocabulary(
        "EntityType",
        "The types whose changes are told.",
        {constant_of(entity): entity.changes for entity in ENTITIES},
    )


class ChangeKind(Described):
    """What a change is to the viewer."""

    ADDED = "ADDED", "You see it now, and did not before: it is new, or has become visible to you."
    UPDATED = "UPDATED", "You saw it before, and see it now."
    REMOVED = "REMOVED", "You no longer see it: it was deleted, or is hidden from you now."


declarations.enums(EntityType, ChangeKind)

TYPES = {constant_of(entity): name_of(entity) for entity in ENTITIES}
"""By its value, which is the table's name in capitals: the name of the type."""

CONCERNS = {name_of(entity): entity.concerns for entity in ENTITIES if entity.concerns is not None}
"""Which rows concern an institution; of a type that is not here none do."""

OF_OTHERS = {
    "Institution": frozenset({"participantCount", "mobilityCount", "collaborations"}),
    "Cohort": frozenset({"participantCount"}),
    "Activity": frozenset({"participations"}),
}
"""What other entities decide though it is no list of them: counts, and the participants of an activity.

Its participants may be many: to say for whom one of them came or went, each change of the activity, and of
each of them, would have to keep who could see every one of them.
"""

FEED = FeedBinding(models.change, models.feed, TYPES, CONCERNS, OF_OTHERS)


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


declarations.add_names(Change=Change, ChangeConnection=ChangeConnection)
