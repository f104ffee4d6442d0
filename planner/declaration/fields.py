"""The functions that declare fields: `title: str = localized("…")`.

Each returns a `FieldDeclaration`, a class attribute until the schema is built. They are typed as Any, so that
the annotation can be the field's type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import FromClause, func
from sqlmodel import SQLModel

from planner.declaration.bindings import (
    Argument,
    Binding,
    ByGlobalId,
    ByKey,
    ByLink,
    ChangeCursor,
    Changes,
    Composed,
    Composer,
    Derived,
    DerivedObject,
    Embedded,
    Explanation,
    Expression,
    FeedBinding,
    Inverse,
    Join,
    Key,
    Log,
    Search,
    Source,
    ToConnection,
    ToMany,
    ToOne,
    ToOneOf,
    Value,
)
from planner.declaration.row import Row, StatementContext
from planner.declaration.scalar_types import ScalarType
from planner.declaration.stored_form import StoredForm
from planner.document.arguments import Arguments, ArgumentValue, non_null
from planner.sql import Column, Condition, bare_table, exists

LANGUAGE = Argument("language", "Language | None", "Use this language instead of the request's.")
OTHER = {"EN": "ES", "ES": "EN"}


@dataclass(frozen=True, slots=True)
class FieldDeclaration:
    """A declared field: its description, and the function from its Python name to its binding."""

    description: str
    bind: Callable[[str], Binding]
    inverse: Inverse | None = None


def table_of(model: type[SQLModel]) -> FromClause:
    """The model's table, to read from."""
    return bare_table(model.__table__)  # type: ignore[attr-defined]


def column(
    description: str,
    *,
    name: str | None = None,
    via: tuple[str, type[SQLModel]] | None = None,
    folded: str | None = None,
    sorted: Mapping[str, str] | None = None,
    order: bool = False,
    filter: bool = True,
    scalar_type: ScalarType | None = None,
    present: bool = False,
    form: StoredForm | None = None,
) -> Any:
    """A column of the row's table, or of the table that is joined `via` one of its columns.

    `folded` names the column with the text without case and accents, `sorted` the one to order by in each
    language; `present`: the column is never null, although a mask may make the field null. `form`: how a text
    is stored that can be written in several ways.
    """

    def reader(choose: Callable[[Row, str], str]) -> Callable[[str], Expression]:
        def bound(attribute: str) -> Expression:
            return lambda row, _: _column_expression(row, choose(row, name or attribute), via)

        return bound

    def bind(attribute: str) -> Value:
        return Value(
            reader(lambda _, own: own)(attribute),
            folded=reader(lambda _, own: folded or own)(attribute) if folded else None,
            sorted=reader(lambda row, own: (sorted or {})[row.language])(attribute) if sorted else None,
            order=order,
            filter=filter,
            scalar_type=scalar_type,
            non_null=present,
            form=form,
        )

    return FieldDeclaration(description, bind)


def _column_expression(row: Row, name: str, via: tuple[str, type[SQLModel]] | None) -> Column:
    return row[name] if via is None else row.join_on(via[0], table_of(via[1])).c[name]


def localized(description: str, *, order: bool = False, stored: bool = False) -> Any:
    """A text in the reader's language, or else in the other one: columns `x_en` and `x_es`.

    `stored`: the table also has `x_fold_en`, `x_fold_es` and `x_sort_es`, so it can be filtered and ordered.
    """

    def bind(name: str) -> Value:
        return Value(
            lambda row, arguments: _localized(in_language(row, arguments), name),
            folded=(lambda row, _: row[f"{name}_fold_{row.language.lower()}"]) if stored else None,
            sorted=(lambda row, _: row[_sort_column(name, row.language)]) if stored else None,
            order=order,
            filter=stored,
            arguments=(LANGUAGE,),
        )

    return FieldDeclaration(description, bind)


def in_language(row: Row, arguments: Arguments) -> Row:
    """The row in the language of the argument `language`, if given."""
    language = non_null(arguments, "language")
    return row.in_language(language.value) if language else row


def _localized(row: Row, name: str) -> Column:
    own, other = row.language.lower(), OTHER[row.language].lower()
    return func.coalesce(row[f"{name}_{own}"], row[f"{name}_{other}"])


def _sort_column(name: str, language: str) -> str:
    return f"{name}_sort_es" if language == "ES" else f"{name}_fold_en"


def computed(
    description: str,
    expression: Expression,
    *,
    arguments: tuple[Argument, ...] = (),
    order: bool = False,
    filter: bool = False,
    scalar_type: ScalarType | None = None,
    wall_clock: tuple[str, str] | None = None,
) -> Any:
    """A scalar that an SQL expression gives for the row.

    `wall_clock`: the columns of the instant and the zone whose wall clock it is.
    """
    value = Value(
        expression,
        order=order,
        filter=filter,
        arguments=arguments,
        scalar_type=scalar_type,
        wall_clock=wall_clock,
    )
    return FieldDeclaration(description, lambda _: value)


def count(description: str, expression: Expression) -> Any:
    """A number that an SQL expression counts of other rows.

    Lists are filtered and ordered by what it returns to the viewer: null where a small figure is hidden.
    """
    value = Value(expression, order=True, counts=True)
    return FieldDeclaration(description, lambda _: value)


