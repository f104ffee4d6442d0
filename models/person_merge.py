"""What happens to each reference to a person when two records of the person are merged.

References are found in the tables, and moved to the record that stays. Where a person may have only one row
and both records have one, `RULES` decides; the schema can't be built while a reference has no rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, ForeignKey, Table, UniqueConstraint
from sqlmodel import Field

from models.base import ARCHIVED_AT, Entity, metadata


class PersonMerge(Entity, table=True):
    """A duplicate that was merged into the person: the audit log's values about it are about the person."""

    about_person = "person_id"
    part_of = "person_id"

    person_id: UUID = Field(foreign_key="person.id")
    duplicate_id: UUID = Field(unique=True)


class MergeRule(Enum):
    """What happens where both records have a row and a person may have only one."""

    MERGED = "the two rows are merged in the same way"
    STRICTER = "what is withdrawn in either stays withdrawn"


RULES: Mapping[str, MergeRule] = {
    **dict.fromkeys(
        (
            "activity_participation.participant_id",
            "attendance.registration_id",
            "calendar_link.person_id",
            "champion.person_id",
            "mentor.person_id",
            "mentor_preference.mentor_id",
            "mentor_preference.participation_id",
            "notification.guest_id",
            "notification.participation_id",
            "notification.person_id",
            "notification.registration_id",
            "notification_preference.person_id",
            "participant.person_id",
            "participation.participant_id",
            "person_language.person_id",
            "project_contributor.person_id",
            "registration.person_id",
            "secret_link.registration_id",
        ),
        MergeRule.MERGED,
    ),
    "consent.person_id": MergeRule.STRICTER,
}
"""The rule of each reference that is a part of a unique key; other references are moved unchanged."""
LEFT: Mapping[str, str] = {
    "audit_value.person_id": "the log is never rewritten: erasure finds the person in `person_merge`",
}
"""Columns that have ids of people but no foreign key, and why they stay unchanged."""
RANKS: Mapping[str, str] = {
    "mentor_preference": "(not avoid)::int",
    "notification_preference": "mailed::int",
    "participation": "array_position('{COMPLETED,ACTIVE,ACCEPTED,NOMINATED,WITHDRAWN}'::text[], status)",
    "registration": "array_position('{ATTENDED,CONFIRMED,WAITLISTED}'::text[], status)",
}
"""An expression that ranks two rows: the lower one stays. Of equal rows, and in other tables, the row of the
record that stays does."""
TAKES_OVER = ("mentor", "participant", "person")
"""The tables whose rows take over values that only the other row has."""


@dataclass(frozen=True, slots=True)
class PersonReference:
    """A column that refers to a row which is merged.

    `keys` has, for each unique key that the column is a part of, the expressions of the key's other parts
    and the condition of the rows that it applies to.
    """

    table: str
    column: str
    keys: tuple[tuple[tuple[str, ...], str], ...]

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"

    @property
    def rule(self) -> MergeRule | None:
        """None if a person may have many."""
        if self.keys and self.name not in RULES:
            raise LookupError(
                f"{self.name}: RULES doesn't say what happens to two rows when people are merged"
            )
        return RULES.get(self.name)


def references_to(referred: str) -> Iterator[PersonReference]:
    """The references to a table, by name."""
    for table in sorted(metadata.tables.values(), key=lambda one: one.name):
        for key in sorted(table.foreign_keys, key=lambda one: one.parent.name):
            if key.column.table.name == referred:
                yield _reference(table, key)


def _reference(table: Table, key: ForeignKey) -> PersonReference:
    return PersonReference(table.name, key.parent.name, tuple(_keys(table, key.parent.name)))


def _keys(table: Table, column: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The unique keys that the column is a part of."""
    named = re.compile(rf"\b{column}\b")
    for parts, where in sorted(_unique_keys(table)):
        others = tuple(part for part in parts if not named.search(part))
        if len(others) < len(parts):
            yield others, where


def _unique_keys(table: Table) -> Iterator[tuple[list[str], str]]:
    for one in table.constraints:
        if isinstance(one, UniqueConstraint):
            yield [str(part.name) for part in one.columns], "true"
    for index in filter(lambda one: one.unique, table.indexes):
        where = index.dialect_options["postgresql"]["where"]
        parts = [str(getattr(part, "name", None) or part) for part in index.expressions]
        yield parts, "true" if where is None else str(where)


def is_list(column: Column[Any]) -> bool:
    """Whether an empty list is a column's way to have no value."""
    return isinstance(column.type, ARRAY)


def taken_over(table: str) -> list[str]:
    """The columns that the row that stays takes over if only the other row has a value.

    An archivable row also takes over that the other one isn't archived.
    """
    if table not in TAKES_OVER:
        return [ARCHIVED_AT] if ARCHIVED_AT in metadata.tables[table].c else []
    return [
        column.name
        for column in metadata.tables[table].c
        if (column.nullable or is_list(column) or column.name == "home_confirmed")
        and column.computed is None
        and "kept" not in column.info
        and column.name != "source"
    ]
