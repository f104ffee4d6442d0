"""Maps the columns of audit entries to fields of types, and selects those that the viewer sees.

Only ADMIN sees a column that no field returns as it is. A field's mask also covers its earlier values, and is
evaluated on the row as it is now: of a deleted row, nothing masked is shown.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Text, Uuid, case, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, array
from sqlalchemy.exc import SQLAlchemyError

from models.audited_tables import audited_tables, sealed_tables
from models.base import metadata
from planner.builder.read_validation import ReadCheck
from planner.changes.read_columns import ColumnRead
from planner.declaration.access import EVERYTHING
from planner.declaration.bindings import Composed, Derived, Member, TypeBinding, Value
from planner.declaration.catalog import Catalog
from planner.sql import Column, Condition, exists, literal_text, scalar_subquery
from planner.statement.context import PlanningContext, RowSource
from planner.statement.parameters import Parameters
from schema.audit_rules import PERSON, PROFILES, of_table, table_name

LANGUAGES = ("en", "es")
NO_COLUMNS = literal_column("'{}'::text[]", ARRAY(Text()))
PATH, LANGUAGE, PREFIX = "0", "1", "2"


@dataclass(frozen=True, slots=True)
class AuditedColumn:
    """A column as entries show it: its field, path and language, and the id prefix of a reference."""

    name: str
    field: str | None
    path: str
    language: str | None
    prefix: str | None


@dataclass(frozen=True, slots=True)
class AuditedType:
    """A type that shows columns of a table: its column `key` matches the entry's column `named_by`."""

    type: TypeBinding
    key: str
    named_by: str
    columns: tuple[AuditedColumn, ...]


AuditedFields = Mapping[str, Sequence[AuditedType]]
"""Table → types that show it; a table without a type has none."""

_KNOWN: dict[int, tuple[Catalog, AuditedFields]] = {}


def audited_fields(context: PlanningContext) -> AuditedFields:
    """Computed once per catalog."""
    known = _KNOWN.get(id(context.catalog))
    if known is None:
        known = _KNOWN[id(context.catalog)] = context.catalog, _audited_fields(context)
    return known[1]


def _audited_fields(context: PlanningContext) -> AuditedFields:
    everything = replace(context, roles=EVERYTHING, parameters=Parameters(), viewers=None)
    check = ReadCheck(everything)
    found: dict[str, list[AuditedType]] = defaultdict(list)
    for type_ in context.catalog.types.values():
        if (
            type_.table is None
            or not type_.followed
            or (declared := table_name(type_)) not in audited_tables()
        ):
            continue
        named_by = "part_id" if audited_tables()[declared].owner else "entity_id"
        found[declared].append(AuditedType(type_, "id", named_by, _columns(check, type_, declared, ())))
        if type_.name in PROFILES:
            of_person = _columns(check, type_, PERSON, ("person_id",))
            found[PERSON].append(AuditedType(type_, "person_id", "entity_id", of_person))
    return dict(found)


def _columns(
    check: ReadCheck, type_: TypeBinding, table: str, keys: tuple[str, ...]
) -> tuple[AuditedColumn, ...]:
    left_out = audited_tables()[table].left_out
    names = [column.name for column in metadata.tables[table].c if column.name not in left_out]
    members = {name: _field_of(check, type_, ColumnRead(keys, table, (name,))) for name in names}
    shared = Counter(member.name for member in members.values() if member and not _is_text(member))
    return tuple(_column(check, table, name, member, shared) for name, member in members.items())


def _field_of(check: ReadCheck, type_: TypeBinding, read: ColumnRead) -> Member | None:
    """The field that returns the column as it is: for a localized text the list of translations.

    Of several, it is the field with the column's name.
    """
    found = [
        member
        for member in type_.members.values()
        if not _repeats(member) and read.is_within(_returned(check, type_, member.name))
    ]
    found.sort(key=lambda member: (not _is_text(member), camel(read.columns[0]) != member.name))
    return found[0] if found else None


def _returned(check: ReadCheck, type_: TypeBinding, name: str) -> Collection[ColumnRead]:
    """The columns that the field returns; none if it doesn't match its table, which the builder reports."""
    try:
        return check.returned(type_, name)
    except (KeyError, AttributeError, SQLAlchemyError):
        return ()


def _repeats(member: Member) -> bool:
    return isinstance(member.binding, Composed) or (
        isinstance(member.binding, Value) and member.binding.repeats
    )


def _is_text(member: Member) -> bool:
    return isinstance(member.binding, Derived) and member.binding.text is not None


def _column(
    check: ReadCheck, table: str, name: str, member: Member | None, shared: Mapping[str, int]
) -> AuditedColumn:
    prefix = _prefix_of(check.context.catalog, table, name)
    if member is None:
        return AuditedColumn(name, None, camel(name), None, prefix)
    text, _, ending = name.rpartition("_")
    if ending in LANGUAGES and (_is_text(member) or camel(text) == member.name):
        return AuditedColumn(name, member.name, member.name, ending.upper(), prefix)
    path = f"{member.name}.{camel(name)}" if shared[member.name] > 1 else member.name
    return AuditedColumn(name, member.name, path, None, prefix)


def _prefix_of(catalog: Catalog, table: str, name: str) -> str | None:
    """The prefix of the ids that a column refers to."""
    referred = {str(key.column.table.name) for key in metadata.tables[table].c[name].foreign_keys}
    prefixes = {table_name(one): one.prefix for one in catalog.types.values() if one.prefix}
    return next((prefixes[one] for one in referred if one in prefixes), None)


def camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def visible_columns(row: RowSource) -> Column:
    """The columns of an entry that the viewer sees of its row."""
    unbounded = row.context.policy.is_unbounded(row.context.roles)
    parts = _parts_of_unbounded if unbounded else _parts
    cases = [
        (of_table(row) == literal_text(table), _together(found))
        for table, types in audited_fields(row.context).items()
        if (found := [part for one in types for part in parts(row, one)])
    ]
    rest = row["columns"] if unbounded else NO_COLUMNS
    return case(*cases, else_=rest) if cases else rest


def _together(parts: Sequence[Column]) -> Column:
    whole = parts[0] if parts else NO_COLUMNS
    for part in parts[1:]:
        whole = whole.op("||", return_type=ARRAY(Text()))(part)
    return whole


def _parts(row: RowSource, audited: AuditedType) -> Iterator[Column]:
    """The open columns, then the columns of each mask."""
    stated = row.context.policy.entity(audited.type.name)
    fields = {column.field for column in audited.columns if column.field is not None}
    is_open = {field for field in fields if field in stated.open}
    record = row.context.row(audited.type.name)
    seen = record.visibility_conditions()
    by_itself = table_name(audited.type) != PERSON  # whose entries are seen by profiles, too
    of_entity = audited.key == "id" and audited.named_by == "entity_id" and by_itself
    yield _where(row, audited, record, [] if of_entity else seen, is_open)
    for field in sorted(fields & stated.masks.keys()):
        masked = row.context.row(audited.type.name)
        conditions = [*masked.visibility_conditions(), *masked.mask_conditions([field])]
        yield _where(row, audited, masked, conditions, {field})


def _parts_of_unbounded(row: RowSource, audited: AuditedType) -> Iterator[Column]:
    """Nothing where they see all columns; else those that no mask keeps from them, then the others."""
    policy, roles = row.context.policy, row.context.roles
    masks = policy.entity(audited.type.name).masks
    kept = {name for name, mask in masks.items() if not policy.sees_all(mask.roles, roles)}
    withheld = [column.name for column in audited.columns if column.field in kept]
    if not withheld:
        return
    others = row["columns"]
    for name in withheld:
        others = func.array_remove(others, literal_text(name), type_=ARRAY(Text()))
    yield others
    for field in sorted(kept):
        masked = row.context.row(audited.type.name)
        conditions = [*masked.visibility_conditions(), *masked.mask_conditions([field])]
        yield _where(row, audited, masked, conditions, {field})


def _where(
    row: RowSource, audited: AuditedType, record: RowSource, conditions: list[Condition], fields: set[str]
) -> Column:
    """The columns of the fields, if the entry's row exists and meets the conditions."""
    names = [column.name for column in audited.columns if column.field in fields]
    if not names:
        return NO_COLUMNS
    columns = literal_column(f"'{{{','.join(names)}}}'::text[]", ARRAY(Text()))
    if not conditions:
        return columns
    mine = record[audited.key] == row[audited.named_by]
    there = exists(record.from_clauses, record.from_clause, [mine, *conditions])
    return case((there, columns), else_=NO_COLUMNS)


def label_of(row: RowSource, name: Column, part: str) -> Column:
    """A column's PATH, LANGUAGE or PREFIX, as `part` says."""
    tables = {*audited_tables(), *sealed_tables()} - audited_fields(row.context).keys()
    known = {table: _unfollowed(row.context.catalog, table) for table in tables}
    for table, types in audited_fields(row.context).items():
        for column in (column for one in types for column in one.columns):
            if column.field is not None or column.name not in known.get(table, {}):
                known.setdefault(table, {})[column.name] = [column.path, column.language, column.prefix]
    constant = literal_column(f"'{json.dumps(known, separators=(',', ':'))}'::jsonb", JSONB())
    path = array([of_table(row), name, literal_column(f"'{part}'", Text())])
    return constant.op("#>>", return_type=Text())(path)


def _unfollowed(catalog: Catalog, table: str) -> dict[str, list[str | None]]:
    """The columns of a table whose type the feed doesn't follow, by names of its fields or like those."""
    types = [one for one in catalog.types.values() if one.table is not None and table_name(one) == table]
    members = {name for one in types for name in one.members}
    found: dict[str, list[str | None]] = {}
    for one in metadata.tables[table].c:
        name, prefix = camel(one.name.removesuffix("_id")), _prefix_of(catalog, table, one.name)
        is_field = name in members and prefix != PERSON
        id_prefix = prefix if table in sealed_tables() else None  # access is logged by its keys
        found[one.name] = [name if is_field else camel(one.name), None, id_prefix]
    return found


def display_text(row: RowSource, name: Column, value: Column) -> Column:
    """A value as text; a reference as a global id, if the viewer sees its target."""
    text = value.op("#>>", return_type=Text())(literal_column("'{}'::text[]"))
    prefix = label_of(row, name, PREFIX)
    cases: list[tuple[Any, Any]] = [(prefix.is_(None), text)]
    for type_ in row.context.catalog.types.values():
        if type_.prefix is None or not type_.followed:
            continue
        other = row.context.row(type_.name)
        if seen := other.visibility_conditions():
            wanted = [other["id"] == cast(text, Uuid()), *seen]
            found = select(_global_id(type_.prefix, cast(other["id"], Text))).select_from(other.from_clause)
            cases.append(
                (
                    prefix == literal_text(type_.prefix),
                    scalar_subquery(found.where(*wanted), *other.from_clauses),
                )
            )
    return case(*cases, else_=prefix.concat(literal_column("'_'", Text())).concat(text))


def _global_id(prefix: str, key: Column) -> Column:
    return literal_column(f"'{prefix}_'", Text()).concat(key)
