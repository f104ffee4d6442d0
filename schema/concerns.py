"""Which rows of a type concern an institution, by data that everyone who sees the row may know."""

from __future__ import annotations

from sqlalchemy import or_
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


def by_link(link: type[SQLModel], key: str) -> Concerns:
    """A row of `link` relates this row (by its column `key`) to the institution."""

    def condition(row: Row, institution: Column) -> Condition:
        table = row.context.table(table_of(link))
        wanted = [table.c[key] == row["id"], table.c.institution_id == institution]
        return exists([table], table, wanted, correlated=row.correlated)

    return condition


def by_reference(model: type[SQLModel], key: str) -> Concerns:
    """The row of `model` that this one refers to by `key` belongs to the institution."""

    def condition(row: Row, institution: Column) -> Condition:
        table = row.context.table(table_of(model))
        wanted = [table.c.id == row[key], table.c.institution_id == institution]
        return exists([table], table, wanted, correlated=row.correlated)

    return condition
