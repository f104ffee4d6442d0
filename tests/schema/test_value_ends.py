"""What is stored in a column comes out as its scalar, and is found by the filters and orders of its field.

The values are those at which Python, the driver, PostgreSQL and GraphQL differ: a day that the driver takes
for infinity, an instant whose offset leads out of the calendar, the last number of 32 bits.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Column, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

import schema
from models.database.client import Database, engine_for
from planner.declaration.bindings import Member, TypeBinding, Value
from planner.plan.query_plan import DIALECT
from tests.engines import default_engine
from tests.personas import viewer_of
from tests.schema.value_ends import (
    BEYOND,
    Reached,
    columns_of,
    reached,
    snake,
    store,
    tables,
)

FORMS = {
    "Date": r"\d{4}-\d\d-\d\d",
    "DateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?\+00:00",
    "Decimal": r"-?\d+(\.\d+)?",
}
"""What a scalar may answer; the order of days is that of their text."""
VALUES: Mapping[str, Callable[[Any], Any]] = {
    "DateTime": datetime.fromisoformat,
    "Decimal": Decimal,
    "Date": date.fromisoformat,
}
LEAST = {
    "Date": ["0001-01-01", "9999-12-31"],
    "DateTime": ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59.999999+00:00"],
}
BOUNDED = {"startsAt", "endsAt", "updatedAt"}
"""Of events, which a constraint keeps within 1900 and 2200; and what the database writes itself."""
SHARED = {"createdAt", "updatedAt", "version", "source"}
SCALARS = {"int": "Int", "str": "String", "bool": "Boolean", "datetime": "DateTime", "date": "Date"}
MOST_PAGES = 50
OPERATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": operator.eq,
}
UNLIMITED = dict.fromkeys(
    (
        "max_cost",
        "max_aliases",
        "max_root_fields",
        "max_subqueries",
        "max_fields",
        "max_conditions",
        "max_tokens",
    ),
    10_000_000,
)
TYPES = [
    (type_, way)
    for type_ in schema.catalog.types.values()
    if type_.table is not None and type_.followed and (way := reached(type_)) is not None
]
CHECKS = text("""
    select pg_get_expr(conbin, conrelid) from pg_constraint join pg_attribute on attrelid = conrelid
    where conrelid = cast(:table as regclass) and contype = 'c' and attname = :column
        and conkey = array[attnum]
