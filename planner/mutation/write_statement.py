"""The statements that carry out a mutation of one row, made from its declaration and the policy.

The writing statement checks rights, version, guards and the table's own constraints, once the row is locked;
if any check fails, it writes nothing and reports all errors at once. Checks of the row as it has become (may
its creator write it, do the type's guards hold) are in a second statement of the same transaction; their
errors roll the write back. Both read `$1`, JSON: `id`, `version`, `set` (values by column), `links` (items by
field), `fields` (the given ones), `names` (those with a value), `errors` (of the input), `viewer` (ids by
attribute).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, literal_column, select

from models.base import metadata
from planner.declaration.bindings import ToOne
from planner.declaration.write_action import WriteAction
from planner.declaration.writes import Guard
from planner.message_catalog import LocalizedMessage
from planner.messages import message
from planner.mutation.checks import (
    FORBIDDEN,
    Check,
    constraint_checks,
    field_checks,
    guard_checks,
    judged_select,
    path_of,
    problems_sql,
    right_columns,
    row_checks,
)
from planner.mutation.constraint_errors import ConstraintError, constraint_errors
from planner.mutation.creation_statement import creation_checks, creation_statement, epoch_sql
from planner.mutation.given import GIVEN_ID, columns_of, given_sql, is_given, set_columns
from planner.mutation.link_statement import LinkStatement, link_statement, made_links
from planner.mutation.notify_statement import notify_statement
from planner.mutation.references import (
    any_with_key,
    archived_checks,
    reference_checks,
    resolved_fields,
    version_checks,
)
from planner.mutation.stored_forms import chosen_forms, form_checks
from planner.mutation.wall_clock import values_sql, wall_clock_checks
from planner.sql import identifier
from planner.statement.context import PlanningContext
from planner.statement.parameters import ParameterReader
from planner.viewer import Viewer


@dataclass(frozen=True, slots=True)
class WriteStatement:
    """The SQL of one transaction: `locks`, `act`, `effects` and `verify`, in this order; all read `$1`.

    `messages` are the errors' texts, by their number in the outcome, `concerned` the fields that are wrong
    together; those of `verify` begin with `first_verified`. `violations` are the errors of broken
    constraints, by name; `retried` names constraints after which the write is tried again, `refused` the
    statements that run after others, `repeated` those that run if the row was there already.
    """

    locks: tuple[str, ...]
    act: str
    effects: tuple[str, ...]
    verify: str | None
    messages: tuple[LocalizedMessage, ...]
    concerned: tuple[tuple[str, ...], ...]
    first_verified: int
    violations: Mapping[str, ConstraintError]
    readers: Mapping[str, ParameterReader]
    retried: frozenset[str] = frozenset()
    refused: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """The length of its SQL, in characters."""
        return sum(map(len, (*self.locks, self.act, *self.effects, self.verify or "")))

    def viewer(self, viewer: Viewer) -> dict[str, str]:
        """The viewer's ids as the statements read them."""
        return {name: _as_text(read({}, viewer)) for name, read in self.readers.items()}


def _as_text(value: UUID | Sequence[UUID]) -> str:
    return str(value) if isinstance(value, UUID) else f"{{{','.join(map(str, value))}}}"


def write_statement(
    context: PlanningContext, action: WriteAction, links_given: Collection[str] = ()
) -> WriteStatement:
    """The statements of a mutation for the context's viewer.

    `links_given` are the lists of links in the input; others add no SQL.
    """
    type_ = context.catalog.types[action.type_name]
    table = metadata.tables[str(type_.table.name)]  # type: ignore[union-attr]
    given = [one for one in action.links if one.name in links_given]
    if action.creation is None:
        links = [link_statement(context, one) for one in given]
        checks = _update_checks(context, action, table, links)
        act = _update(context, action, table, checks, links)
    else:
        links = [made_links(context, one) for one in given]
        checks = creation_checks(context, action, table, links)
        act = creation_statement(context, action, table, checks, links)
    kept = _kept(action, links_given)
    verified = list(_verified(context, action, kept))
    return WriteStatement(
        tuple(_locks(context, action, table)),
        act,
        tuple(_effects(action, table)),
        _verify(context, action, kept, verified, len(checks)) if verified else None,
        tuple(one.message for one in (*checks, *verified)),
        tuple(one.fields for one in (*checks, *verified)),
        len(checks),
        constraint_errors(action, table),
        dict(context.parameters.readers),
        frozenset() if action.creation is None else frozenset({f"uq_{table.name}_slug"}),
        {} if action.creation is None else action.creation.refused,
        () if action.creation is None else action.creation.repeated,
    )


