"""Projects, and what belongs to them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import strawberry

import models
from benchmarks.peers.loaders.nodes import FromRow, Info, Institution, Node, Program, institution_of


@strawberry.type
class ProjectInstitution(FromRow):
    role: models.ProjectRole
    since: date | None
    institution_id: strawberry.Private[UUID]

    @strawberry.field
    async def institution(self, info: Info) -> Institution | None:
        return await institution_of(info, self.institution_id)


@strawberry.type
class Contributor(FromRow):
    role: models.ContributorRole
    since: date | None


@strawberry.type
class Award(FromRow):
    kind: models.AwardKind
    currency: str
    decided_on: date | None


@strawberry.type
class Money(FromRow):
    currency: str
    amount: Decimal


@strawberry.type
class ProjectOutput(FromRow):
    doi: str
    title: str


@strawberry.type
class Project(Node):
    slug: str
    title: str
    summary: str | None
    status: models.ProjectStatus
    starts_on: date | None
    ends_on: date | None
    fields: list[models.ResearchField]
    sdgs: list[int]
    program_id: strawberry.Private[UUID | None]
    position: strawberry.Private[str]

    @strawberry.field
    async def program(self, info: Info) -> Program | None:
        if self.program_id is None:
            return None
        return Program.maybe(await info.context.loaders.program.load(self.program_id))

    @strawberry.field
    async def institutions(
        self, info: Info, role: models.ProjectRole | None = None
    ) -> list[ProjectInstitution]:
        loader = info.context.loaders.institutions_of_project(role)
        return ProjectInstitution.many(await loader.load(self.key))

    @strawberry.field
    async def contributors(self, info: Info) -> list[Contributor]:
        return Contributor.many(await info.context.loaders.contributors_of_project.load(self.key))

    @strawberry.field
    async def awards(self, info: Info) -> list[Award]:
        return Award.many(await info.context.loaders.awards_of_project.load(self.key))

    @strawberry.field
    async def total_awarded(self, info: Info) -> list[Money]:
        return Money.many(await info.context.loaders.totals_of_project.load(self.key))

    @strawberry.field
    async def outputs(self, info: Info) -> list[ProjectOutput]:
        return ProjectOutput.many(await info.context.loaders.outputs_of_project.load(self.key))