""")


Groups = dict[str, list[dict[str, Any]]]


class StaffQueries:
    """Queries as the alliance's staff, on a database whose columns hold the ends of their types."""

    def __init__(self, database: Database, written: dict[str, list[Any]]) -> None:
        self.database, self.written = database, written
        self.planner = default_engine(**UNLIMITED)

    async def data(self, document: str, **variables: Any) -> dict[str, Any]:
        operation = self.planner.operation(document, None)
        coerced, viewer = operation.coerce(variables), viewer_of("admin")
        plan, _ = self.planner.plan(operation, coerced, viewer, "EN")
        assert plan is not None
        row = await self.database.fetch(plan.sql, plan.parameters(coerced, viewer))
        return {key: json.loads(value) for key, value in zip(plan.keys, row, strict=True) if value}

    async def groups(self, way: Reached, fields: Sequence[str]) -> Groups:
        """By the global id of a root field's row: the row itself, or those of its connection or list."""
        selected = " ".join(fields)
        if way.member is None:
            prefix, keys = way.type.prefix, self.written[str(way.type.table.name)]  # type: ignore[union-attr]
            document = f"query ($ids: [ID!]!) {{ {way.root}(first: 100, filter: {{ id: {{ in: $ids }} }})"
            answer = await self.data(
                f"{document} {{ nodes {{ id {selected} }} }} }}", ids=[f"{prefix}_{key}" for key in keys]
            )
            return {row["id"]: [row] for row in answer[way.root]["nodes"]}
        rows = f"(first: 100) {{ nodes {{ {selected} }} }}" if way.is_paged else f"{{ {selected} }}"
        answer = await self.data(
            f"{{ {way.root}(first: 100) {{ nodes {{ id rows: {way.member.name} {rows} }} }} }}"
        )
        return {
            row["id"]: row["rows"]["nodes"] if way.is_paged else row["rows"]
            for row in answer[way.root]["nodes"]
        }

    async def found(
        self, way: Reached, member: Member, ids: Sequence[str], value: Any
    ) -> dict[str, set[str]]:
        """By operator: the ids of the groups that fit."""
        aliases = []
        for name in OPERATIONS.keys() & member.scalar_type.operators:  # type: ignore[union-attr]
            given = "[$value]" if name == "in" else "$value"
            own = f"{{ {member.name}: {{ {name}: {given} }} }}"
            whole = own if way.member is None else f"{{ {way.member.name}: {{ some: {own} }} }}"
            condition = f"{{ and: [{{ id: {{ in: $ids }} }}, {whole}] }}"
            aliases.append(f"{name}: {way.root}(first: 100, filter: {condition}) {{ nodes {{ id }} }}")
        variables = f"($ids: [ID!]!, $value: {SCALARS.get(member.target, member.target)}!)"
        answer = await self.data(f"query {variables} {{ {' '.join(aliases)} }}", ids=ids, value=value)
        return {name: {row["id"] for row in page["nodes"]} for name, page in answer.items()}

    async def pages(self, way: Reached, order: str, ids: Sequence[str]) -> dict[str, list[Any]]:
        """The ids on pages of one, from either end."""
        page = "{ nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } }"
        forward, backward = "first: 1, after: $after", "last: 1, before: $before"
        kept = "filter: { id: { in: $ids } }, " if way.member is None else ""
        name = way.root if way.member is None else way.member.name
        both = " ".join(
            f"{alias}: {name}({kept}orderBy: [{order}], {window}) {page}"
            for alias, window in (("forward", forward), ("backward", backward))
        )
        inner = (
            both
            if way.member is None
            else f"{way.root}(filter: {{ id: {{ in: $ids }} }}) {{ nodes {{ {both} }} }}"
        )
        document = f"query ($ids: [ID!]!, $after: String, $before: String) {{ {inner} }}"
        read: dict[str, list[Any]] = {"forward": [], "backward": []}
        cursors: dict[str, str | None] = {"after": None, "before": None}
        for _ in range(MOST_PAGES):
            answer = await self.data(document, ids=ids, **cursors)
            answer = answer if way.member is None else answer[way.root]["nodes"][0]
            for alias, pages in read.items():
                pages += [row["id"] for row in answer[alias]["nodes"]]
            ahead, back = answer["forward"]["pageInfo"], answer["backward"]["pageInfo"]
            assert ahead["hasNextPage"] == back["hasPreviousPage"], (order, read)
            if not ahead["hasNextPage"]:
                return read
            cursors = {"after": ahead["endCursor"], "before": back["startCursor"]}
        pytest.fail(f"{way.root} by {order} never ends: {read}")


@pytest.fixture
async def queries(database_url: str) -> AsyncIterator[StaffQueries]:
    database = await Database.open(database_url)
    engine = engine_for(database_url)
    written = await store(engine)
    await engine.dispose()
    yield StaffQueries(database, written)
    await database.close()


def comparable(member: Member, value: Any) -> Any:
    return VALUES.get(member.target, lambda same: same)(value)


def fields_of(type_: TypeBinding) -> dict[str, Member]:
    """Its own columns; what all entities have counts once."""
    own = columns_of(type_)
    return own if type_.name == "Institution" else {name: m for name, m in own.items() if name not in SHARED}


async def test_what_is_stored_is_answered_and_found(queries: StaffQueries) -> None:
    """Of every column of every type, by filters and on pages; storing the ends takes longest."""
    await check_filters(queries)
    await check_pages(queries)


async def check_filters(queries: StaffQueries) -> None:
    wrong = []
    for type_, way in TYPES:
        groups = await queries.groups(way, list(fields_of(type_)))
        for name, member in fields_of(type_).items():
            values = [row[name] for rows in groups.values() for row in rows]
            wrong += [f"{type_.name}.{name} answers {value!r}" for value in malformed(member, values)]
            wrong += [f"{type_.name}.{name} lacks {end}" for end in missing(name, member, values)]
            for value in ends_among(member, values) if is_filter(member) else ():
                found = await queries.found(way, member, list(groups), value)
                wrong += [
                    f"{type_.name}.{name} {operation} {value!r}"
                    for operation, ids in found.items()
                    if ids != fitting(groups, member, operation, value)
                ]
    assert wrong == []


