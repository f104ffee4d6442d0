"""What types share: identity, translations, pages, facets, locations and money."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import strawberry
from sqlalchemy import FromClause, Text, cast, null, select, union_all

from models.vocabulary import Language
from planner.declaration.bindings import Key, Source
from planner.declaration.fields import column, derived, repeated
from planner.declaration.row import Row
from planner.document.arguments import Arguments
from planner.sql import Column, literal_text
from planner.statement.context import RowSource, masked_expression
from planner.statement.hidden_fields import hidden_fields
from schema.actions import AvailableAction, actions
from schema.declarations import HiddenReason, declarations, value
from schema.scalars import CurrencyCode

if TYPE_CHECKING:
    from strawberry import ID


GLOBAL_ID = Key("id", "ID | None", "Its global id.", "id")
SLUG = Key("slug", "str | None", "Its slug.", "slug")
"""Keys that root fields look rows up by."""


DISPLAY_NAME = "A label for lists: its title, name or label, as you see it; null if it has none."


@strawberry.interface(description="An object with a globally unique, stable and opaque id.")
class Node:
    id: strawberry.ID = strawberry.field(description="Globally unique, stable and opaque.")
    display_name: str | None = strawberry.field(description=DISPLAY_NAME)


@value()
class HiddenField:
    """A field that is null, or a list that is empty, because you may not see it."""

    field: str = column("The name of the field.")
    reason: HiddenReason = column("Why it is hidden.")


def hidden() -> Any:
    """The field `hiddenFields`, which every type with masked fields has."""
    return derived(
        "The fields that are null or empty because you may not see them.", hidden_fields, order=("field",)
    )


def display_name() -> Any:
    """The field `displayName`, which all types share: `title` and `name` differ in nullability, so GraphQL
    can't merge them."""
    return repeated(DISPLAY_NAME, _title_or_name)


def _title_or_name(row: Row, arguments: Arguments) -> Column:
    assert isinstance(row, RowSource)
    for name in ("title", "name", "label"):
        if name in row.type.members:
            return masked_expression(row, row.type.members[name])
    return cast(null(), Text)


class Entity(Node):
    """The fields of every entity."""

    id: ID = column("Globally unique, stable and opaque.")
    display_name: str | None = display_name()
    version: int = column("Increases by one with each change of the row itself.", filter=False)
    created_at: datetime = column("When the row was created.", order=True)
    updated_at: datetime = column("When the row itself was last changed.", order=True)
    is_synthetic: bool = column("Whether it is demonstration data, about no real person or event.")
    source: str | None = column("The source of the data.", filter=False)
    available_actions: list[AvailableAction] = actions()
    hidden_fields: list[HiddenField] = hidden()


@value()
class Translation:
    """A text in one language."""

    language: Language = column("The language of the text.")
    text: str = column("The text.")


def translations(name: str) -> Source:
    """The texts of `name_en` and `name_es` that aren't null, English first."""

    def source(row: Row | None, arguments: Arguments, scope: Any) -> FromClause:
        assert row is not None
        each = []
        for language in Language:
            text = row[f"{name}_{language.lower()}"]
            one = select(literal_text(language).label("language"), text.label("text")).where(
                text.is_not(None)
            )
            each.append(one.correlate_except())
        return union_all(*each).subquery()

    return source


def translated(description: str, name: str) -> Any:
    return derived(description, translations(name), order=("language",), text=name)


@value()
class Location:
    """A point in decimal degrees (WGS 84)."""

    latitude: float = column("Degrees north of the equator.")
    longitude: float = column("Degrees east of Greenwich.")


@value()
class Money:
    """An amount in one currency."""

    amount: Decimal = column("The exact amount.")
    currency: CurrencyCode = column("Its currency (ISO 4217).")


@strawberry.type(description="Whether there are rows before and after a page, and the page's cursors.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether rows come after the page.")
    has_previous_page: bool = strawberry.field(description="Whether rows come before the page.")
    start_cursor: str | None = strawberry.field(
        description="The cursor of the first row; null on an empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="The cursor of the last row; null on an empty page."
    )


@strawberry.type(description="A value of a facet and how many rows have it.")
class FacetValue:
    value: str = strawberry.field(
        description="The value as filters accept it: `filter: { <name>: { eq: … } }` by the facet's name."
    )
    label: str | None = strawberry.field(
        description="An institution's name in your language; for any other facet, the value itself."
    )
    count: int = strawberry.field(description="The number of rows with the value.")


@strawberry.type(description="The rows of a connection, counted by the values of a field.")
class Facet:
    name: str = strawberry.field(
        description="The facet's name, as in the filter; in `names` in capitals, such as REQUESTED_BY."
    )
    values: list[FacetValue] = strawberry.field(
        description="The most frequent first, then by value. Those that the filter chooses with `eq` or `in`"
        " are always among the first `limit`, even with a count of 0."
    )


declarations.add_names(Node=Node, PageInfo=PageInfo, Facet=Facet, FacetValue=FacetValue)
