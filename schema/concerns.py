"""Which rows of a type concern an institution, by data that everyone who sees the row may know."""

from __future__ import annotations

from sqlalchemy import or_, true
from sqlmodel import SQLModel

from planner.declaration.bindings import Concerns
from planner.declaration.fields import table_of
from planner.declaration.row import Row
from planner.sql import Column, Condition, exists


def by_column(*columns: str) -> Concerns:
    """One of the row's columns holds the institution's id."""

    def condition(row: Row, institution: Column) -> Condition:
        return or_(*(row[column] == institution for column in columns))

    return condition


def by_link(link: type[SQLModel], key: str, *, to: str = "id") -> Concerns:
    """A row of `link` relates this row (its `key` to this one's column `to`) to the institution."""

    def condition(row: Row, institution: Column) -> Condition:
        table = row.context.table(table_of(link))
        wanted = [table.c[key] == row[to], table.c.institution_id == institution]
        return exists([table], table, wanted, correlated=row.correlated)

    return condition


def by_link_of(model: type[SQLModel], key: str, link: type[SQLModel], link_key: str) -> Concerns:
    """What this row's `key` refers to, a row of `model`, is so related, by their `link_key`."""

    def condition(row: Row, institution: Column) -> Condition:
        between, table = row.context.table(table_of(model)), row.context.table(table_of(link))
        wanted = [between.c.id == row[key], table.c[link_key] == between.c[link_key]]
        wanted.append(table.c.institution_id == institution)
        return exists([between, table], between.join(table, true()), wanted, correlated=row.correlated)

    return condition


def by_reference(model: type[SQLModel], key: str) -> Concerns:
    """The row of `model` that this one refers to by `key` belongs to the institution."""

    def condition(row: Row, institution: Column) -> Condition:
        table = row.context.table(table_of(model))
        wanted = [table.c.id == row[key], table.c.institution_id == institution]
        return exists([table], table, wanted, correlated=row.correlated)

    return condition
