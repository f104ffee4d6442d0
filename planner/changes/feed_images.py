"""SQL of an entity's image: what decides who can see it, such as ids, statuses and consents, but no names.

An image is JSON: for each table that the policy reads, the rows that it would find, with the columns that it
reads. The entity's own row comes first in its table, with its version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from planner.changes.feed_reads import FeedDeclaration, policy_reads
from planner.changes.feed_recording import OWN, Path, Read
from planner.sql import identifier

INDENT = " " * 8


def image_sql(declared: FeedDeclaration, type_name: str, alias: str, indent: str = INDENT) -> str:
    """An SQL expression: the image of the row `alias` of the entity's table."""
    own = declared.table(type_name)
    by_table: dict[str, list[Read]] = defaultdict(list)
    for read in policy_reads(declared, type_name):
        by_table[own if not read.path else read.path[-1].table].append(read)
    parts = [_own_rows(own, by_table.pop(own), alias)]
    parts += [f"'{table}', {_rows(reads, alias)}" for table, reads in sorted(by_table.items())]
    inner = f",\n{INDENT}".join(parts)
    return f"jsonb_strip_nulls(jsonb_build_object(\n{INDENT}{inner}))".replace(f"\n{INDENT}", f"\n{indent}")


def image_columns(declared: FeedDeclaration, type_name: str) -> frozenset[str]:
    """The columns of the entity's own table that its image contains, of its own row or others."""
    own = declared.table(type_name)
    reads = policy_reads(declared, type_name)
    return frozenset({"id"}).union(*(r.columns for r in reads if not r.path or r.path[-1].table == own))


def _own_rows(table: str, reads: Sequence[Read], alias: str) -> str:
    """The entity's own row, then other rows of its table that are read."""
    columns = ["id", "version", *sorted(set().union(*(r.columns for r in reads)) - {"id"})]
    row = f"jsonb_build_array({_object(columns, alias)})"
    others = [read for read in reads if read.path]
    if others:
        row = f"{row} || coalesce({_rows(others, alias, f't.id <> {alias}.id')}, jsonb_build_array())"
    return f"'{table}', {row}"


def _rows(reads: Sequence[Read], alias: str, wanted: str = "") -> str:
    """All rows of a table that are read, along one or more paths, without repetition."""
    columns = sorted(set().union(*(read.columns for read in reads)))
    filters: dict[Path, list[str]] = defaultdict(list)
    for read in reads:
        filters[read.path].append(read.filter)
    found = [_selected(path, texts, wanted, alias) for path, texts in sorted(filters.items())]
    if len(found) == 1:
        return f"(select jsonb_agg({_object(columns, 't')}) {found[0]})"
    listed = ", ".join(f"t.{identifier(name)}" for name in columns)
    together = " union ".join(f"select {listed} {one}" for one in found)
    return f"(select jsonb_agg({_object(columns, 't')}) from ({together}) t)"


def _selected(path: Path, filters: Collection[str], also: str, alias: str) -> str:
    wanted = [f"t.{identifier(path[-1].column)} = {_parent(path, alias)}", *([also] if also else [])]
    if all(filters):
        each = [text.replace(f"{OWN}.", "t.") for text in filters]
        wanted.append(each[0] if len(each) == 1 else f"({' or '.join(f'({one})' for one in each)})")
    return f"from {identifier(path[-1].table)} t\n{INDENT}    where {' and '.join(wanted)}"


def _parent(path: Path, alias: str) -> str:
    """What the last step's column equals: a column of the entity's row, or of any row of the step before."""
    step = path[-1]
    if len(path) == 1:
        return f"{alias}.{identifier(step.parent)}"
    before, name = path[-2], f"t{len(path) - 1}"
    return (
        f"any(array(select {name}.{identifier(step.parent)} from {identifier(before.table)} {name}"
        f" where {name}.{identifier(before.column)} = {_parent(path[:-1], alias)}))"
    )


def _object(columns: Sequence[str], alias: str) -> str:
    return f"jsonb_build_object({', '.join(f'{name!r}, {alias}.{identifier(name)}' for name in columns)})"
