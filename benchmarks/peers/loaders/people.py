"""Mentors and participants, and the cohorts in which they meet."""

from __future__ import annotations

from uuid import UUID

import strawberry

import models
from benchmarks.peers.loaders.inputs import PAGE, ParticipantOrder
from benchmarks.peers.loaders.nodes import Connection, FromRow, Info, Institution, Node, institution_of, page


@strawberry.type
class Mentor(Node):
    name: str
    sector: models.MentorSector
    expertise: list[models.ResearchField]
    capacity: int
    biography: str | None
    institution_id: strawberry.Private[UUID | None]

    @strawberry.field
    async def institution(self, info: Info) -> Institution | None:
        return await institution_of(info, self.institution_id)


@strawberry.type
class Mentorship(FromRow):
    status: models.MentorshipStatus
    sessions: int
    mentor_id: strawberry.Private[UUID]

    @strawberry.field
    async def mentor(self, info: Info) -> Mentor | None:
        return Mentor.maybe(await info.context.loaders.mentor.load(self.mentor_id))


@strawberry.type
class Participant(Node):
    name: str
    email: str | None
    level: models.ParticipantLevel
    institution_id: strawberry.Private[UUID]

    @strawberry.field
    async def institution(self, info: Info) -> Institution | None:
        return await institution_of(info, self.institution_id)

    @strawberry.field
    async def mentorships(self, info: Info, first: int = PAGE) -> Connection[Mentorship]:
        loader = info.context.loaders.mentorships_of_participant(first + 1)
        return page(Mentorship.many(await loader.load(self.key)), first)


@strawberry.type
class Cohort(Node):
    name: str

    @strawberry.field
    async def participants(
        self, info: Info, first: int = PAGE, order_by: list[ParticipantOrder] | None = None
    ) -> Connection[Participant]:
        loader = info.context.loaders.participants_of_cohort(first + 1)
        return page(Participant.many(await loader.load(self.key)), first)
