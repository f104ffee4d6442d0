"""What Strawchemy makes of the models, and the few options it needs."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import strawberry
from sqlalchemy import Select, func, or_, select
from strawberry.extensions import ParserCache, ValidationCache
from strawchemy import (
    ModelInstance,
    OrderComparison,
    QueryHook,
    Strawchemy,
    StrawchemyAsyncRepository,
    StrawchemyConfig,
)

from benchmarks.peers.strawchemy_peer import models
from benchmarks.peers.strawchemy_peer.search import search
from benchmarks.peers.strawchemy_peer.sessions import SessionOfRequest

DRAFT = "DRAFT"

strawchemy: Any = Strawchemy(StrawchemyConfig("postgresql", repository_type=StrawchemyAsyncRepository))


def projects(info: strawberry.Info) -> Select[models.Project]:
    return select(models.Project).where(models.Project.status != DRAFT)


def events(info: strawberry.Info) -> Select[models.Event]:
    return select(models.Event).where(models.Event.status != DRAFT)


def mentors_with(statement: Select[Any], text: str, **context: Any) -> Select[Any]:
    words = func.puente_query(text)
    found = or_(models.Mentor.search.op("@@")(words), models.Mentor.name_search.op("@@")(words))
    return statement.where(found)


# Institutions and projects
@strawberry.type
class Location:
    latitude: float
    longitude: float


COORDINATES = QueryHook(load=[models.Institution.latitude, models.Institution.longitude])
INSTITUTION = ["id", "slug", "name", "acronym", "kind", "side", "city", "country", "website"]


@strawchemy.type(models.Institution, include=INSTITUTION, name="Institution", scope="schema")
class Institution:
    instance: ModelInstance[models.Institution]

    @strawchemy.field(query_hook=COORDINATES)  # type: ignore[untyped-decorator]
    def location(self) -> Location | None:
        latitude, longitude = self.instance.latitude, self.instance.longitude
        return None if latitude is None else Location(latitude=latitude, longitude=longitude)


@strawchemy.order(models.Institution, include=["name_fold_en", "id"])
class InstitutionOrder: ...


@strawchemy.type(models.Program, include=["id", "name"], name="Program", scope="schema")
class Program: ...


@strawchemy.type(
    models.ProjectInstitution,
    include=["role", "since", "institution"],
    name="ProjectInstitution",
    scope="schema",
)
class ProjectInstitution: ...


@strawchemy.type(models.ProjectContributor, include=["role", "since"], name="Contributor", scope="schema")
class Contributor: ...


@strawchemy.type(models.Award, include=["kind", "currency", "decided_on"], name="Award", scope="schema")
class Award: ...


@strawchemy.type(models.ProjectOutput, include=["doi", "title"], name="ProjectOutput", scope="schema")
class ProjectOutput: ...


@strawberry.type
class Money:
    currency: str
    amount: Decimal


PROJECT = ["id", "slug", "title", "summary", "status", "starts_on", "ends_on", "fields", "sdgs", "program"]
OF_PROJECT = ["institutions", "leads", "contributors", "awards", "outputs"]


AMOUNTS = QueryHook(load=[(models.Project.awards, [models.Award.currency, models.Award.amount])])


@strawchemy.type(models.Project, include=[*PROJECT, *OF_PROJECT], order="all", name="Project", scope="schema")
class Project:
    instance: ModelInstance[models.Project]

    @strawchemy.field(query_hook=AMOUNTS)  # type: ignore[untyped-decorator]
    def total_awarded(self) -> list[Money]:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for award in self.instance.awards:
            sums[award.currency] += award.amount
        return [Money(currency=currency, amount=sums[currency]) for currency in sorted(sums)]


@strawchemy.filter(models.Project, include=["slug", "title_fold_en"])
class ProjectFilter:
    id: OrderComparison[UUID] | None = None


@strawchemy.order(models.Project, include=["title_fold_en", "id"])
class ProjectOrder: ...


# Events
@strawchemy.type(models.Venue, include=["name", "city"], name="Venue", scope="schema")
class Venue: ...


@strawchemy.type(
    models.EventOrganizer, include=["role", "institution"], name="EventOrganizer", scope="schema"
)
class EventOrganizer: ...


LOCAL_START = QueryHook(load=[models.Event.starts_at, models.Event.time_zone])
EVENT = ["id", "slug", "title", "starts_at", "time_zone", "mode", "topics", "venue", "organizers"]


@strawchemy.type(models.Event, include=EVENT, order="all", name="Event", scope="schema")
class Event:
    instance: ModelInstance[models.Event]

    @strawchemy.field(query_hook=LOCAL_START)  # type: ignore[untyped-decorator]
    def local_start(self) -> str:
        start: datetime = self.instance.starts_at
        return start.astimezone(ZoneInfo(self.instance.time_zone)).isoformat(timespec="seconds")


@strawchemy.filter(models.Event, include=["starts_at"])
class EventFilter: ...


@strawchemy.order(models.Event, include=["starts_at", "id"])
class EventOrder: ...


# People
MENTOR = ["id", "name", "sector", "expertise", "capacity", "biography", "institution"]


@strawchemy.type(models.Mentor, include=MENTOR, name="Mentor", scope="schema")
class Mentor: ...


@strawchemy.filter(models.Mentor, include=["sector", "available", "expertise"])
class MentorFilter:
    search: str = strawchemy.filter_field(apply=mentors_with, join="in")


@strawchemy.order(models.Mentor, include=["name_sort_en", "id"])
class MentorOrder: ...


@strawchemy.type(
    models.Mentorship, include=["status", "sessions", "mentor"], name="Mentorship", scope="schema"
)
class Mentorship: ...


@strawchemy.type(models.Person, include=["email"], name="Person", scope="schema")
class Person: ...


@strawchemy.type(
    models.Participant,
    include=["id", "name", "level", "person", "institution", "mentorships"],
    order="all",
    paginate=["mentorships"],
    name="Participant",
    scope="schema",
)
class Participant: ...


@strawchemy.type(
    models.Cohort,
    include=["id", "name", "participants"],
    order="all",
    paginate=["participants"],
    name="Cohort",
    scope="schema",
)
class Cohort: ...


@strawchemy.filter(models.Cohort, include=["slug"])
class CohortFilter: ...


@strawchemy.type(models.Agreement, include=["id"], name="Agreement", scope="schema")
class Agreement: ...


@strawberry.type
class ReportedFigure:
    value: int
    comparator: str
    as_of: date
    source: str


FIGURE = QueryHook(
    load=[
        models.ImpactMetric.reported_value,
        models.ImpactMetric.comparator,
        models.ImpactMetric.as_of,
        models.ImpactMetric.reported_source,
    ]
)


@strawchemy.type(
    models.ImpactMetric, include=["key", "label", "computed"], name="ImpactMetric", scope="schema"
)
class ImpactMetric:
    instance: ModelInstance[models.ImpactMetric]

    @strawchemy.field(query_hook=FIGURE)  # type: ignore[untyped-decorator]
    def reported(self) -> ReportedFigure | None:
        metric = self.instance
        if metric.reported_value is None:
            return None
        return ReportedFigure(
            value=metric.reported_value,
            comparator=metric.comparator,
            as_of=metric.as_of,
            source=metric.reported_source,
        )


@strawchemy.order(models.ImpactMetric, include=["key", "id"])
class ImpactOrder: ...


SearchResult = Annotated[
    Project | Event | Institution | Program | Cohort | Agreement, strawberry.union("SearchResult")
]


@strawberry.type
class Query:
    project: Project | None = strawchemy.field(filter_statement=projects)
    projects: list[Project] = strawchemy.field(
        filter_input=ProjectFilter, order_by_input=ProjectOrder, pagination=True, filter_statement=projects
    )
    institutions: list[Institution] = strawchemy.field(order_by_input=InstitutionOrder, pagination=True)
    events: list[Event] = strawchemy.field(
        filter_input=EventFilter, order_by_input=EventOrder, pagination=True, filter_statement=events
    )
    mentors: list[Mentor] = strawchemy.field(
        filter_input=MentorFilter, order_by_input=MentorOrder, pagination=True
    )
    cohorts: list[Cohort] = strawchemy.field(filter_input=CohortFilter)
    search: list[SearchResult] = strawberry.field(resolver=search)
    impact_metrics: list[ImpactMetric] = strawchemy.field(order_by_input=ImpactOrder)


schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache, SessionOfRequest])
