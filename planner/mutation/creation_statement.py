"""The statement that creates a row with its links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, Table, func, literal_column, not_, select
from sqlalchemy.sql.expression import ColumnClause, TableClause

from planner.declaration.write_action import WriteAction
from planner.declaration.write_rights import granted
from planner.declaration.writes import Creation
from planner.messages import message
from planner.mutation.checks import (
    FORBIDDEN,
    REFUSED,
    Check,
    constraint_checks,
    path_of,
    problems_sql,
)
from planner.mutation.given import columns_of, given_sql, set_columns, text_array
from planner.mutation.link_statement import LinkStatement
from planner.mutation.mask_checks import seen_checks
from planner.mutation.references import (
    archived_checks,
    lookup_checks,
    own_record_check,
    reference_checks,
    resolved_fields,
)
from planner.mutation.stored_forms import chosen_forms, form_checks
from planner.mutation.wall_clock import values_sql, wall_clock_checks
from planner.sql import Column, Condition, identifier
from planner.statement.context import PlanningContext, RowSource


def creation_checks(
    context: PlanningContext, action: WriteAction, table: Table, links: Sequence[LinkStatement]
) -> list[Check]:
    """The checks before a row is created."""
    return [
        *_maker_checks(context, action),
        *lookup_checks(action),
        *reference_checks(context, action.fields),
        *_archived_checks(context, action, table),
        *seen_checks(context, action, table),
        *constraint_checks(action, table),
        *wall_clock_checks(action, identifier(table.name)),
        *form_checks(action),
        *_needs_checks(context, action, table),
        *(check for one in links for check in one.checks),
    ]


def _archived_checks(context: PlanningContext, action: WriteAction, table: Table) -> Iterator[Check]:
    """Checks of the references of a new row; one that is there already refers to nothing new."""
    own = own_record_check(context, action)
    for check in (*archived_checks(context, action.fields, table.name), *([own] if own else [])):
        yield replace(check, holds=KNOWN_OR.format(check.holds))


def _needs_checks(context: PlanningContext, action: WriteAction, table: Table) -> Iterator[Check]:
    """Checks of the row that is to be created, `fresh`, by guards; not of one that is known."""
    assert action.creation is not None
    row, fresh = _row_of("fresh", context, action.type_name, table)
    for guard in action.creation.needs:
        holds = given_sql(select(guard.rule(row)).select_from(fresh))
        yield Check(
            REFUSED, guard.code, path_of(*guard.path), guard.message, "(select) o", KNOWN_OR.format(holds)
        )


def _maker_checks(context: PlanningContext, action: WriteAction) -> Iterator[Check]:
    """Rejects viewers who may write no row of the type; others are checked once the row exists."""
    creation, words = action.creation, message("mutation.may_not_make")
    assert creation is not None
    maker, unless = creation.maker, creation.maker_unless
    may_never = granted(context.policy, action, context.roles) == ()
    if may_never or (maker and maker not in context.single_attributes):
        holds = "false" if may_never or not unless else f"$1 -> 'names' ? '{unless}'"
        yield Check(FORBIDDEN, "FORBIDDEN", path_of(), words, "(select) o", holds)
    if creation.own:
        holds = f"f.{identifier(creation.own)} is not null"
        yield Check(FORBIDDEN, "FORBIDDEN", path_of(), words, "fresh f", holds)


def creation_statement(
    context: PlanningContext,
    action: WriteAction,
    table: Table,
    checks: Sequence[Check],
    links: Sequence[LinkStatement],
) -> str:
    """The statement; if the same row exists, it creates none and returns that one."""
    creation, name = action.creation, identifier(table.name)
    assert creation is not None
    replaced = _replaced(context, creation, action, name)
    columns = list(dict.fromkeys(["id", *set_columns(action), *creation.initial, *creation.sets]))
    if "slug" in table.c:
        columns.append("slug")
    return CREATION.format(
        table=name,
        values=values_sql(action) + resolved_fields(context, action) + chosen_forms(action, table),
        slug=_slug(context, action.type_name, name) if "slug" in table.c else "",
        sets=_sets(context, creation, action.type_name, table),
        known=_known(context, creation, action.type_name),
        given="".join(one.given for one in links),
        problems=problems_sql(checks),
        writes="".join(one.writes for one in links),
        columns=", ".join(map(identifier, columns)),
        new=columns_of("f", columns),
        epoch=epoch_sql(context),
        **replaced,
    )


def _slug(context: PlanningContext, type_name: str, table: str) -> str:
    """The new row's slug; it says nothing of the slugs of rows that the viewer does not see."""
    hides = bool(context.row(type_name).visibility_conditions())
    taken = "true" if hides else f"exists (select from {table} where slug = $1 -> 'set' ->> 'slug')"
    return SLUG.format(taken=taken)