def repeated(description: str, expression: Expression) -> Any:
    """A scalar that repeats another field, with its mask; it has no filter, order or entry in changes."""
    return FieldDeclaration(description, lambda _: Value(expression, filter=False, repeats=True))


def one(
    description: str, *, key: str | None = None, filter: bool = True, inverse: Inverse | None = None
) -> Any:
    """The row that this row refers to by its column `<field>_id`, or `key`.

    `inverse` adds a connection back to that row's type.
    """
    return FieldDeclaration(description, lambda name: ToOne(key or f"{name}_id", filter), inverse)


def one_of(
    description: str,
    keys: Mapping[str, str | Expression],
    *,
    apart: bool = False,
    stored: str | None = None,
) -> Any:
    """The row that the first non-null key refers to: type name → column or expression.

    `apart`: its own changes tell of it, not those of this row. `stored`: the column that writes set.
    """

    def expression(key: str | Expression) -> Expression:
        return (lambda row, _: row[key]) if isinstance(key, str) else key

    return FieldDeclaration(
        description,
        lambda _: ToOneOf({target: expression(key) for target, key in keys.items()}, apart, stored),
    )


def many(
    description: str,
    key: str,
    *,
    order: tuple[str, ...] = (),
    equal: Mapping[str, str] | None = None,
    arguments: tuple[Argument, ...] = (),
    filter: bool = True,
) -> Any:
    """The rows whose column `key` refers to this row, as a plain list."""
    return FieldDeclaration(description, lambda _: ToMany(owned(key), order, equal or {}, arguments, filter))


def many_by(description: str, join: Join, *, order: tuple[str, ...] = ()) -> Any:
    """The rows that `join` relates to this row, as a plain list."""
    return FieldDeclaration(description, lambda _: ToMany(join, order))


def all_of(
    description: str, *, order: tuple[str, ...], equal: Mapping[str, str], arguments: tuple[Argument, ...]
) -> Any:
    """A root field: all rows of a type as a plain list, for tables that stay small."""
    return FieldDeclaration(description, lambda _: ToMany(None, order, equal, arguments))


def connection(description: str, join: Join | None = None, *, filter: bool = True) -> Any:
    """A page of the rows that `join` relates to this row, or of all rows."""
    return FieldDeclaration(description, lambda _: ToConnection(join, filter))


def owned(key: str) -> Join:
    """Joins the rows whose column `key` has this row's id."""
    return lambda parent, child: child[key] == parent["id"]


def through(link: str, mine: str, theirs: str) -> Join:
    """Joins rows by a visible row of the type `link`, by its columns `mine` and `theirs`."""

    def join(parent: Row, child: Row) -> Condition:
        link_row = parent.context.row(link)
        conditions = [
            link_row[mine] == parent["id"],
            link_row[theirs] == child["id"],
            *link_row.visibility_conditions(),
        ]
        return exists(link_row.from_clauses, link_row.from_clause, conditions)

    return join


def derived(
    description: str,
    source: Source,
    *,
    order: tuple[str, ...] = (),
    limit: Callable[[Arguments, Any], Column | None] | None = None,
    arguments: tuple[Argument, ...] = (),
    text: str | None = None,
) -> Any:
    return FieldDeclaration(description, lambda _: Derived(source, order, limit, arguments, text))


def derived_object(description: str, source: Source) -> Any:
    return FieldDeclaration(description, lambda _: DerivedObject(source))


def composed(description: str, json: Composer | None = None) -> Any:
    return FieldDeclaration(description, lambda _: Composed(json))


def embedded(description: str, present: Callable[[Row], Condition]) -> Any:
    return FieldDeclaration(description, lambda _: Embedded(present))


def by_key(description: str, keys: Sequence[Key]) -> Any:
    """A root field that finds one row."""
    arguments = tuple(Argument(key.argument, key.annotation, key.description) for key in keys)
    columns = {key.argument: key.column for key in keys}
    return FieldDeclaration(description, lambda _: ByKey(columns, arguments))


def by_global_id(description: str, argument: Argument, *, many: bool) -> Any:
    return FieldDeclaration(description, lambda _: ByGlobalId(many, (argument,)))


def by_link(
    description: str, role: str, row: Callable[[StatementContext, ArgumentValue], Column], argument: Argument
) -> Any:
    return FieldDeclaration(description, lambda _: ByLink(role, row, (argument,)))


def changes_of(description: str, feed: FeedBinding, arguments: tuple[Argument, ...]) -> Any:
    return FieldDeclaration(description, lambda _: Changes(feed, arguments))


def cursor_of(description: str, feed: FeedBinding) -> Any:
    return FieldDeclaration(description, lambda _: ChangeCursor(feed))


def log_of(description: str, log: Log) -> Any:
    return FieldDeclaration(description, lambda _: log)


def explanation_of(
    description: str, viewer: Callable[[Any, Arguments], Any], arguments: tuple[Argument, ...]
) -> Any:
    return FieldDeclaration(description, lambda _: Explanation(viewer, arguments))


def search_of(description: str, types: Mapping[str, str], arguments: tuple[Argument, ...]) -> Any:
    return FieldDeclaration(description, lambda _: Search(types, arguments))
