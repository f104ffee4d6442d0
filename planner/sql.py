"""SQL expressions that SQLAlchemy doesn't have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from typing import Any

import orjson
from sqlalchemy import (
    Alias,
    ColumnElement,
    FromClause,
    Select,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSON, JSONB, aggregate_order_by
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import AsBoolean, False_
from sqlalchemy.sql.expression import ColumnClause, TableClause
from sqlalchemy.types import Text

_PREPARER = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]

Column = ColumnElement[Any]
Condition = ColumnElement[bool]


class BareTable(TableClause):
    """A table with only its columns' names and types; its aliases make a column when it is read."""

    inherit_cache = True

    def alias(self, name: str | None = None, flat: bool = False) -> BareAlias:  # type: ignore[override]
        return BareAlias._construct(self, name=name)


class BareAlias(Alias):
    inherit_cache = True

    @cached_property
    def c(self) -> BareColumns:  # type: ignore[override] # what statements read of a collection is here
        return BareColumns(self)


class BareColumns:
    """The columns of an alias, each made when it is read: a statement reads few of a table's."""

    def __init__(self, alias: BareAlias) -> None:
        self._alias = alias
        self._made: dict[str, ColumnClause[Any]] = {}

    def __getitem__(self, name: str) -> ColumnClause[Any]:
        if name not in self._made:
            type_ = self._alias.element.c[name].type
            self._made[name] = ColumnClause(name, type_, _selectable=self._alias)
        return self._made[name]

    def __getattr__(self, name: str) -> ColumnClause[Any]:
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(name) from error

    def __contains__(self, name: str) -> bool:
        return name in self._alias.element.c

    def __iter__(self) -> Iterator[ColumnClause[Any]]:
        return map(self.__getitem__, self._alias.element.c.keys())


@cache
def bare_table(table: FromClause) -> BareTable:
    """The table without nullability and foreign keys, which are only in the full one: aliasing takes long."""
    return BareTable(str(table.name), *(ColumnClause(c.name, c.type) for c in table.c))  # type: ignore[attr-defined]


def tuple_id(table: FromClause) -> Column:
    """PostgreSQL's `ctid`, which identifies a row within one statement only."""
    return ColumnClause("ctid", _selectable=table)


def image_rows(image: Column, table: FromClause) -> FromClause:
    """The rows of a table in a change's image, which is JSON: table name → list of rows."""
    name = str(table.name)  # type: ignore[attr-defined]
    kept = image.op("->", return_type=JSONB())(literal_text(name))
    rows = func.jsonb_populate_recordset(literal_column(f'null::"{name}"'), kept)
    columns: list[ColumnClause[Any]] = [ColumnClause(c.name, c.type) for c in table.c]
    return rows.table_valued(*columns)


def json_rows(rows: Column, *columns: ColumnClause[Any]) -> FromClause:
    """The objects of a JSON array (`jsonb`) as rows with these columns."""
    return func.jsonb_to_recordset(rows).table_valued(*columns).render_derived(with_types=True)


class JsonObject(ColumnElement[Any]):
    """`json_object('key': value, …)`, with keys in the given order, nulls, and any number of keys.

    The keys are GraphQL names (letters, digits, underscores), so they need no quoting.
    """

    inherit_cache = False
    type = JSON()

    def __init__(self, members: Iterable[tuple[str, Column]]) -> None:
        self.members = tuple(members)


@compiles(JsonObject)
def _json_object(element: JsonObject, compiler: SQLCompiler, **options: Any) -> str:
    members = (f"'{key}': {compiler.process(value, **options)}" for key, value in element.members)
    return f"json_object({', '.join(members)})"


class JsonArray(ColumnElement[Any]):
    """`json_array(value, …)`, which omits nulls."""

    inherit_cache = False
    type = JSON()

    def __init__(self, items: Iterable[Column]) -> None:
        self.items = tuple(items)


