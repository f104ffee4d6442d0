"""Changes: what a viewer receives when an entity that they may see changes."""

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
        "The types whose changes are in the feed.",
        {constant_of(entity): entity.changes for entity in ENTITIES},
    )


class ChangeKind(Described):
    """What a change means to the viewer."""

    ADDED = "ADDED", "You see it now and didn't before: it is new, or has become visible to you."
    UPDATED = "UPDATED", "You saw it before and still see it."
    REMOVED = "REMOVED", "You no longer see it: it was deleted, or is now hidden from you."


declarations.enums(EntityType, ChangeKind)

TYPES = {constant_of(entity): name_of(entity) for entity in ENTITIES}
"""Value of `EntityType` (the table's name in capitals) → name of the GraphQL type."""

CONCERNS = {name_of(entity): entity.concerns for entity in ENTITIES if entity.concerns is not None}
"""Name of the type → which rows concern an institution; none of the types that aren't here."""

OF_OTHERS = {
    "Institution": frozenset({"participantCount", "mobilityCount", "collaborations"}),
    "Cohort": frozenset({"participantCount"}),
    "Activity": frozenset({"participations"}),
    "Registration": frozenset({"position"}),
}
"""Fields that depend on other entities without listing them as entities: counts, places in a queue, an
activity's participants.

Their changes aren't in the feed. For an activity's participants, each change of the activity or of one of
them would have to store who could see every one of them.
"""

FEED = FeedBinding(models.change, models.feed, TYPES, CONCERNS, OF_OTHERS)


@strawberry.type(
    description="A change of an entity that you may see. Changes of one entity come in order; a change that "
    "comes twice has the same id."
)
class Change:
    id: strawberry.ID = strawberry.field(description="Identifies the change.")
    cursor: str = strawberry.field(description="Its position: pass it as `after` to continue from here.")
    kind: ChangeKind = strawberry.field(description="Whether you see the entity now, and did before.")
    type: EntityType = strawberry.field(description="The type of the entity.")
    entity_id: strawberry.ID = strawberry.field(description="The global id of the entity.")
    version: int = strawberry.field(
        description="The entity's version after the change; for REMOVED, the last one that you saw."
    )
    at: datetime = strawberry.field(description="When the transaction that made the change began.")
    changed_fields: list[str] = strawberry.field(
        description="The changed fields that you may see; empty for ADDED and REMOVED."
    )
    node: Node | None = strawberry.field(
        description="The entity as you see it now, later changes included; null if you don't see it now."
    )


@strawberry.type(description="A change and its position in the feed.")
class ChangeEdge:
    cursor: str = strawberry.field(description="The change's position: pass it as `after`.")
    node: Change = strawberry.field(description="The change.")


@strawberry.type(description="A page of changes, the oldest first.")
class ChangeConnection:
    edges: list[ChangeEdge] = strawberry.field(description="The changes of the page with their cursors.")
    nodes: list[Change] = strawberry.field(description="The changes of the page.")
    page_info: PageInfo = strawberry.field(
        description="Whether there is more. `endCursor` is never null, so an empty page can be continued too."
    )


declarations.add_names(Change=Change, ChangeConnection=ChangeConnection)
