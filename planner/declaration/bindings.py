"""Bindings: what a field of the schema is in the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import SelectionSetNode
from sqlalchemy import FromClause

from models.base import ARCHIVED_AT
from planner.declaration.row import Row, StatementContext
from planner.declaration.scalar_types import ScalarType
from planner.declaration.stored_form import StoredForm
from planner.declaration.writes import NO_WRITES, Writes
from planner.document.arguments import Arguments, ArgumentValue
from planner.sql import Column, Condition

RELEVANCE = "relevance"
"""The term of orders of searched types that is no field: how well a row matches the argument `search`."""
Expression: TypeAlias = "Callable[[Row, Arguments], Column]"
Join: TypeAlias = "Callable[[Row, Row], Condition]"
Source: TypeAlias = "Callable[[Row | None, Arguments, Any], FromClause]"
Composer: TypeAlias = "Callable[[Row, Sequence[SelectionSetNode]], Column]"
Concerns: TypeAlias = "Callable[[Row, Column], Condition]"


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a field: its GraphQL name, Python annotation and description."""

    name: str
    annotation: str
    description: str


WITH_ARCHIVED = Argument("archived", "bool | None", "Include those that are archived.")
"""The argument of a plain list of archivable rows; a connection has its filter."""


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar, an enum or a list of them: one SQL expression for output, filters and orders.

    `folded` is the stored form for comparisons without case and accents, `sorted` the one that rows are
    ordered by; both default to the expression itself. `present`: it is never null, except by a mask.
    `repeats`: it is another field's value, so changes name that one. `also`: a second text, or null, that
    filters match too. `wall_clock`: the columns of the instant and the zone whose wall clock it is; it can be
    written as such. `form`: the form in which a text is stored that can be written in several ways.
    `counts`: the expression counts other rows, so a condition on it and an order by it cost more.
    """

    expression: Expression
    folded: Expression | None = None
    sorted: Expression | None = None
    order: bool = False
    filter: bool = True
    scalar_type: ScalarType | None = None
    non_null: bool = False
    arguments: tuple[Argument, ...] = ()
    repeats: bool = False
    also: Expression | None = None
    wall_clock: tuple[str, str] | None = None
    form: StoredForm | None = None
    counts: bool = False


@dataclass(frozen=True, slots=True)
class ToOne:
    """The row that this row's column `key` refers to; null if the column is null or the row is hidden."""

    key: str
    filter: bool = True


@dataclass(frozen=True, slots=True)
class ToOneOf:
    """A row of one of several types: type name → expression of its key; the first that isn't null counts.

    A key that isn't a column must be null unless the viewer sees the row. `apart`: changes of that row alone
    tell of it, not those of this one. `stored`: the column that writes set, if not `<name>_id`.
    """

    keys: Mapping[str, Expression]
    apart: bool = False
    stored: str | None = None


@dataclass(frozen=True, slots=True)
class ToMany:
    """The rows that `join` relates to this one, as a plain list ordered by `order` (their columns) and id.

    Without `join`, at the root, it is every row of the type.

    `equal`: argument → the column that must equal it.
    """

    join: Join | None
    order: tuple[str, ...] = ()
    equal: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[Argument, ...] = ()
    filter: bool = True


@dataclass(frozen=True, slots=True)
class ToConnection:
    """A connection to the rows that `join` relates to this one; without it, to all rows of the type."""

    join: Join | None = None
    filter: bool = True


@dataclass(frozen=True, slots=True)
class Derived:
    """A list of computed rows: `source` makes a FROM clause with a column for each field.

    `text`: the rows are the translations of the localized text with this name.
    """

    source: Source
    order: tuple[str, ...] = ()
    limit: Callable[[Arguments, Any], Column | None] | None = None
    arguments: tuple[Argument, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True)
class DerivedObject:
    """A computed object: `source` makes a FROM clause of one row with a column for each field."""

    source: Source
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Composed:
    """A list whose JSON is made by one expression, from the selection sets on it.

    It depends on other fields and on the viewer, so changes name those fields. Without an expression it is a
    part of such a list.
    """

    json: Composer | None = None


@dataclass(frozen=True, slots=True)
class Embedded:
    """A value object made from this row's own columns; null unless `present` holds."""

    present: Callable[[Row], Condition]


@dataclass(frozen=True, slots=True)
class ByKey:
    """A root field: the row that matches all given keys (argument → column); at least one is required."""

    keys: Mapping[str, str]
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """An argument of a `ByKey` field, its Python annotation, and the column that must equal it."""

    argument: str
    annotation: str
    description: str
    column: str


