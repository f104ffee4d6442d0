"""What all types are made with, and the types that many others lead to. The names are Puente's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Self, TypeVar
from uuid import UUID

import strawberry

import models
from benchmarks.peers.loaders import vocabularies  # noqa: F401
from benchmarks.peers.loaders.loaders import LoaderDatabase, Loaders, Row

T = TypeVar("T")


@dataclass
class LoaderContext:
    """What the resolvers of one request share."""

    database: LoaderDatabase
    loaders: Loaders


Info = strawberry.Info[LoaderContext, None]


class FromRow:
    """A type whose fields, and what its resolvers need, are the columns of its statement."""

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(**row)

    @classmethod
    def maybe(cls, row: Row | None) -> Self | None:
        return None if row is None else cls.from_row(row)

    @classmethod
    def many(cls, rows: list[Row]) -> list[Self]:
        return [cls.from_row(row) for row in rows]


@strawberry.interface
class Node(FromRow):
    id: strawberry.ID
    key: strawberry.Private[UUID]

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(id=strawberry.ID(f"{cls.__name__.lower()}_{row['key']}"), **row)


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class Connection(Generic[T]):
    nodes: list[T]
    page_info: PageInfo


@strawberry.type
class Program(Node):
    name: str


@strawberry.type
class Agreement(Node):
    pass


@strawberry.type
class Location:
    latitude: float
    longitude: float


@strawberry.type
class Institution(Node):
    slug: str
    name: str
    acronym: str | None
    kind: models.InstitutionKind
    side: models.Side
    city: str | None
    country: str
    website: str | None
    latitude: strawberry.Private[float | None]
    longitude: strawberry.Private[float | None]

    @strawberry.field
    def location(self) -> Location | None:
        if self.latitude is None or self.longitude is None:
            return None
        return Location(latitude=self.latitude, longitude=self.longitude)


async def institution_of(info: Info, key: UUID | None) -> Institution | None:
    return None if key is None else Institution.maybe(await info.context.loaders.institution.load(key))


def page(rows: list[T], first: int) -> Connection[T]:
    """A page of rows that were asked for with one more, which says whether there is a next page."""
    return Connection(
        nodes=rows[:first], page_info=PageInfo(has_next_page=len(rows) > first, end_cursor=None)
    )
