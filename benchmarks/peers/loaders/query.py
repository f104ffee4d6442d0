"""The root fields, and the schema."""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement
from sqlmodel import col
from strawberry.extensions import ParserCache, ValidationCache

import models
from benchmarks.peers.loaders import inputs, statements
from benchmarks.peers.loaders.events import Event
from benchmarks.peers.loaders.impact import ImpactMetric
from benchmarks.peers.loaders.inputs import PAGE
from benchmarks.peers.loaders.nodes import (
    Agreement,
    Connection,
    Info,
    Institution,
    Node,
    PageInfo,
    Program,
    page,
)
from benchmarks.peers.loaders.people import Cohort, Mentor
from benchmarks.peers.loaders.projects import Project

KINDS: dict[str, type[Node]] = {
    kind.__name__: kind for kind in (Agreement, Cohort, Event, Institution, Mentor, Program, Project)
}
SEARCHED = (Agreement, Cohort, Event, Institution, Program, Project)
SearchResult = Annotated[
    Agreement | Cohort | Event | Institution | Program | Project, strawberry.union("SearchResult")
]


async def node_of(info: Info, kind: str, key: UUID) -> Node | None:
    row = await getattr(info.context.loaders, kind.lower()).load(key)
    return KINDS[kind].maybe(row)


@strawberry.enum
class SearchType(Enum):
    """What is searched."""

    PROJECT = "PROJECT"
    EVENT = "EVENT"
    INSTITUTION = "INSTITUTION"
    PROGRAM = "PROGRAM"
    COHORT = "COHORT"
    AGREEMENT = "AGREEMENT"


@strawberry.type
class Query:
    @strawberry.field
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        prefix, _, key = id.rpartition("_")
        return await node_of(info, prefix.capitalize(), UUID(key))

    @strawberry.field
    async def project(self, info: Info, slug: str) -> Project | None:
        return Project.maybe(await info.context.database.row(statements.PROJECT_BY_SLUG, slug=slug))

    @strawberry.field
    async def projects(
        self,
        info: Info,
        first: int = PAGE,
        after: str | None = None,
        order_by: list[inputs.ProjectOrder] | None = None,
    ) -> Connection[Project]:
        rows = info.context.database.rows
        if after is None:
            found = await rows(statements.PROJECTS_BY_TITLE, first=first + 1)
        else:
            position, key = inputs.position_of(after)
            found = await rows(statements.PROJECTS_AFTER, first=first + 1, position=position, key=key)
        made = page(Project.many(found), first)
        if made.nodes:
            made.page_info.end_cursor = inputs.cursor(made.nodes[-1].position, made.nodes[-1].key)
        return made

    @strawberry.field
    async def institutions(
        self, info: Info, first: int = PAGE, order_by: list[inputs.InstitutionOrder] | None = None
    ) -> Connection[Institution]:
        rows = await info.context.database.rows(statements.INSTITUTIONS_BY_NAME, first=first + 1)
        return page(Institution.many(rows), first)

    @strawberry.field
    async def events(
        self,
        info: Info,
        first: int = PAGE,
        filter: inputs.EventFilter | None = None,
        order_by: list[inputs.EventOrder] | None = None,
    ) -> Connection[Event]:
        statement = statements.EVENTS_BY_START
        if filter and filter.starts_at and filter.starts_at.gte:
            statement = statement.where(col(models.Event.starts_at) >= filter.starts_at.gte)
        return page(Event.many(await info.context.database.rows(statement, first=first + 1)), first)

    @strawberry.field
    async def mentors(
        self,
        info: Info,
        first: int = PAGE,
        search: str | None = None,
        filter: inputs.MentorFilter | None = None,
        order_by: list[inputs.MentorOrder] | None = None,
    ) -> Connection[Mentor]:
        statement = statements.MENTORS_BY_NAME if search is None else statements.MENTORS_MATCHING
        statement = statement.where(*conditions(filter))
        rows = await info.context.database.rows(statement, text=search, first=first + 1)
        return page(Mentor.many(rows), first)

    @strawberry.field
    async def cohort(self, info: Info, slug: str) -> Cohort | None:
        return Cohort.maybe(await info.context.database.row(statements.COHORT_BY_SLUG, slug=slug))

    @strawberry.field
    async def search(
        self, info: Info, text: str, types: list[SearchType], first: int = PAGE
    ) -> Connection[SearchResult]:
        """`types` must be all that there are: it searches no others."""
        assert set(types) == set(SearchType)
        hits = await info.context.database.rows(statements.HITS, text=text, first=first + 1)
        nodes = await asyncio.gather(*(node_of(info, hit["kind"], hit["key"]) for hit in hits[:first]))
        found = [node for node in nodes if isinstance(node, SEARCHED)]
        return Connection(nodes=found, page_info=PageInfo(has_next_page=len(hits) > first, end_cursor=None))

    @strawberry.field
    async def impact(self, info: Info) -> list[ImpactMetric]:
        return ImpactMetric.many(await info.context.database.rows(statements.IMPACT))


def conditions(filter: inputs.MentorFilter | None) -> list[ColumnElement[bool]]:
    if filter is None:
        return []
    made = []
    if filter.sector and filter.sector.eq:
        made.append(col(models.Mentor.sector) == filter.sector.eq)
    if filter.available and filter.available.eq is not None:
        made.append(col(models.Mentor.available).is_(filter.available.eq))
    if filter.expertise and filter.expertise.has_any is not None:
        made.append(col(models.Mentor.expertise).op("&&", is_comparison=True)(filter.expertise.has_any))
    return made


schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache])
