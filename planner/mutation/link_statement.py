"""The parts of a statement that replace lists of links: the given links, their checks, and the writes.

Links are compared by their natural keys. A kept link keeps the fields that the input omits; a link whose key
is masked for the viewer stays. Where the policy of the links says who writes them, others neither remove nor
change them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, UniqueConstraint, func, literal_column, not_, select
from sqlalchemy.sql.expression import ColumnClause, TableClause

from models.base import metadata
from planner.declaration.write_action import WritableField, WritableLinks
from planner.declaration.write_rights import Granted, holds
from planner.messages import message
from planner.mutation.checks import REFUSED, Check, path_of
from planner.mutation.constraint_errors import checks_of, parts_of
from planner.mutation.given import GIVEN_ID, columns_of, given_sql
from planner.mutation.mask_checks import masked, sees_sql
from planner.mutation.references import found, refers_to_offered, resolved
from planner.sql import identifier
from planner.statement.context import PlanningContext, RowSource


@dataclass(frozen=True, slots=True)
class LinkStatement:
    """The statement's parts for one list of links; `given` comes before the checks, `writes` after them."""

    links: WritableLinks
    given: str
    checks: tuple[Check, ...]
    writes: str
    changed: str


def made_links(context: PlanningContext, links: WritableLinks) -> LinkStatement:
    """Of a row that is made: there is no link that it could have."""
    parts = {
        "begun": _begun(links),
        "table": identifier(links.table),
        "name": links.table,
        "field": links.name,
        "owner": identifier(links.owner),
        "resolved": "".join(resolved(context, one, "x.value") for one in links.fields),
        "columns": ", ".join(map(identifier, (*links.copied, *links.columns))),
        "g_columns": _with_copies(links),
    }
    checks = tuple(_checks(context, links))
    return LinkStatement(links, GIVEN_NEW.format(**parts), checks, MADE.format(**parts), "true")


def link_statement(context: PlanningContext, links: WritableLinks) -> LinkStatement:
    """Of a row that is there: what was given of its links replaces them."""
    name = links.table
    kept = KEPT if links.others else ""
    parts = {
        "table": identifier(name),
        "name": name,
        "field": links.name,
        "owner": identifier(links.owner),
        "id": GIVEN_ID,
        "resolved": "".join(resolved(context, one, "x.value") for one in links.fields),
        "begun": _begun(links),
        "k_keys": columns_of("k", links.keys),
        "old_keys": columns_of("old", links.keys),
        "g_keys": columns_of("g", links.keys),
        "l_keys": columns_of("l", links.keys),
        "others": ", ".join(map(identifier, links.others)),
        "g_others": columns_of("g", links.others),
        "l_others": columns_of("l", links.others),
        "columns": ", ".join(map(identifier, (*links.copied, *links.columns))),
        "g_columns": _with_copies(links),
        "removable": given_sql(_removable(context, links)),
    }
    names = [f"gone_{name}", f"new_{name}", *([f"kept_{name}"] if kept else [])]
    changed = " or ".join(f"exists (select from {one})" for one in names)
    writes = (GONE + kept + NEW).format(**parts)
    checks = (*_checks(context, links), *_right_checks(context, links))
    return LinkStatement(links, GIVEN.format(**parts), checks, writes, changed)


GIVEN = """given_{name} as materialized (
    select x.ordinality - 1 as link_number, x.value as link_value, n.*
    from jsonb_array_elements($1 -> 'links' -> '{field}') with ordinality x (value, ordinality)
    cross join lateral (select x.value{resolved} as value) r
    cross join lateral jsonb_populate_record(null::{table}, r.value) k
    left join {table} old on old.{owner} = {id} and ({old_keys}) = ({k_keys})
    cross join lateral jsonb_populate_record(
        old, case when old.id is null then {begun} else '{{}}' end || r.value) n
), """
GIVEN_NEW = """given_{name} as materialized (
    select x.ordinality - 1 as link_number, x.value as link_value, n.*
    from jsonb_array_elements($1 -> 'links' -> '{field}') with ordinality x (value, ordinality)
    cross join lateral jsonb_populate_record(null::{table}, {begun} || x.value{resolved}) n
), """
MADE = """, new_{name} as (
    insert into {table} ({owner}, {columns})
    select made.id, {g_columns} from given_{name} g cross join made cross join fresh f
    order by g.link_number
)"""
GONE = """, gone_{name} as (
    delete from {table} l where l.id in ({removable}) and $1 -> 'links' ? '{field}'
        and not exists (select from given_{name} g where ({g_keys}) = ({l_keys}))
        and not exists (select from problems)
    returning 1
)"""
KEPT = """, kept_{name} as (
    update {table} l set ({others}) = row({g_others}) from given_{name} g
    where l.{owner} = {id} and ({g_keys}) = ({l_keys}) and ({g_others}) is distinct from ({l_others})
        and not exists (select from problems)
    returning 1
)"""
NEW = """, new_{name} as (
    insert into {table} ({owner}, {columns})
    select {id}, {g_columns} from given_{name} g cross join fresh f
    where not exists (select from {table} l where l.{owner} = {id} and ({g_keys}) = ({l_keys}))
        and not exists (select from problems)
    order by g.link_number
    returning 1
)"""


def _with_copies(links: WritableLinks) -> str:
    """The values of a new link: those that the row has, too, and those of the input."""
    return ", ".join([*(f"f.{identifier(one)}" for one in links.copied), columns_of("g", links.columns)])


