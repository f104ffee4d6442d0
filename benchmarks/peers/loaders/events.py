"""Events, where they are and who organizes them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import strawberry

import models
from benchmarks.peers.loaders.nodes import FromRow, Info, Institution, Node, institution_of


@strawberry.type
class Venue(FromRow):
    key: strawberry.Private[UUID]
    name: str
    city: str | None


@strawberry.type
class EventOrganizer(FromRow):
    role: models.OrganizerRole
    institution_id: strawberry.Private[UUID]

    @strawberry.field
    async def institution(self, info: Info) -> Institution | None:
        return await institution_of(info, self.institution_id)


@strawberry.type
class Event(Node):
    slug: str
    title: str
    starts_at: datetime
    time_zone: str
    mode: models.EventMode
    topics: list[str]
    venue_id: strawberry.Private[UUID | None]

    @strawberry.field
    def local_start(self) -> str:
        return self.starts_at.astimezone(ZoneInfo(self.time_zone)).isoformat(timespec="seconds")

    @strawberry.field
    async def venue(self, info: Info) -> Venue | None:
        if self.venue_id is None:
            return None
        return Venue.maybe(await info.context.loaders.venue.load(self.venue_id))

    @strawberry.field
    async def organizers(self, info: Info) -> list[EventOrganizer]:
        return EventOrganizer.many(await info.context.loaders.organizers_of_event.load(self.key))
