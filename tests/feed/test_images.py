"""Images and the feed's filter by institution read what fields show, and never a text that somebody wrote.

What no field shows is no change either: not even its moment is told.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import CheckConstraint, Text, literal_column

import models
import schema
from models.base import metadata
from planner.builder.read_validation import ReadCheck
from planner.changes.feed_reads import policy_reads
from planner.changes.read_columns import ColumnRead, column_reads
from planner.declaration.bindings import Concerns
from planner.limits import UNBOUNDED
from planner.statement.context import PlanningContext
from schema.change import CONCERNS, TYPES
from schema.concerns import by_column
from schema.feed import DECLARATION
from tests.feed.visible_dependencies import Stage

OF_NO_FIELD: Mapping[tuple[str, str], str] = {
    ("person", "institution_id"): "a person's own institution: who is at home there sees it, and the person"
}
"""Columns that decide who sees something, though no field shows them."""
CHECK = ReadCheck(
    PlanningContext(
        schema.graphql_schema,
        schema.catalog,
        schema.POLICY,
        UNBOUNDED,
        schema.POLICY.unbounded,
        "EN",
        {},
        {},
    )
)


def is_in_a_field(table: str, column: str) -> bool:
    """Whether some field shows the column, masked or not: it has a policy."""
    read = ColumnRead((), table, (column,))
    return any(
        read in CHECK.returned(type_, name) for type_ in CHECK.of_table(table) for name in type_.members
    )


def is_free_text(table: str, column: str) -> bool:
    """A text that is no word of a vocabulary."""
    known = metadata.tables[table]
    checks = {str(c.name) for c in known.constraints if isinstance(c, CheckConstraint)}
    return isinstance(known.c[column].type, Text) and not any(
        name.endswith(f"{column}_known") for name in checks
    )


def is_key(table: str, column: str) -> bool:
    found = metadata.tables[table].c[column]
    return bool(found.primary_key or found.foreign_keys)


@pytest.mark.parametrize("type_name", TYPES.values())
def test_an_image_has_keys_and_what_fields_show(type_name: str) -> None:
    own = DECLARATION.table(type_name)
    columns = {
        (read.path[-1].table if read.path else own, column)
        for read in policy_reads(DECLARATION, type_name)
        for column in read.columns
    }
    assert columns
    for table, column in columns:
        assert not is_free_text(table, column), f"{table}.{column}"
        assert is_key(table, column) or is_in_a_field(table, column), f"{table}.{column}"


def unreadable(type_name: str, concerns: Concerns) -> list[str]:
    """What the filter reads, and not everyone who sees the row can read."""
    row = CHECK.context.row(type_name)
    reads = column_reads(row, [concerns(row, literal_column("institution"))])
    assert reads
    return [str(read) for read in sorted(reads, key=str) if not is_open(read.table, *read.columns)]


def is_open(table: str, column: str) -> bool:
    """An open field shows it, or it only leads to another row."""
    visible = {read.columns for type_ in CHECK.of_table(table) for read in CHECK.open_reads(type_)}
    leads_on = is_key(table, column) and column != "institution_id"
    return (column,) in visible or leads_on or (table, column) in OF_NO_FIELD


@pytest.mark.parametrize("type_name", CONCERNS)
def test_the_filter_by_institution_reads_open_fields(type_name: str) -> None:
    """Whoever sees the row may find it by this, so everyone who sees it must be able to read it."""
    assert unreadable(type_name, CONCERNS[type_name]) == []


def test_a_filter_by_what_is_masked_is_found() -> None:
    assert unreadable("Mentorship", by_column("notes")) == ["mentorship.notes"]


def returned_of(table: str) -> set[str]:
    """The columns of a table that some field shows, of whatever row it is."""
    types = schema.catalog.types.values()
    governed = [type_ for type_ in types if type_.table is not None]
    reads = {read for type_ in governed for name in type_.members for read in CHECK.returned(type_, name)}
    return {read.columns[0] for read in reads if read.table == table}


def unreturned() -> list[tuple[str, str]]:
    """The texts of tables of no entity, whose version nobody sees, that no field shows."""
    plain = {table.name for table in models.PLAIN_TABLES}
    apart = {*(DECLARATION.table(name) for name in TYPES.values()), *DECLARATION.figures, *plain}
    return [
        (table, column.name)
        for table, known in sorted(metadata.tables.items())
        if (table not in apart and CHECK.of_table(table)) or table == "person"
        for column in known.c
        if is_free_text(table, column.name)
        and column.computed is None
        and column.name not in returned_of(table)
    ]


async def test_a_change_of_what_no_field_shows_is_told_to_nobody(stage: Stage) -> None:
    """A given name is told: they themselves and their institution read it."""
    columns = unreturned()
    assert {("person_language", "source"), ("project_contributor", "source")} <= set(columns)
    transaction = stage.connection.transaction()
    await transaction.start()
    try:
        for table, column in columns:
            done = await stage.connection.execute(
                f'update "{table}" set "{column}" = coalesce("{column}", \'\') || \'x\''
            )
            assert not done.endswith(" 0"), (table, column)
            assert await stage.connection.fetchval("select count(*) from change_note") == 0, (table, column)
        await stage.connection.execute("update person set given_name = given_name || 'x'")
        assert await stage.connection.fetchval("select count(*) from change_note") > 0
    finally:
        await transaction.rollback()
