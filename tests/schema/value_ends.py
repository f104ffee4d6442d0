"""Values at the ends of what a column holds, stored in every column that takes them, and where to query each.

What a constraint refuses is left out: it can't be stored, so nobody is answered it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Date, DateTime, Integer, Numeric, Table, Text, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

import models
import schema
from models.loading.table_writer import writable
from planner.declaration.bindings import Member, ToConnection, ToMany, TypeBinding, Value

ROWS = 6
ENDS: Mapping[type, Sequence[str | None]] = {
    Date: ["0001-01-01", "0001-01-02", "1582-10-10", "9999-12-30", "9999-12-31", None],
    DateTime: [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00.000001Z",
        "1900-01-01T00:00:00Z",
        "2199-12-31T23:59:59.999999Z",
        "9999-12-31T23:59:59.999998Z",
        "9999-12-31T23:59:59.999999Z",
    ],
    Integer: ["-2147483648", "-1", "0", "1", "2147483646", "2147483647"],
    Numeric: ["0", "0.01", "999999999999.99", "1000", "-0.01", None],
    Text: ["\U0010ffff" * 300, "e\u0301\u0301\u200d", "a" * 300, " \u202e'\"\\%_", "ÑñǅßİıΣς", "\ufb00"],
}
BEYOND: Mapping[type, Sequence[str]] = {
    Date: ["infinity", "-infinity", "0001-12-31 BC", "10000-01-01"],
    DateTime: ["infinity", "-infinity", "0001-12-31T23:59:59.999999Z BC", "10000-01-01T00:00:00Z"],
    Numeric: ["NaN", "Infinity", "-Infinity"],
}
"""What PostgreSQL has in its types, and no scalar answers."""


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def kind_of(column: Column[Any]) -> type | None:
    """The kind of ends that a column's type has."""
    return next((kind for kind in ENDS if isinstance(column.type, kind)), None)


def tables() -> Iterable[Table]:
    """Those of entities and links, and of everything else with columns that have ends."""
    return [table for table in models.metadata.sorted_tables if table not in models.PLAIN_TABLES]


def columns_with_ends(table: Table) -> list[Column[Any]]:
    """Those that a loader may write, and `created_at`; no reference and no list."""
    free = [*writable(table), "created_at"]
    return [
        column
        for column in table.c
        if column.name in free and kind_of(column) is not None and not column.foreign_keys
    ]


async def store(engine: AsyncEngine) -> dict[str, list[Any]]:
    """Give up to six rows of each table its columns' ends; table → ids of those rows."""
    written = {}
    async with engine.begin() as connection:
        for table in tables():
            ids = (
                await connection.execute(text(f'select id from "{table.name}" order by id limit {ROWS}'))
            ).scalars()
            written[table.name] = list(ids)
            for index, key in enumerate(written[table.name]):
                for column in columns_with_ends(table):
                    await _store_one(connection, table, column, index, key)
    return written


async def _store_one(
    connection: AsyncConnection, table: Table, column: Column[Any], index: int, key: Any
) -> None:
    kind = kind_of(column)
    assert kind is not None
    value = ENDS[kind][index]
    others = [
        c.name for c in columns_with_ends(table) if c.nullable and kind_of(c) is kind and c is not column
    ]
    same = [c.name for c in columns_with_ends(table) if kind_of(c) is kind and c.name != "created_at"]
    attempts = [dict.fromkeys([column.name], value)]
    if kind in (Date, DateTime):
        attempts += [dict.fromkeys(same, value), {column.name: value, **dict.fromkeys(others)}]
    for attempt in attempts:
        try:
            async with connection.begin_nested():
                await connection.execute(_update(table, attempt), {**_values(attempt), "id": key})
        except DBAPIError:
            continue
        return


def _update(table: Table, attempt: Mapping[str, str | None]) -> Any:
    """Values are written as text, so that the driver has no part in storing them."""
    types = {c.name: c.type.compile() for c in table.c}
    columns = ", ".join(
        f'"{name}" = cast(cast(:{name} as text) as {re.sub("COLLATE.*", "", types[name])})'
        if value is not None
        else f'"{name}" = null'
        for name, value in attempt.items()
    )
    return text(f'update "{table.name}" set {columns} where id = :id')


def _values(attempt: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in attempt.items() if value is not None}


@dataclass(frozen=True)
class Reached:
    """How rows of a type are queried: a root field's rows, or those of one of its connections or lists."""

    type: TypeBinding
    root: str
    root_type: str
    member: Member | None = None

    @property
    def is_paged(self) -> bool:
        return self.member is None or isinstance(self.member.binding, ToConnection)


ROOTS = {
    member.target.removesuffix("Connection"): name
    for name, member in schema.catalog.types["Query"].members.items()
    if isinstance(member.binding, ToConnection)
}


def reached(type_: TypeBinding) -> Reached | None:
    """The shortest way to a type's rows that a filter has too."""
    if type_.name in ROOTS:
        return Reached(type_, ROOTS[type_.name], type_.name)
    ways = [
        Reached(type_, root, parent, member)
        for parent, root in ROOTS.items()
        for member in schema.catalog.types[parent].members.values()
        if isinstance(member.binding, ToMany | ToConnection)
        and member.target.removesuffix("Connection") == type_.name
        and member.binding.filter
    ]
    return max(ways, key=lambda way: way.is_paged, default=None)


def columns_of(type_: TypeBinding) -> dict[str, Member]:
    """The fields of a type that are columns of its own table, and have ends."""
    table = models.metadata.tables[str(type_.table.name)]  # type: ignore[union-attr]
    names = {column.name for column in columns_with_ends(table)} | {"updated_at", "version"}
    return {
        name: member
        for name, member in type_.members.items()
        if isinstance(member.binding, Value) and not member.is_list and snake(name) in names
    }