def _effects(action: WriteAction, table: Table) -> Iterator[str]:
    """Whom the write tells, as it was when it was done, and then what else follows from it."""
    if (notify := notify_statement(action, table.name)) is not None:
        yield notify
    yield from action.effects


def _locks(context: PlanningContext, action: WriteAction, table: Table) -> Iterator[str]:
    """Lock what the declaration says, the gate's row, and then the row itself."""
    own = f"from {identifier(table.name)} where id = {GIVEN_ID}"
    if action.act is not None:
        yield from action.act.locks
    if action.act is not None and action.act.gate is not None:
        for path in action.act.gate.split():
            yield from reversed(list(_gates(context, action, path, own)))
    if action.creation is None:
        yield f"select {own} for no key update"


def _gates(context: PlanningContext, action: WriteAction, path: str, own: str) -> Iterator[str]:
    """The rows along the path of references to the gate, the nearest first."""
    type_, source = context.catalog.types[action.type_name], own
    for name in path.split("."):
        member = type_.members[name]
        assert isinstance(member.binding, ToOne)
        column, given = member.binding.key, action.creation is not None and source == own
        key = f"$1 -> 'set' ->> '{column}'" if given else f"select {identifier(column)} {source}"
        type_ = context.catalog.types[member.target]
        if given:
            key = _or_by_key(context, action, name, key)
        source = f"from {identifier(str(type_.table.name))} where id = ({key})::uuid"  # type: ignore[union-attr]
        yield f"select {source} for no key update"


def _or_by_key(context: PlanningContext, action: WriteAction, name: str, key: str) -> str:
    """The id of the row that a new one refers to, also where its input names it by another key."""
    lookups = [one for one in action.lookups if one[0].name == name]
    found = [f"({any_with_key(context, *one)})::text" for one in lookups]
    return f"coalesce({', '.join([key, *found])})" if found else key


def _update_checks(
    context: PlanningContext, action: WriteAction, table: Table, links: Sequence[LinkStatement]
) -> list[Check]:
    return [
        *row_checks(action),
        *field_checks(context, action),
        *reference_checks(context, action.fields),
        *archived_checks(context, action.fields, table.name),
        *version_checks(context, action.fields),
        *constraint_checks(action, table),
        *wall_clock_checks(action, identifier(table.name)),
        *form_checks(action),
        *(check for one in links for check in one.checks),
    ]


def _update(
    context: PlanningContext,
    action: WriteAction,
    table: Table,
    checks: Sequence[Check],
    links: Sequence[LinkStatement],
) -> str:
    sets = action.step.sets if action.step is not None else {}
    columns = list(dict.fromkeys([*set_columns(action), *sets])) or ["version"]
    changed_links = "".join(f" or {one.changed}" for one in links)
    changed = [_changed(field) for field in _changeable(action)]
    changed += [f"case when {one.changed} then '{one.links.name}' end" for one in links]
    return UPDATE.format(
        judged=given_sql(judged_select(context, context.row(action.type_name), action)),
        table=identifier(table.name),
        values=values_sql(action) + resolved_fields(context, action) + chosen_forms(action, table),
        sets=", ".join(f"'{column}', j.set_{column}" for column in sets),
        given="".join(one.given for one in links),
        problems=problems_sql(checks),
        writes="".join(one.writes for one in links),
        written=_written(action).format(
            table=identifier(table.name),
            columns=", ".join(map(identifier, columns)),
            old=columns_of("e", columns),
            new=columns_of("f", columns),
            changed_links=changed_links,
        ),
        changed="" if action.removes else ", ".join(changed),
        epoch=epoch_sql(context),
    )


def _written(action: WriteAction) -> str:
    if action.step is not None and action.step.by_effects:
        return LEFT_TO_EFFECTS
    return DELETED if action.removes else UPDATED


