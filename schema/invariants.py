"""Invariants of a database's rows, whatever wrote them: queries that must be empty.

`puente doctor --invariants` runs them; each finds texts such as `project 0197…`. Most are made from the
tables and the declared workflows, so a new table or status needs no line here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import models
from models.audited_tables import models_of_tables
from models.base import metadata, snake_case
from planner.declaration.bindings import Value
from planner.message_catalog import LocalizedMessage
from planner.mutation.workflow_sql import workflows
from schema import event_places, mentorship_invariants
from schema.build import catalog
from schema.change import FEED
from schema.messages import message

ENTITIES = [table for table in metadata.sorted_tables if table not in models.PLAIN_TABLES]
COPIES = ("mentor", "participant")
"""The tables with copies of a person's name (models/person.py)."""
COPIED = {
    "name": "name",
    "name_fold": "name_fold",
    "name_sort_en": "name_sort_en",
    "name_sort_es": "name_sort_es",
    "name_search": "search",
}
EVENTS = ("insert", "update", "delete")
LAST_ENTRIES = """with last_entry as materialized (
    select distinct on (entity_id) entity, entity_id, operation, status_to from audit_entry
    where part is null and operation <> 'ERASE' order by entity_id, number desc)
"""
LAST_CHANGES = """with last_change as materialized (
    select distinct on (entity_id) entity_id, version from (
        select entity_id, version, 0 as queued, number as position from change
        union all select entity_id, version, 1, id from change_note) c
    order by entity_id, queued desc, position desc)
"""


@dataclass(frozen=True, slots=True)
class Invariant:
    """`query` finds the rows that break it: one column of texts, each with a table's name and an id."""

    name: str
    sentence: LocalizedMessage
    query: str


def known_statuses() -> Iterator[str]:
    for table, workflow in workflows(catalog).items():
        known = ",".join(workflow.statuses)
        yield f"select '{table} ' || id from {table} where {workflow.column} <> all ('{{{known}}}')"


def versions() -> Iterator[str]:
    for table in ENTITIES:
        yield f"select '{table.name} ' || id from {table.name} where version < 1 or updated_at < created_at"


def references() -> Iterator[str]:
    for table in ENTITIES:
        for key in sorted(table.foreign_keys, key=lambda one: one.parent.name):
            column, other = key.parent.name, key.column
            yield (
                f"select '{table.name} ' || t.id from {table.name} t where t.{column} is not null"
                f" and not exists (select from {other.table.name} o where o.{other.name} = t.{column})"
            )


def names() -> Iterator[str]:
    copies = ", ".join(f"c.{copy}" for copy in COPIED)
    originals = ", ".join(f"p.{original}" for original in COPIED.values())
    for table in COPIES:
        yield (
            f"select '{table} ' || c.id from {table} c join person p on p.id = c.person_id"
            f" where ({copies}) is distinct from ({originals})"
        )


def copies() -> Iterator[str]:
    """Columns that repeat those of the row that has the list have its values (`from_owner`)."""
    for model in filter(lambda one: one.from_owner, models_of_tables()):
        table, columns = metadata.tables[str(model.__tablename__)], set(model.from_owner)
        keys = [one for one in table.foreign_keys if columns <= set(one.column.table.c.keys())]
        (key,) = (one for one in keys if one.parent.name not in columns)
        copied, owned = (", ".join(f"{row}.{one}" for one in model.from_owner) for row in "to")
        yield (
            f"select '{table.name} ' || t.id from {table.name} t"
            f" join {key.column.table.name} o on o.id = t.{key.parent.name}"
            f" where ({copied}) is distinct from ({owned})"
        )


def triggers() -> Iterator[str]:
    """The triggers of workflows and of the audit log exist, and no trigger is disabled."""
    wanted = [f"{table}_status_step" for table in workflows(catalog)]
    wanted += [f"{table}_audit_{event}" for table in written_tables() for event in EVENTS]
    wanted += [f"{table}_keep" for table in ("audit_entry", "audit_value")]
    yield (
        f"select 'trigger ' || w.name from unnest('{{{','.join(wanted)}}}'::text[]) w (name)"
        " where not exists (select from pg_trigger t where t.tgname = w.name and not t.tgisinternal)"
    )
    yield (
        "select 'trigger ' || tgname || ' of ' || tgrelid::regclass from pg_trigger t"
        " join pg_class c on c.oid = t.tgrelid where t.tgenabled in ('D', 'R')"
        " and c.relnamespace = current_schema()::regnamespace"
    )


def audited_statuses() -> Iterator[str]:
    """A row with entries was not deleted by the last of them, and has the status that it names."""
    columns = {table: one.column for table, one in workflows(catalog).items()}
    for table in (one.name for one in ENTITIES):
        other = f" or e.status_to is distinct from r.{columns[table]}" if table in columns else ""
        yield (
            f"select '{table} ' || r.id from {table} r join last_entry e on e.entity_id = r.id"
            f" where e.entity = '{table}' and (e.operation = 'DELETE'{other})"
        )