@compiles(JsonArray)
def _json_array(element: JsonArray, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array({', '.join(compiler.process(item, **options) for item in element.items)})"


def is_constant_json(value: Any) -> bool:
    """Whether no part of the JSON value is SQL."""
    if isinstance(value, dict):
        return all(map(is_constant_json, value.values()))
    return (
        all(map(is_constant_json, value)) if isinstance(value, list) else not isinstance(value, ColumnElement)
    )


def json_of(value: Any) -> Column:
    """JSON whose parts may be SQL; a part without is one constant, which PostgreSQL parses once per plan."""
    if isinstance(value, ColumnElement):
        return value
    if is_constant_json(value):
        text = orjson.dumps(value).decode().replace("'", "''")
        return literal_column(f"'{text}'::json", JSON())
    if isinstance(value, dict):
        return JsonObject((key, json_of(member)) for key, member in value.items())
    return JsonArray(map(json_of, value))


def json_list(value: Column, *order: Column, where: Condition | None = None) -> Column:
    """All values as a JSON array, `[]` if there are none."""
    collected: Any = func.json_agg(aggregate_order_by(value, *order) if order else value)
    if where is not None:
        collected = collected.filter(where)
    return func.coalesce(collected, literal_column("'[]'::json"))


def literal_text(text: str) -> Column:
    """A constant as SQL text: a GraphQL name or an enum's value, never input of a client."""
    if not text.replace("_", "").replace("-", "").isalnum():
        raise ValueError(f"not a plain word: {text!r}")
    return literal_column(f"'{text}'", Text())


def identifier(name: str) -> str:
    """The name of a table or column as SQL text, quoted if needed."""
    return _PREPARER.quote(name)


FIRST_OF = " or "
"""Separates column names: `one or other` stands for the first of them that isn't null."""


def of_row(row: str, column: str) -> str:
    """A column of a row as SQL text; for names joined by `FIRST_OF`, their coalesce."""
    each = [f"{row}.{identifier(name)}" for name in column.split(FIRST_OF)]
    return each[0] if len(each) == 1 else f"coalesce({', '.join(each)})"


def different(columns: Sequence[str], flags: Sequence[str] = ("", "")) -> str:
    """SQL text: whether the old and the new row differ in these columns, or in the two flags."""
    old, new = (
        ", ".join([*([flag] if flag else []), *(of_row(row, c) for c in columns)])
        for row, flag in zip(("old", "new"), flags, strict=True)
    )
    return f"({old}) is distinct from ({new})"


def overlaps(listed: Column, words: Iterable[str]) -> Condition:
    """Whether a text array contains one of some constant words."""
    written = ",".join(sorted(words))
    if not written.replace("_", "").replace(",", "").isalnum():
        raise ValueError(f"not plain words: {written!r}")
    return listed.bool_op("&&")(literal_column(f"'{{{written}}}'::text[]"))


def scalar_subquery(statement: Select[Any], *own: FromClause) -> Column:
    """A scalar subquery, correlated with the enclosing statement in all tables except its `own`."""
    return statement.correlate_except(*own).scalar_subquery()


def exists(
    own: Sequence[FromClause],
    source: FromClause,
    conditions: Iterable[Condition],
    *,
    correlated: bool = False,
) -> Condition:
    """Whether a row of `source` meets all conditions; tables other than `own` are the enclosing statement's.

    `correlated`: PostgreSQL must probe it row by row; an `offset 0` keeps it from making a join.
    """
    found: Select[Any] = select(literal_column("1")).select_from(source).where(*conditions)
    if correlated:
        found = found.offset(literal_column("0"))
    return found.correlate_except(*own).exists()


def any_of(conditions: Sequence[Condition]) -> Condition:
    return or_(*conditions) if conditions else false()


def is_false(condition: Any) -> bool:
    """Whether SQLAlchemy has simplified the condition to a constant false."""
    return isinstance(condition.element if isinstance(condition, AsBoolean) else condition, False_)


def is_true(condition: Condition) -> Condition:
    return condition.is_(true())


def base64url(text: Column) -> Column:
    """Base64url of a text without padding, as `base64.urlsafe_b64encode` without its `=`."""
    encoded = func.encode(
        func.convert_to(cast(text, Text), literal_column("'UTF8'")), literal_column("'base64'")
    )
    return func.translate(encoded, literal_column(r"E'+/=\n'"), literal_column("'-_'"))
