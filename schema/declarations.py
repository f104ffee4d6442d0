"""The decorators that declare the schema's types: `@node`, `@looked_up`, `@link`, `@value`."""

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

    ASC = "ASC", "Ascending, nulls last."
    DESC = "DESC", "Descending, nulls first."


class HiddenReason(Described):
    """Why a field is null for you although the row may have a value."""

    ROLE = "ROLE", "Your roles don't let you see it."
    CONSENT = "CONSENT", "It is visible only with the person's consent."


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
    """`SchemaBuilder.looked_up`, typed so that Python's resolvers can make objects of the type."""
    return declarations.looked_up(model, prefix)
