"""Random changes of any row of any table, by plain SQL; drawn so that who sees what changes often."""

from __future__ import annotations

import random
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from models import PLAIN_TABLES
from models.base import metadata
from tests.personas import CAST, viewer_of

OF_ACCESS = (
    "access_grant",
    "access_epoch",
    "last_grant",
    "issuer_rules",
    "api_client",
    "api_key",
    "webhook",
    "webhook_delivery",
    "notification_preference",
    "person_merge",
)
TABLES = [
    table for table in metadata.sorted_tables if table not in PLAIN_TABLES and table.name not in OF_ACCESS
]
KEPT = {"version", "created_at", "updated_at"}
"""Columns that triggers keep."""
ENUMS = """
    select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint
    where contype = 'c' and connamespace = 'public'::regnamespace
"""


@dataclass
class Mutator:
    """Draws changes; knows the values that columns take, and the people behind the personas."""

    connection: Any
    draw: random.Random
    values: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    enums: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    near: dict[str, list[UUID]] = field(default_factory=dict)

    async def learn(self) -> None:
        """Read the values of all columns, and which rows the cast has to do with."""
        for table in TABLES:
            for column in written(table):
                found = await self.connection.fetch(
                    f'select distinct "{column}" from "{table.name}" order by 1 limit 60'
                )
                self.values[table.name, column] = [row[0] for row in found if row[0] is not None]
        for table, definition in await self.connection.fetch(ENUMS):
            if match := re.match(r"CHECK \(\((\w+) (?:= ANY|<@) \(?\(?ARRAY\[(.*?)\]", definition):
                self.enums[table, match[1]] = re.findall(r"'(\w+)'", match[2])
        facts = {one for name in CAST for ids in viewer_of(name).attributes.values() for one in ids}
        for table in TABLES:
            found = await self.connection.fetch(
                f'select to_jsonb(t) as row, id from "{table.name}" t order by id'
            )
            self.near[table.name] = [row["id"] for row in found if any(str(f) in row["row"] for f in facts)]

    async def mutate(self, table: Table | None = None) -> str | None:
        """Change something; the words for it, None where there is no row. Constraints may refuse it."""
        table = self.draw.choice(TABLES) if table is None else table
        kind = self.draw.choice(["update"] * 6 + ["insert", "insert", "delete", "delete", "replace"])
        row = await self._row(table)
        if row is None:
            return None
        if kind == "update":
            return await self._update(table, row)
        if kind == "insert":
            return await self._insert(table, row)
        if kind == "replace":
            await self.connection.execute(f'delete from "{table.name}" where id = $1', row["id"])
            return f"replace: {await self._insert(table, row, row['id'])}"
        return await self._delete(table, row["id"])

    async def each_reference(self, table: Table) -> list[Callable[[], Awaitable[str]]]:
        """Changes of each reference and status of each row to two other values, to be made one by one."""
        rows = await self.connection.fetch(f'select * from "{table.name}" order by id')
        values = {name: await self._existing(table, name) for name in self._references(table)}
        return [
            partial(self._assign, table, row["id"], {name: value})
            for row in rows
            for name, known in values.items()
            for value in [one for one in known if one != row[name]][:2]
        ]

    def _references(self, table: Table) -> list[str]:
        """The columns that refer to rows, and those with an enum."""
        return [n for n in written(table) if table.c[n].foreign_keys or (table.name, n) in self.enums]

    async def _existing(self, table: Table, name: str) -> Sequence[Any]:
        """Values that fit such a column."""
        if (table.name, name) in self.enums:
            return self.enums[table.name, name]
        (foreign,) = table.c[name].foreign_keys
        other = foreign.column.table.name
        return [
            row["id"] for row in await self.connection.fetch(f'select id from "{other}" order by id limit 3')
        ]

    async def _row(self, table: Table) -> Mapping[str, Any] | None:
        near = self.near[table.name]
        if near and self.draw.random() < 0.5:
            found = await self.connection.fetchrow(
                f'select * from "{table.name}" where id = $1', self.draw.choice(near)
            )
            if found is not None:
                return dict(found)
        rows = await self.connection.fetch(f'select id from "{table.name}" order by id')
        if not rows:
            return None
        key = self.draw.choice(rows)["id"]
        return dict(await self.connection.fetchrow(f'select * from "{table.name}" where id = $1', key))

    async def _update(self, table: Table, row: Mapping[str, Any]) -> str:
        if self.draw.random() < 0.04:
            columns = ["id"]
        else:
            wanted = written(table)
            keys = self._references(table)
            columns = self.draw.sample(wanted, min(len(wanted), self.draw.choice([1, 1, 2])))
            if keys and self.draw.random() < 0.5:
                columns = [self.draw.choice(keys)]
        return await self._set(table, row, columns)

    async def _set(self, table: Table, row: Mapping[str, Any], columns: Sequence[str]) -> str:
        values = [self._value(table, name, row[name]) for name in columns]
        return await self._assign(table, row["id"], dict(zip(columns, values, strict=True)))

    async def _assign(self, table: Table, key: UUID, values: Mapping[str, Any]) -> str:
        sets = ", ".join(f'"{name}" = ${index + 2}' for index, name in enumerate(values))
        await self.connection.execute(
            f'update "{table.name}" set {sets} where id = $1', key, *values.values()
        )
        description = ", ".join(f"{name} = {value!r}" for name, value in values.items())
        return f"update {table.name} {key} set {description}"

    async def _insert(self, table: Table, like: Mapping[str, Any], key: UUID | None = None) -> str:
        """A row like another, with some other values."""
        made = {name: like[name] for name in written(table)}
        unique = [n for n in made if table.c[n].unique or n == "slug"]
        for name in {*self.draw.sample(list(made), min(3, len(made))), *unique}:
            made[name] = self._value(table, name, made[name])
        for name in made:
            if table.c[name].foreign_keys and self.draw.random() < 0.7:
                made[name] = self._value(table, name, made[name])
        made["id"] = key or UUID(int=self.draw.getrandbits(128), version=4)
        names = ", ".join(f'"{name}"' for name in made)
        placeholders = ", ".join(f"${index + 1}" for index in range(len(made)))
        await self.connection.execute(
            f'insert into "{table.name}" ({names}) values ({placeholders})', *made.values()
        )
        return f"insert into {table.name} {made}"

    async def _delete(self, table: Table, key: UUID) -> str:
        """Delete a row, and whatever cannot be without it."""
        await self._forget(table, [key])
        return f"delete from {table.name} {key}, and what refers to it"

    async def _forget(self, table: Table, keys: Sequence[UUID]) -> None:
        for other in metadata.sorted_tables:
            for column in other.c:
                for foreign in column.foreign_keys:
                    if foreign.column.table is not table:
                        continue
                    if column.nullable and (other is table or self.draw.random() < 0.7):
                        await self.connection.execute(
                            f'update "{other.name}" set "{column.name}" = null'
                            f' where "{column.name}" = any($1)',
                            keys,
                        )
                    else:
                        found = await self.connection.fetch(
                            f'select id from "{other.name}" where "{column.name}" = any($1)', keys
                        )
                        if found:
                            await self._forget(other, [row["id"] for row in found])
        await self.connection.execute(f'delete from "{table.name}" where id = any($1)', keys)

    def _value(self, table: Table, name: str, old: Any) -> Any:
        """Another value for a column, which its constraints may let through."""
        column = table.c[name]
        if column.nullable and old is not None and self.draw.random() < 0.25:
            return None
        if column.foreign_keys:
            (foreign,) = column.foreign_keys
            near = self.near[foreign.column.table.name]
            if near and self.draw.random() < 0.6:
                return self.draw.choice(near)
        known: list[Any] = list(self.enums.get((table.name, name), ()))
        if isinstance(old, list) or str(column.type).endswith("[]"):
            pool = known or [one for listed in self.values[table.name, name] for one in listed]
            return sorted({self.draw.choice(pool) for _ in range(self.draw.randrange(3))}) if pool else []
        if known:
            return self.draw.choice(known)
        pool = self.values.get((table.name, name), [])
        if pool and self.draw.random() < 0.6:
            return self.draw.choice(pool)
        return self._near(name, old, pool)

    def _near(self, name: str, old: Any, pool: list[Any]) -> Any:
        match old:
            case bool():
                return not old
            case int() | float() | Decimal():
                return abs(old + self.draw.choice([1, -1, 2])) or old
            case datetime() | date():
                return old + timedelta(days=self.draw.choice([-40, 1, 3, 400]))
            case UUID():
                return UUID(int=self.draw.getrandbits(128), version=4)
            case str():
                return f"{old}{self.draw.randrange(100)}"
        return self.draw.choice(pool) if pool else None


def written(table: Table) -> list[str]:
    """The columns that a writer gives."""
    return [
        column.name
        for column in table.c
        if column.name not in KEPT and column.name != "id" and column.computed is None and not _copied(column)
    ]


def _copied(column: Any) -> bool:
    names = {"name", "name_fold", "name_sort_en", "name_sort_es", "name_search"}
    return column.table.name in ("mentor", "participant") and column.name in names
