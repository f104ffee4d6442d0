"""The filters, orders and cursors that the lists take; each list has one order."""

from __future__ import annotations

import base64
from datetime import datetime
from enum import Enum
from uuid import UUID

import orjson
import strawberry

import models
from benchmarks.peers.loaders import vocabularies  # noqa: F401

PAGE = 20


@strawberry.enum
class OrderDirection(Enum):
    ASC = "ASC"


@strawberry.enum
class ProjectOrderField(Enum):
    TITLE = "TITLE"


@strawberry.enum
class EventOrderField(Enum):
    STARTS_AT = "STARTS_AT"


@strawberry.enum
class InstitutionOrderField(Enum):
    NAME = "NAME"


@strawberry.enum
class MentorOrderField(Enum):
    NAME = "NAME"


@strawberry.enum
class ParticipantOrderField(Enum):
    NAME = "NAME"


@strawberry.input
class ProjectOrder:
    field: ProjectOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input
class EventOrder:
    field: EventOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input
class InstitutionOrder:
    field: InstitutionOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input
class MentorOrder:
    field: MentorOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input
class ParticipantOrder:
    field: ParticipantOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input
class DateTimeFilter:
    gte: datetime | None = None


@strawberry.input
class EventFilter:
    starts_at: DateTimeFilter | None = None


@strawberry.input
class MentorSectorFilter:
    eq: models.MentorSector | None = None


@strawberry.input
class BooleanFilter:
    eq: bool | None = None


@strawberry.input
class ResearchFieldListFilter:
    has_any: list[models.ResearchField] | None = None


@strawberry.input
class MentorFilter:
    sector: MentorSectorFilter | None = None
    available: BooleanFilter | None = None
    expertise: ResearchFieldListFilter | None = None


def cursor(position: str, key: UUID) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(["TITLE", position, str(key)])).decode().rstrip("=")


def position_of(cursor: str) -> tuple[str, UUID]:
    _, position, key = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return position, UUID(key)