LEFT_TO_EFFECTS = "select from fresh"
DELETED = "delete from {table} e using fresh f where e.id = f.id and not exists (select from problems)"
UPDATED = """update {table} e set ({columns}) = row({new}) from fresh f
    where e.id = f.id and not exists (select from problems)
        and (({old}) is distinct from ({new}){changed_links})"""
UPDATE = """
with judged as materialized (
    {judged}
), fresh as materialized (
    select n.* from {table} e cross join judged j
    cross join lateral jsonb_populate_record(e, {values} || jsonb_build_object({sets})) n
    where e.id = ($1 ->> 'id')::uuid
), {given}problems (rank, code, path, words) as (
    select 0, 'STALE', '{{}}'::text[], -1 where ($1 ->> 'epoch')::int <> ({epoch})
    union all select case x.code when 'FORBIDDEN' then 2 else 3 end, x.code, x.path, x.words
        from jsonb_to_recordset($1 -> 'errors') x (code text, path text[], words int) {problems}
), verdict as (
    select * from problems where rank = (select min(rank) from problems)
){writes}, written as (
    {written}
)
select jsonb_build_object(
    'id', (select j.id from judged j where j.visible),
    'changed', case when exists (select from problems) then '[]' else coalesce((
        select to_jsonb(array_remove(array[{changed}]::text[], null))
        from {table} e join fresh f on f.id = e.id), '[]') end,
    'stale', exists (select from verdict where rank = 0),
    'errors', (select coalesce(
        jsonb_agg(jsonb_build_object('code', code, 'path', path, 'words', words) order by words, path),
        '[]') from verdict))
"""


def _verified(context: PlanningContext, action: WriteAction, kept: Sequence[Guard]) -> Iterator[Check]:
    """The checks after the write: the creator's rights, and guards."""
    if action.creation is not None:
        may, holds = message("mutation.may_not_make"), "exists (select from judged j where j.writable)"
        found = [key for _, key in action.lookups]
        by_key = "".join(f" or {is_given(key)}" for key in found)
        yield Check(FORBIDDEN, "FORBIDDEN", path_of(), may, "(select) o", holds + by_key)
        for key in found:
            missing, held = message("mutation.not_found"), f"{holds} or not ({is_given(key)})"
            yield Check(FORBIDDEN, "NOT_FOUND", path_of(key.name), missing, "(select) o", held)
        yield from field_checks(context, action)
    yield from guard_checks(kept, action.lookups)


def _kept(action: WriteAction, links_given: Collection[str]) -> tuple[Guard, ...]:
    """The guards of the row as it has become; those of a list of links only if it was given."""
    holds = tuple(one for one in action.holds if one.path[0] in links_given)
    return (*action.creation.guards, *holds) if action.creation is not None else holds


def _verify(
    context: PlanningContext,
    action: WriteAction,
    kept: Sequence[Guard],
    checks: Sequence[Check],
    first: int,
) -> str:
    """The statement that returns the errors of the row as it has become, as JSON."""
    row = context.row(action.type_name)
    columns = right_columns(context, row, action)
    columns += [guard.rule(row.as_correlated()).label(f"guard_{number}") for number, guard in enumerate(kept)]
    judged: Select[Any] = select(*columns).select_from(row.from_clause)
    judged = judged.where(row["id"] == literal_column(GIVEN_ID))
    return VERIFY.format(judged=given_sql(judged), problems=problems_sql(checks, first))


VERIFY = """
with judged as materialized (
    {judged}
), problems (rank, code, path, words) as (
    select 0, '', '{{}}'::text[], 0 where false {problems}
)
select coalesce(
    jsonb_agg(jsonb_build_object('code', code, 'path', path, 'words', words) order by words), '[]')
from problems where rank = (select min(rank) from problems)
"""


def _changeable(action: WriteAction) -> Iterator[tuple[str, Sequence[str]]]:
    for one in action.fields:
        if one.stored:
            yield one.name, list(one.columns.values())
    if action.step is not None:
        if action.step.target:
            yield action.column, [action.column]
        yield from action.step.changes.items()


def _changed(field: tuple[str, Sequence[str]]) -> str:
    name, columns = field
    old, new = columns_of("e", columns), columns_of("f", columns)
    return f"case when ({old}) is distinct from ({new}) then '{name}' end"
