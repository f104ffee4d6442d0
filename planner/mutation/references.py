"""References of an input: to rows that the viewer sees; of a person by one of their profiles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, literal_column, select

from models.base import ARCHIVED_AT
from planner.declaration.bindings import ToOne, Value
from planner.declaration.write_action import WritableField, WriteAction
from planner.messages import message
from planner.mutation.checks import FORBIDDEN, REFUSED, Check, path_of
from planner.mutation.given import given_sql, is_given
from planner.sql import identifier
from planner.statement.context import PlanningContext, RowSource


def reference_checks(context: PlanningContext, fields: Sequence[WritableField]) -> Iterator[Check]:
    """Checks that the viewer sees the rows that are newly referred to."""
    refers = message("mutation.refers_to_nothing")
    for one in fields:
        if one.references:
            given = f"$1 -> 'set' ->> '{one.column}'"
            value = f"f.{identifier(one.column)}" if one.stored else f"({given})::uuid"
            holds = f"{given} is null or {found(context, one, value)}"
            yield Check(REFUSED, "REFERS_TO_NOTHING", path_of(one.name), refers, "fresh f", holds)


def archived_checks(context: PlanningContext, fields: Sequence[WritableField], table: str) -> Iterator[Check]:
    """Checks that the row `fresh` doesn't come to refer to an archived row."""
    for one in fields:
        if (holds := refers_to_offered(context, one, "f", table, "$1 -> 'set'")) is not None:
            words = message("mutation.refers_to_archived")
            yield Check(REFUSED, "WRONG_STATE", path_of(one.name), words, "fresh f", holds)


def refers_to_offered(
    context: PlanningContext, one: WritableField, new: str, table: str, values: str
) -> str | None:
    """Whether the reference of the row `new` is to no archived row, or was the same before.

    `new` has the id that the row has in the table, if it is there already. `values`: the given ones, as JSON,
    which say to which row a reference to one of several types is. None if no row that the field refers to can
    be archived.
    """
    types = [context.catalog.types[context.catalog.prefixes[prefix]] for prefix in one.references]
    archivable = [type_.name for type_ in types if type_.archivable]
    if not one.stored or not archivable:
        return None
    column = identifier(one.column)
    key = f"({values} ->> '{one.column}')::uuid" if len(types) > 1 else f"{new}.{column}"
    found = [_archived_row(context, name, key) for name in archivable]
    offered = " and ".join(f"not exists ({query})" for query in found)
    before = f"select from {identifier(table)} e where e.id = {new}.id and e.{column} = {new}.{column}"
    return f"({offered}) or exists ({before})"


def _archived_row(context: PlanningContext, type_name: str, key: str) -> str:
    """A query of the row with an id, which is SQL, if it is archived and the viewer sees it."""
    row = context.row(type_name)
    archived = [row["id"] == literal_column(key), row[ARCHIVED_AT].is_not(None)]
    found: Select[Any] = select(row["id"]).select_from(row.from_clause)
    return given_sql(found.where(*archived, *row.visibility_conditions()))


def own_record_check(context: PlanningContext, action: WriteAction) -> Check | None:
    """The check that the maker's own record, which a new row refers to, isn't archived."""
    column = action.creation.own if action.creation is not None else ""
    members = context.catalog.types[action.type_name].members.values()
    owned = [one.target for one in members if isinstance(one.binding, ToOne) and one.binding.key == column]
    if not any(context.catalog.types[name].archivable for name in owned):
        return None
    (name,) = owned
    holds = f"not exists ({_archived_row(context, name, f'f.{identifier(column)}')})"
    return Check(REFUSED, "WRONG_STATE", path_of(), message("mutation.own_archived"), "fresh f", holds)


