"""Rules for entries of the audit log: a viewer sees those of visible records that are theirs to follow.

An entry belongs to an entity: a link's to the entity that it is part of, and one of a person's own data to
the person and to the profiles that show it. Entries of deleted records are visible to ADMIN only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import DateTime, and_, false, func, or_, select, tuple_, union_all
from sqlalchemy.sql.elements import False_

import models
from models.audited_tables import audited_tables
from planner.declaration.access import Rule
from planner.declaration.bindings import TypeBinding
from planner.declaration.fields import table_of
from planner.declaration.row import Row
from planner.sql import Column, Condition, exists, literal_text
from planner.statement.context import RowSource
from schema.roles import COORDINATOR
from schema.rules import attribute_rule

PERSON = "person"
PROFILES = ("Mentor", "Participant")
"""The types that show a person's own data."""

Related = Callable[[RowSource], list[Condition]]
"""The conditions that make a visible record the viewer's."""


def table_name(type_: TypeBinding) -> str:
    return str(type_.table.name)  # type: ignore[union-attr]


def records(row: RowSource) -> Iterator[tuple[str, TypeBinding, str]]:
    """The entities that entries name, each with a type that shows it and that type's key column."""
    for type_ in row.context.catalog.types.values():
        if type_.prefix is not None and type_.followed and table_name(type_) in audited_tables():
            yield table_name(type_), type_, "id"
            if type_.name in PROFILES:
                yield PERSON, type_, "person_id"


def _of_records(row: Row, related: Related) -> Condition:
    """The entry's entity is a record that the viewer sees and that is related to them."""
    assert isinstance(row, RowSource)
    each = []
    for entity, type_, key in records(row):
        record = row.context.row(type_.name)
        wanted = [*record.visibility_conditions(), *related(record)]
        if not any(isinstance(one, False_) for one in wanted):
            found: Any = select(literal_text(entity).label("entity"), record[key].label("key"))
            found = found.select_from(record.from_clause).where(*wanted)
            each.append(found.correlate_except(*record.from_clauses))
    return tuple_(row["entity"], row["entity_id"]).in_(union_all(*each)) if each else false()


def _moments(record: RowSource) -> list[Condition]:
    """The viewer sees the record's own moments: when it changed, an entry tells, and so does its place."""
    members = record.type.members
    scalars = {
        name: members[name].scalar_type for name in record.context.policy.entity(record.type.name).masks
    }
    moments = [name for name, one in scalars.items() if one is not None and isinstance(one.sql, DateTime)]
    return record.mask_conditions(moments)


def concerning(attribute: str = COORDINATOR) -> Rule:
    """The record concerns one of the viewer's institutions."""

    def related(record: RowSource) -> list[Condition]:
        if record.type.concerns is None:
            return [false()]
        institution = record.context.table(table_of(models.Institution))
        mine = record.context.has_attribute(institution.c.id, attribute)
        concerned = [mine, record.type.concerns(record, institution.c.id)]
        return [*_moments(record), exists([institution], institution, concerned)]

    words = "of records that they see with their moments and that concern their institution"
    return attribute_rule(lambda row: _of_records(row, related), words, attribute)


def of_own_records(attribute: str) -> Rule:
    """The record is about the viewer's person, as its table declares."""

    def related(record: RowSource) -> list[Condition]:
        declared = audited_tables()[table_name(record.type)]
        paths = [path for path in (declared.about, *declared.also_about) if path]
        return [or_(false(), *(_leads_to(record, path, attribute) for path in paths))]

    return attribute_rule(lambda row: _of_records(row, related), "of their own records", attribute)


def _leads_to(record: RowSource, path: tuple[str, ...], attribute: str) -> Condition:
    """The path of columns leads to the viewer's person."""
    first, *others = path
    if not others:
        return record.context.has_attribute(record[first], attribute)
    (column,) = others
    (key,) = record.type.table.c[first].foreign_keys  # type: ignore[union-attr]
    between = record.context.table(key.column.table)
    mine = record.context.has_attribute(between.c[column], attribute)
    return exists([between], between, [between.c.id == record[first], mine])


def acted(attribute: str) -> Rule:
    """The viewer did it, as a person or a client, to a record that they see."""

    def condition(row: Row) -> Condition:
        mine = row.context.has_attribute(row["actor_id"], attribute)
        return and_(mine, _of_records(row, lambda record: []))

    return attribute_rule(condition, "of what they did to records that they see", attribute)


def done_by(attribute: str) -> Rule:
    """The viewer did it; for entries that are visible by another rule."""
    return attribute_rule(
        lambda row: row.context.has_attribute(row["actor_id"], attribute), "of what they did", attribute
    )


def of_table(row: Row) -> Column:
    """The table whose row changed: the entity's or a link's."""
    return func.coalesce(row["part"], row["entity"])
