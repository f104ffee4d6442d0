"""Two records of one person become one: what becomes of each reference to the record that goes.

What refers to people is read from the tables, and moved. Where a person may have one row only and both have
one, the rule is stated here for each reference; nothing is built while one has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from sqlalchemy import ForeignKey, Table, UniqueConstraint
from sqlmodel import Field

from models.base import Entity, metadata


class PersonMerge(Entity, table=True):
    """That a record was joined with the person's: the audit log's values about it are about the person."""

    about_person = "person_id"
    part_of = "person_id"

    person_id: UUID = Field(foreign_key="person.id")
    duplicate_id: UUID = Field(unique=True)


class MergeRule(Enum):
    """What happens where both have a row, and a person may have one."""

    MERGED = "the two rows become one in the same way"
    STRICTER = "what either withdrew is withdrawn"


RULES: Mapping[str, MergeRule] = {
    **dict.fromkeys(
        (
            "activity_participation.participant_id",
            "attendance.registration_id",
            "champion.person_id",
            "mentor.person_id",
            "notification.participation_id",
            "notification.person_id",
            "notification.registration_id",
            "notification_preference.person_id",
            "participant.person_id",
            "participation.participant_id",
            "person_language.person_id",
            "project_contributor.person_id",
            "registration.person_id",
        ),
        MergeRule.MERGED,
    ),
    "consent.person_id": MergeRule.STRICTER,
}
"""Each reference that is a part of a unique key; whatever else refers to people is moved as it is."""
LEFT: Mapping[str, str] = {
    "audit_value.person_id": "the log is not rewritten: erasure finds whose it is in `person_merge`",
}
"""What has the ids of people without referring to them, and why it stays."""
RANKS: Mapping[str, str] = {
    "notification_preference": "mailed::int",
    "participation": "array_position('{COMPLETED,ACTIVE,ACCEPTED,NOMINATED,WITHDRAWN}'::text[], status)",
    "registration": "array_position('{ATTENDED,CONFIRMED,WAITLISTED}'::text[], status)",
}
"""Which of two rows stays: that of the lower rank. Of equals, and elsewhere, it is the kept person's."""
TAKES_OVER = ("mentor", "participant", "person")
"""The tables whose rows take over what only the other one has."""


@dataclass(frozen=True, slots=True)
class PersonReference:
    """A column that refers to a row which is merged.

    `keys`: what one may have one row of, as the expressions of a unique key's other columns, and the
    condition of the rows for which it holds.
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
            raise LookupError(f"{self.name}: it is not said what becomes of two rows when people are merged")
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


def taken_over(table: str) -> list[str]:
    """The columns that a row takes over if it has no value there, and the one that goes has."""
    if table not in TAKES_OVER:
        return []
    return [
        column.name
        for column in metadata.tables[table].c
        if (column.nullable or column.name == "home_confirmed")
        and column.computed is None
        and "kept" not in column.info
        and column.name != "source"
    ]