def keys() -> Iterator[str]:
    """An idempotency key is of a write that was done: its row exists, or the audit log knows it.

    A withdrawal of what is not there is done, too, and has no row.
    """
    withdrawing = [one.mutation for one in catalog.actions.values() if one.creation and one.creation.replaces]
    for table in written_tables():
        mutations = [one.mutation for one in catalog.actions.values() if table_of(one.type_name) == table]
        yield (
            "select 'idempotency_key ' || k.mutation || ' ' || k.key from idempotency_key k"
            f" where k.mutation = any ('{{{','.join(mutations)}}}')"
            f" and not exists (select from {table} r where r.id = k.entity_id)"
            " and not exists (select from audit_entry e where e.entity_id = k.entity_id)"
            f" and (k.entity_id is not null or k.mutation <> all ('{{{','.join(withdrawing)}}}'))"
        )


def stored_forms() -> Iterator[str]:
    """Texts have the form in which they are stored, where mutations accept several."""
    for type_ in catalog.types.values():
        for member in type_.members.values():
            form = member.binding.form if isinstance(member.binding, Value) else None
            if form is not None:
                table, column = table_of(type_.name), snake_case(member.name)
                yield f"select '{table} ' || id from {table} where {column} !~ '{form.shape}'"


def change_versions() -> Iterator[str]:
    """A row's last change that is kept, numbered or not, has the row's version."""
    for name in FEED.types.values():
        table = table_of(name)
        yield (
            f"select '{table} ' || r.id from {table} r join last_change c on c.entity_id = r.id"
            " where c.version <> r.version"
        )


def written_tables() -> list[str]:
    """The tables of followed types that have mutations."""
    names = {action.type_name for action in catalog.actions.values()}
    return sorted(table_of(name) for name in names if catalog.types[name].followed)


def table_of(type_name: str) -> str:
    return str(catalog.types[type_name].table.name)  # type: ignore[union-attr]


AUDITED_COLUMNS = (
    "select 'audit_value ' || v.entry || ' ' || v.column_name from audit_value v"
    " left join audit_entry e on e.number = v.entry and v.column_name = any (e.columns)"
    " where e.number is null",
    "select 'audit_entry ' || e.number from audit_entry e cross join unnest(e.columns) c (name)"
    " left join audit_value v on v.entry = e.number and v.column_name = c.name where v.entry is null"
    " and not exists (select from audit_entry x where x.operation = 'ERASE' and x.number > e.number)",
)
"""An erasure removes values about a person, and adds an entry."""
CHANGE_NUMBERS = (
    "select 'change ' || c.number from (select number, lag(number) over (order by number) as before"
    " from change) c, feed f where c.number > f.last or c.number <> coalesce(c.before, f.floor) + 1",
    "select 'feed ' || f.last from feed f"
    " where f.last <> coalesce((select max(number) from change), f.floor)",
)


def _all(queries: Iterable[str]) -> str:
    return "\nunion all ".join(queries)


STATED: Mapping[str, tuple[LocalizedMessage, str]] = {
    "known_statuses": (message("invariant.known_statuses"), _all(known_statuses())),
    "versions": (message("invariant.versions"), _all(versions())),
    "references": (message("invariant.references"), _all(references())),
    "names": (message("invariant.names"), _all(names())),
    "copies": (message("invariant.copies"), _all(copies())),
    "triggers": (message("invariant.triggers"), _all(triggers())),
    "audited_statuses": (message("invariant.audited_statuses"), LAST_ENTRIES + _all(audited_statuses())),
    "audited_columns": (message("invariant.audited_columns"), _all(AUDITED_COLUMNS)),
    "keys": (message("invariant.keys"), _all(keys())),
    "stored_forms": (message("invariant.stored_forms"), _all(stored_forms())),
    "mentorship_open": (message("invariant.mentorship_open"), mentorship_invariants.TWICE),
    "mentor_places": (message("invariant.mentor_places"), mentorship_invariants.OVERBOOKED),
    "mentorship_sessions": (message("invariant.mentorship_sessions"), mentorship_invariants.SESSIONS),
    **{name: (message(f"invariant.{name}"), query) for name, query in event_places.INVARIANTS.items()},
    "change_numbers": (message("invariant.change_numbers"), _all(CHANGE_NUMBERS)),
    "change_versions": (message("invariant.change_versions"), LAST_CHANGES + _all(change_versions())),
}
INVARIANTS: Sequence[Invariant] = [Invariant(name, *given) for name, given in STATED.items()]
QUERIES = {one.name: one.query for one in INVARIANTS}