async def check_pages(queries: StaffQueries) -> None:
    """Pages of one have each row once, by every order of every type, from either end."""
    for type_, way in TYPES:
        fields = {name: member for name, member in fields_of(type_).items() if is_order(member)}
        if not way.is_paged or not fields:
            continue
        groups = await queries.groups(way, ["id", *fields])
        ids = list(groups) if way.member is None else [max(groups, key=lambda key: len(groups[key]))]
        rows = {row["id"]: row for key in ids for row in groups[key]}
        for name, member in fields.items():
            by = f"field: {snake(name).upper()}"
            up = await queries.pages(way, f"{{ {by} }}", ids)
            down = await queries.pages(way, f"{{ {by}, direction: DESC }}", ids)
            case = f"{type_.name} by {name}"
            assert sorted(up["forward"]) == sorted(rows), case
            assert up["forward"] == up["backward"][::-1] == down["forward"][::-1] == down["backward"], case
            if member.target in VALUES:
                values = [rows[key][name] for key in up["forward"]]
                known = [comparable(member, value) for value in values if value is not None]
                assert known == sorted(known), case
                assert values[len(known) :] == [None] * (len(values) - len(known)), case


def is_filter(member: Member) -> bool:
    return isinstance(member.binding, Value) and member.binding.filter


def is_order(member: Member) -> bool:
    return isinstance(member.binding, Value) and member.binding.order


def malformed(member: Member, values: Iterable[Any]) -> list[Any]:
    """Those with a form are texts: a number of JSON would be rounded by who reads it, a webhook too."""
    form = FORMS.get(member.target)
    return [
        v
        for v in values
        if form is not None and v is not None and not (isinstance(v, str) and re.fullmatch(form, v))
    ]


def missing(name: str, member: Member, values: Sequence[Any]) -> list[str]:
    """The ends of the field's type that no row has, though no constraint refuses them."""
    return [] if name in BOUNDED else [end for end in LEAST.get(member.target, ()) if end not in values]


def ends_among(member: Member, values: Sequence[Any]) -> list[Any]:
    """The least and the greatest of the values."""
    known = sorted({value for value in values if value is not None}, key=lambda v: comparable(member, v))
    return known if len(known) <= 6 else [*known[:3], *known[-3:]]


def fitting(groups: Groups, member: Member, operation: str, value: Any) -> set[str]:
    """The groups with a row that fits."""
    name = member.name
    return {k for k, rows in groups.items() if any(fits(member, operation, row[name], value) for row in rows)}


def fits(member: Member, operation: str, value: Any, other: Any) -> bool:
    if value is None:
        return operation == "ne"
    return OPERATIONS[operation](comparable(member, value), comparable(member, other))


async def test_what_no_scalar_answers_is_refused(seeded_url: str) -> None:
    """Also of tables that no type has: a grant's end, a webhook's next attempt."""
    kept = []
    engine = engine_for(seeded_url)
    async with engine.connect() as connection:
        for table in tables():
            for column in table.c:
                kind = next((kind for kind in BEYOND if isinstance(column.type, kind)), None)
                values = BEYOND[kind] if kind else ()
                kept += [f"{column} {value}" for value in values if await allows(connection, column, value)]
    await engine.dispose()
    assert kept == []


async def allows(connection: AsyncConnection, column: Column[Any], value: str) -> bool:
    """Whether all checks of a column alone let a value in; no row is needed to look at that."""
    names = {"table": column.table.name, "column": column.name}
    checks = " and ".join((await connection.execute(CHECKS, names)).scalars())
    type_ = column.type.compile(dialect=DIALECT)
    row = f'(select cast(cast(:value as text) as {type_}) as "{column.name}") as row'
    statement = f"select {checks or 'true'} from {row}".replace("::", r"\:\:")
    try:
        async with connection.begin_nested():
            return bool((await connection.execute(text(statement), {"value": value})).scalar())
    except DBAPIError:
        return False