@dataclass(frozen=True, slots=True)
class RootFields:
    """The root fields of a type: a row by its keys and, if `plural` names it, a connection to all rows.

    `single` and `connection` are descriptions.
    """

    single: str
    keys: tuple[Key, ...]
    plural: str | None = None
    connection: str = ""


@dataclass(frozen=True, slots=True)
class Inverse:
    """The connection that a reference adds to the type it refers to: Python name and description."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class ByGlobalId:
    """A root field: the row of any type with a global id (`id`), or the rows of several (`ids`), in order."""

    many: bool
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class ByLink:
    """A root field: the row that a mailed link leads to, as whoever has the link sees it.

    `role` is theirs below this field, and the name of the attribute with the row's id, which `row` makes of
    the argument `link`; null for one that leads nowhere.
    """

    role: str
    row: Callable[[StatementContext, ArgumentValue], Column]
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """A root field: a connection to the rows of several types that a search finds, best match first.

    `types`: value of the argument `types` → type name.
    """

    types: Mapping[str, str]
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedBinding:
    """The change feed's table, and the table with its state in one row.

    `types`: value of EntityType → type name. `concerns`: type name → which rows concern an institution.
    `of_others`: type name → fields that other entities decide, whose changes aren't in the feed.
    """

    changes: FromClause
    state: FromClause
    types: Mapping[str, str]
    concerns: Mapping[str, Concerns]
    of_others: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changes:
    """A root field: the changes after a cursor that the viewer may see."""

    feed: FeedBinding
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeCursor:
    """A root field: the feed's current cursor."""

    feed: FeedBinding
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Log:
    """A root field: a connection to the rows of a log, the latest first.

    `number` is the field with their unique number. `conditions`: argument → the condition on a row.
    """

    number: str
    conditions: Mapping[str, Callable[[Row, ArgumentValue], Condition]]
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A root field: why a viewer sees a row or a field, or doesn't.

    `viewer` makes the context of the viewer that the argument `as` describes.
    """

    viewer: Callable[[Any, Arguments], Any]
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Structural:
    """A field that is rendered together with its type: `edges`, `pageInfo`, `facets`."""

    arguments: tuple[Argument, ...] = ()


Binding: TypeAlias = (
    Value
    | ToOne
    | ToOneOf
    | ToMany
    | ToConnection
    | Derived
    | DerivedObject
    | Composed
    | Embedded
    | ByKey
    | ByGlobalId
    | ByLink
    | Search
    | Changes
    | ChangeCursor
    | Log
    | Explanation
    | Structural
)


@dataclass(frozen=True, slots=True)
class Searchable:
    """A tsvector of the type's own table; rows are searched where the viewer sees all `fields` in it."""

    vector: Callable[[Row], Column]
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetSource:
    """What a connection's rows are counted by: an SQL expression, and the fields whose masks apply.

    `many`: the expression is an array whose elements are counted. `label` makes the text of a value; `prefix`
    makes a global id of a key.
    """

    fields: tuple[str, ...]
    value: Callable[[Row], Column]
    many: bool = False
    label: Callable[[Row, Column], Column] | None = None
    prefix: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A field of a type; `target` is the named type of its annotation."""

    name: str
    binding: Binding
    target: str
    is_list: bool
    nullable: bool
    scalar_type: ScalarType | None = None


def is_archivable(table: FromClause | None) -> bool:
    """Whether rows of the table are archived instead of deleted: its model is `Archivable`."""
    return table is not None and ARCHIVED_AT in table.c


@dataclass(frozen=True, slots=True)
class TypeBinding:
    """An object type: the table of its rows (None for a value object) and its fields.

    `governed` types are subject to the access policy; value objects are as visible as the field that has
    them. `followed`: the feed has changes of its rows. A type with a global id that isn't followed is only
    looked up. `concerns`: which of its rows concern an institution.
    """

    name: str
    table: FromClause | None
    prefix: str | None
    members: Mapping[str, Member]
    governed: bool
    search: tuple[Searchable, ...] = ()
    facets: Mapping[str, FacetSource] = field(default_factory=dict)
    followed: bool = True
    writes: Writes = NO_WRITES
    concerns: Concerns | None = None

    @property
    def archivable(self) -> bool:
        """Whether its rows are archived instead of deleted."""
        return is_archivable(self.table)