def _begun(links: WritableLinks) -> str:
    """What a new link has where a field is left out."""
    defaults = {
        column: one.default
        for one in links.fields
        for column in one.columns.values()
        if one.default is not None
    }
    values = ", ".join(f"'{column}', '{value}'" for column, value in defaults.items())
    return f"jsonb_build_object({values})"


def _removable(context: PlanningContext, links: WritableLinks, writers: Granted = None) -> Select[Any]:
    """The row's links whose keys the viewer sees; with `writers` those of them that are others'."""
    row = context.row(links.type_name)
    keys = [one.name for one in links.fields if one.column in links.keys]
    conditions = [
        row[links.owner] == literal_column(GIVEN_ID),
        *row.visibility_conditions(),
        *row.as_correlated().mask_conditions(keys),
        *([not_(func.coalesce(holds(writers, row), False))] if writers is not None else []),
    ]
    return select(row["id"]).select_from(row.from_clause).where(*conditions)


def _checks(context: PlanningContext, links: WritableLinks) -> Iterator[Check]:
    source = f"given_{links.table} g"
    for one in links.fields:
        if one.references:
            refers, value = message("mutation.refers_to_nothing"), f"g.{identifier(one.column)}"
            there = f"g.link_value ->> '{one.column}' is null or {found(context, one, value)}"
            yield Check(REFUSED, "REFERS_TO_NOTHING", _path(links, one.name), refers, source, there)
        if (offered := refers_to_offered(context, one, "g", links.table, "g.link_value")) is not None:
            archived = message("mutation.refers_to_archived")
            yield Check(REFUSED, "WRONG_STATE", _path(links, one.name), archived, source, offered)
        if one.column in links.keys and (named := _named(context, links, one)) is not None:
            yield named
    for constraint in checks_of(metadata.tables[links.table]):
        for part in parts_of(constraint, links.fields):
            path, kept = _path(links, part.fields[0].name), f"({part.expression}) is not false"
            yield Check(REFUSED, part.code, path, part.message, source, kept)
    keys, others = columns_of("g", links.keys), columns_of("o", links.keys)
    once = (
        f"not exists (select from given_{links.table} o"
        f" where o.link_number < g.link_number and ({others}) = ({keys}))"
    )
    yield Check(REFUSED, "NOT_UNIQUE", _path(links), message("mutation.link_repeated"), source, once)
    for name in _single_values(links):
        first = f"not exists (select from given_{links.table} o where o.link_number < g.link_number"
        holds = f"{first} and o.{identifier(name)} = g.{identifier(name)})"
        path = _path(links, _field_of(links, name))
        yield Check(REFUSED, "NOT_UNIQUE", path, message("mutation.value_repeated"), source, holds)


def _single_values(links: WritableLinks) -> Iterator[str]:
    """The columns whose values are unique among the links of a row, besides the keys."""
    for one in metadata.tables[links.table].constraints:
        if isinstance(one, UniqueConstraint):
            names = [column.name for column in one.columns if column.name != links.owner]
            if len(names) == 1 and len(one.columns) == 2 and names[0] in links.others:
                yield names[0]


def _field_of(links: WritableLinks, column: str) -> str:
    return next(one.name for one in links.fields if column in one.columns.values())


def _right_checks(context: PlanningContext, links: WritableLinks) -> Iterator[Check]:
    """Whether the links that are removed or changed are the viewer's, if their policy says whose they are."""
    stated = context.policy.entity(links.type_name).writes
    rules = context.policy.granted(stated, context.roles) if stated else None
    if rules is None:
        return
    columns = [*links.keys, *links.others]
    same = f"({columns_of('g', columns)}) is not distinct from ({columns_of('l', columns)})"
    others = given_sql(_removable(context, links, rules))
    lost = (
        f"select from {identifier(links.table)} l where l.id in ({others})"  # noqa: S608
        f" and not exists (select from given_{links.table} g where {same})"
    )
    words = message("mutation.links_forbidden", name=links.name)
    may = f"not $1 -> 'links' ? '{links.name}' or not exists ({lost})"
    yield Check(REFUSED, "FORBIDDEN", path_of(links.name), words, "(select) o", may)


def _named(context: PlanningContext, links: WritableLinks, one: WritableField) -> Check | None:
    """Nobody gives a key that they would not see in the link: whether there is such a link would be told."""
    given = TableClause(f"given_{links.table}", ColumnClause("link_number"), *_columns(links))
    row = RowSource(
        context.catalog.types[links.type_name], given.alias("m"), context, context.language, correlated=True
    )
    same = row["link_number"] == literal_column("g.link_number")
    if (sees := sees_sql(row, one, same)) is None:
        return None
    holds = f"g.{identifier(one.column)} is null or ({sees})"
    code, words = masked(context, links.type_name, one)
    return Check(REFUSED, code, _path(links, one.name), words, f"given_{links.table} g", holds)


def _columns(links: WritableLinks) -> Iterator[ColumnClause[Any]]:
    return (ColumnClause(one.name, one.type) for one in metadata.tables[links.table].c)


def _path(links: WritableLinks, *rest: str) -> str:
    before, after = f"'input', '{links.name}', g.link_number::text", [f"'{one}'" for one in rest]
    return f"array[{', '.join([before, *after])}]"
