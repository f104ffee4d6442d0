"""Where the schema's types are declared: `@node`, `@looked_up`, `@link`, `@value`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar, dataclass_transform

import strawberry
from sqlmodel import SQLModel

from models.base import Described
from models.vocabulary import Language
from planner.builder.schema_builder import SchemaBuilder
from schema.scalars import RORID, URL, CountryCode, CurrencyCode, LocalDateTime, TimeZone, kinds

Made = TypeVar("Made")


class OrderDirection(Described):
    """The direction of one term of an order."""

    ASC = "ASC", "The least or earliest first, null last."
    DESC = "DESC", "The greatest or latest first, null first."


class HiddenReason(Described):
    """Why a field is null for you although the row may hold a value."""

    ROLE = "ROLE", "Your roles do not let you see it."
    CONSENT = "CONSENT", "It is shown only with the person's consent."


declarations = SchemaBuilder()
declarations.add_names(
    ID=strawberry.ID,
    date=date,
    datetime=datetime,
    Decimal=Decimal,
    RORID=RORID,
    URL=URL,
    CountryCode=CountryCode,
    CurrencyCode=CurrencyCode,
    TimeZone=TimeZone,
    LocalDateTime=LocalDateTime,
)
declarations.scalar_types.update(kinds)
declarations.enums(OrderDirection, HiddenReason, Language)

node = declarations.node
link = declarations.link
log = declarations.log
value = declarations.value


@dataclass_transform(kw_only_default=True)
def looked_up(model: type[SQLModel], prefix: str) -> Callable[[type[Made]], type[Made]]:
    """As `SchemaBuilder.looked_up`; Python's resolvers make objects of the type too."""
    return declarations.looked_up(model, prefix)