def _replaced(
    context: PlanningContext, creation: Creation, action: WriteAction, table: str
) -> dict[str, str]:
    """The parts of the statement that replace the same row."""
    if creation.replaces is None:
        return {"kept": "known", "ended": "", "wanted": "", "otherwise": "$1 -> 'names'"}
    one = creation.replaces
    given = [column for field in action.fields for column in field.columns.values()]
    row = context.row(action.type_name)
    values = {column: expression(row) for column, expression in one.sets.items()}
    ends: Select[Any] = select(row["id"], *(value.label(column) for column, value in values.items()))
    parts = {
        "table": table,
        "wanted": f"($1 -> 'set' ->> '{one.wanted}')::boolean",
        "old": columns_of("k", given),
        "new": columns_of("f", given),
        "ends": given_sql(ends.select_from(row.from_clause)),
        "columns": ", ".join(map(identifier, values)),
        "values": columns_of("v", list(values)),
        "changes": text_array(one.changes),
    }
    return {
        "kept": "kept",
        "ended": ENDED.format(**parts),
        "wanted": WANTED.format(**parts),
        "otherwise": OTHERWISE.format(**parts),
    }


def _sets(context: PlanningContext, creation: Creation, type_name: str, table: Table) -> str:
    """Columns as a JSON object, each an expression of the row `begun`."""
    row, begun = _row_of("begun", context, type_name, table)
    members = [
        f"'{column}', ({given_sql(select(expression(row)).select_from(begun))})"
        for column, expression in creation.sets.items()
    ]
    return f"jsonb_build_object({', '.join(members)})"


def _row_of(
    name: str, context: PlanningContext, type_name: str, table: Table
) -> tuple[RowSource, TableClause]:
    """The row of a part of the statement, which has the table's columns."""
    part = TableClause(name, *(ColumnClause(column.name, column.type) for column in table.c))
    return RowSource(context.catalog.types[type_name], part, context, context.language), part


def _known(context: PlanningContext, creation: Creation, type_name: str) -> str:
    """The row that is the same and not over, or that its maker has already."""
    row = context.row(type_name)
    if creation.known is not None:
        conditions = [creation.known(row)]
    elif not creation.same:
        return NOT_KNOWN
    else:
        conditions = _same(row, creation)
    found: Select[Any] = select(row["id"]).select_from(row.from_clause).where(*conditions)
    return given_sql(found.limit(literal_column("1")))


def _same(row: RowSource, creation: Creation) -> list[Condition]:
    conditions: list[Condition] = []
    for one in creation.same:
        new: Column = literal_column(f"(select f.{identifier(one)} from fresh f)")  # noqa: S608
        if one in creation.caseless:
            conditions.append(func.lower(row[one]).is_not_distinct_from(func.lower(new)))
        else:
            conditions.append(row[one].is_not_distinct_from(new))
    if creation.over is not None:
        conditions.append(not_(creation.over(row.as_correlated())))
    return conditions


def epoch_sql(context: PlanningContext) -> str:
    """The grants epoch, if the viewer has grants that may change."""
    return given_sql(select(context.policy.epoch())) if context.reads_grants_epoch else "null"


KNOWN_OR = "exists (select from known) or ({})"
NOT_KNOWN = "select null::uuid as id where false"
SLUG = """ || case when {taken} then
        jsonb_build_object('slug', ($1 -> 'set' ->> 'slug') || '-' || right($1 ->> 'id', 6))
        else '{{}}' end"""
ENDED = """, kept as materialized (
    select k.id from {table} k cross join fresh f
    where k.id in (select id from known) and {wanted} and ({old}) is not distinct from ({new})
), ended as (
    update {table} e set ({columns}) = row({values}) from ({ends}) v
    where e.id = v.id and e.id in (select id from known) and not exists (select from kept)
        and not exists (select from problems)
    returning e.id
)"""
WANTED = " and {wanted} and (select count(*) from ended) >= 0"  # once the other is ended
OTHERWISE = """case when {wanted} then $1 -> 'names'
        when exists (select from ended) then to_jsonb('{changes}'::text[]) else '[]' end"""
CREATION = """
with begun as materialized (
    select n.* from jsonb_populate_record(null::{table}, {values}{slug}) n
), fresh as materialized (
    select n.* from begun b cross join lateral jsonb_populate_record(row(b.*)::{table}, {sets}) n
), known as materialized (
    {known}
), {given}problems (rank, code, path, words) as (
    select 0, 'STALE', '{{}}'::text[], -1 where ($1 ->> 'epoch')::int <> ({epoch})
    union all select case x.code when 'FORBIDDEN' then 2 else 3 end, x.code, x.path, x.words
        from jsonb_to_recordset($1 -> 'errors') x (code text, path text[], words int) {problems}
), verdict as (
    select * from problems where rank = (select min(rank) from problems)
){ended}, made as (
    insert into {table} ({columns}) select {new} from fresh f
    where not exists (select from problems) and not exists (select from {kept}){wanted}
    returning id
){writes}
select jsonb_build_object(
    'id', case when not exists (select from problems) then
        coalesce((select id::text from made), (select id::text from known)) end,
    'replayed', exists (select from {kept}) and not exists (select from problems),
    'changed', case when exists (select from problems) or exists (select from {kept}) then '[]'
        else {otherwise} end,
    'stale', exists (select from verdict where rank = 0),
    'errors', (select coalesce(
        jsonb_agg(jsonb_build_object('code', code, 'path', path, 'words', words) order by words, path),
        '[]') from verdict))
"""