def version_checks(context: PlanningContext, fields: Sequence[WritableField]) -> Iterator[Check]:
    """Checks that the rows which the input names have the versions that it says."""
    named = {one.name: one for one in fields}
    for one in fields:
        if one.of:
            read = _visible_row(
                context, named[one.of], f"($1 -> 'set' ->> '{named[one.of].column}')::uuid", "version"
            )
            same = f"coalesce(({given_sql(read)}) = ($1 -> 'set' ->> '{one.column}')::int, true)"
            yield Check(
                REFUSED, "CONFLICT", path_of(one.name), message("mutation.conflict"), "(select) o", same
            )


def any_with_key(context: PlanningContext, reference: WritableField, key: WritableField) -> str:
    """The id of the row with a key, whether or not the viewer sees it, as a query."""
    return given_sql(_with_key(_referred(context, reference), key))


def _referred(context: PlanningContext, reference: WritableField) -> RowSource:
    (prefix,) = reference.references
    return context.row(context.catalog.prefixes[prefix])


def _with_key(row: RowSource, key: WritableField) -> Select[Any]:
    member = row.type.members[key.key].binding
    assert isinstance(member, Value)
    same = member.expression(row, {}) == literal_column(f"($1 -> 'set' ->> '{key.column}')")
    return select(row["id"]).select_from(row.from_clause).where(same)


def found(context: PlanningContext, one: WritableField, value: str) -> str:
    """Whether there is the row; `value` is SQL, resolved if the reference is to one of several types."""
    if len(one.references) > 1:
        return f"{value} is not null"
    return f"exists ({given_sql(_visible_row(context, one, value))})"


def lookup_checks(action: WriteAction) -> Iterator[Check]:
    """Checks that a row is found by its key; who makes no such row is told that alone."""
    words = message("mutation.not_found")
    for reference, key in action.lookups:
        holds = f"not ({is_given(key)}) or f.{identifier(reference.column)} is not null"
        yield Check(FORBIDDEN, "NOT_FOUND", path_of(key.name), words, "fresh f", holds)


def resolved_fields(context: PlanningContext, action: WriteAction) -> str:
    """`resolved` of the fields of the row itself, and the rows that are given by a key."""
    found = "".join(resolved(context, one, "$1 -> 'set'") for one in action.fields)
    return found + "".join(_found_by_key(context, *lookup) for lookup in action.lookups)


def _found_by_key(context: PlanningContext, reference: WritableField, key: WritableField) -> str:
    """Adds the id of the row with a key to the JSON of values, if the viewer sees it and its key."""
    row = _referred(context, reference)
    found = _with_key(row, key).where(*row.visibility_conditions(), *row.mask_conditions([key.key]))
    value = given_sql(found)
    stored = f"jsonb_build_object('{reference.column}', ({value}))"
    return f" || case when {is_given(key)} then {stored} else '{{}}' end"


def resolved(context: PlanningContext, one: WritableField, values: str) -> str:
    """Adds to the JSON `values` the stored key of a reference to one of several types.

    It is null if the viewer sees no such row.
    """
    if len(one.references) < 2:
        return ""
    value = f"({values} ->> '{one.column}')::uuid"
    each = [
        f"({given_sql(_visible_row(context, _narrowed(one, prefix), value))})" for prefix in one.references
    ]
    stored = f"jsonb_build_object('{one.column}', coalesce({', '.join(each)}))"
    return f" || case when {values} ? '{one.column}' then {stored} else '{{}}' end"


def _visible_row(context: PlanningContext, one: WritableField, value: str, column: str = "") -> Select[Any]:
    """A column of the row that a reference points to, if the viewer sees it; `value` is SQL."""
    ((prefix, key),) = one.references.items()
    other = context.row(context.catalog.prefixes[prefix])
    found: Select[Any] = select(other[column or key]).select_from(other.from_clause)
    return found.where(other["id"] == literal_column(value), *other.visibility_conditions())


def _narrowed(one: WritableField, prefix: str) -> WritableField:
    return replace(one, references={prefix: one.references[prefix]})
