"""Every table is in the feed, or says why it is not: what a new entity must do, a failing test tells."""

from __future__ import annotations

import dataclasses
import random
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any

import asyncpg
import pytest
from graphql import OperationDefinitionNode, SelectionSetNode, parse
from sqlalchemy import FromClause, Table, TableClause, literal_column
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnClause

import planner.statement.context
import schema
from models.audit import WRITE_TABLES
from models.base import metadata
from models.feed import FEED_TABLES
from models.notification import MAIL_TABLES
from models.secret_link import LINK_TABLES
from models.unsolicited_mail import UNSOLICITED_TABLES
from planner.changes.link_changes import hideable_links, link_changed
from planner.changes.reference_visibility import hideable_references, visible_key
from planner.declaration.access import every_row
from planner.declaration.bindings import Member, ToOneOf
from planner.sql import JsonObject, bare_table
from planner.statement.context import PlanningContext
from planner.statement.render import render_object
from schema.change import CONCERNS, FEED, TYPES
from schema.roles import PUBLIC, Role
from schema.rules import not_equal
from tests.access.leaks import rows_of, stated
from tests.engines import BOUNDS
from tests.feed.mutations import Mutator
from tests.feed.visible_dependencies import Stage, selection

NOT_FOLLOWED = {
    **dict.fromkeys((table.name for table in FEED_TABLES), "holds the feed itself"),
    "access_grant": "who may see what: a change of it ends cursors and is looked at before each delivery",
    "access_identity": "who somebody is: as of grants",
    "access_epoch": "the number of that change",
    "last_grant": "the number of the last one of somebody",
    "issuer_rules": "a digest of settings",
    "api_client": "credentials: looked at before each delivery",
    "api_key": "credentials: looked at before each delivery",
    **dict.fromkeys((table.name for table in WRITE_TABLES), "who did what: of no entity"),
    **dict.fromkeys((table.name for table in MAIL_TABLES), "what is to be mailed: of no entity"),
    "webhook": "where changes are sent: their owner's, and of no entity",
    "webhook_delivery": "how that went",
    "calendar_link": "what leads to a person's calendar: of no entity",
    "notification_preference": "what its person wants to be mailed: of no entity",
    "secret_link": "what was mailed to a person, which nobody reads",
    **dict.fromkeys((table.name for table in LINK_TABLES), "hashes of secrets"),
    **dict.fromkeys((table.name for table in UNSOLICITED_TABLES), "digests of senders and addresses"),
    "person_merge": "the ids of records that are gone, for the audit log alone",
}
"""The tables whose changes are told nobody, and why."""
FIGURES = {"impact_metric"}
"""Tables of no entity, noted so that live queries are read again."""
TO_DO = """{table} is not in the change feed.
  - of an entity (@node): `changes=` of @node puts it in EntityType, `concerns=` says which institutions it
    concerns; `puente migrations make NAME` writes its triggers;
  - of a link, or read by the policy: `puente migrations make NAME` writes what is derived of it;
  - of none of these: say so in NOT_FOLLOWED of this test, with the reason."""
TRIGGERS = """
    select tgrelid::regclass::text, tgname, tgfoid::regproc::text from pg_trigger
    where not tgisinternal and tgfoid::regproc::text like 'puente_track%'
"""

NODES = {
    t.table.name: t.name  # type: ignore[attr-defined]
    for t in schema.catalog.types.values()
    if t.prefix and t.followed and t.table is not None
}


@pytest.fixture
async def triggers(stage: Stage) -> Mapping[str, Mapping[str, str]]:
    """By table: the names of its tracking triggers, and their functions."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for table, name, function in await stage.connection.fetch(TRIGGERS):
        found[table][name] = function
    return found


def untold(tables: Collection[str], triggers: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The tables that are neither followed nor said not to be."""
    missing = []
    for table in tables:
        mine = triggers.get(table, {})
        if table in NODES:
            wanted = {f"{table}_track_{event}" for event in ("insert", "update", "image", "delete")}
            followed = wanted <= mine.keys() and table.upper() in TYPES
        else:
            followed = f"{table}_track_rows" in mine
        if not (followed and f"{table}_track_truncate" in mine) and table not in NOT_FOLLOWED:
            missing.append(table)
    return missing


def test_every_table_is_followed(triggers: Mapping[str, Mapping[str, str]]) -> None:
    missing = untold(metadata.tables, triggers)
    assert not missing, "\n".join(TO_DO.format(table=table) for table in missing)


def test_a_table_that_nobody_thought_of_is_found(triggers: Mapping[str, Mapping[str, str]]) -> None:
    assert untold([*metadata.tables, "seed_fund"], triggers) == ["seed_fund"]
    without = {name: mine for name, mine in triggers.items() if name not in ("venue", "champion")}
    assert untold(metadata.tables, without) == [t for t in metadata.tables if t in ("venue", "champion")]


def test_what_is_not_followed_is_shown_by_no_entity() -> None:
    tables = {table for tables in dependencies().values() for table in tables}
    assert tables.isdisjoint(NOT_FOLLOWED), tables & NOT_FOLLOWED.keys()
    assert tables.isdisjoint(FIGURES)


def test_entity_types_name_the_types_of_nodes() -> None:
    assert {table.upper(): name for table, name in NODES.items()} == TYPES


def test_only_types_of_the_feed_concern_institutions() -> None:
    assert CONCERNS.keys() <= set(TYPES.values())


# What the policy asks of the past is in the image.


@dataclasses.dataclass
class RecordedReads:
    """A scope in which reading a table is written down."""

    scope: PlanningContext
    tables: list[FromClause]

    def columns(self, conditions: Collection[Any]) -> Iterator[tuple[str, str]]:
        for condition in conditions:
            for element in visitors.iterate(condition):
                if isinstance(element, ColumnClause) and any(element.table is t for t in self.tables):
                    yield element.table.element.name, element.name  # type: ignore[union-attr]


def recorded_reads(patch: pytest.MonkeyPatch, roles: Collection[Role], *, past: bool) -> RecordedReads:
    scope = PlanningContext(
        schema.graphql_schema,
        schema.catalog,
        schema.POLICY,
        BOUNDS.limits,
        frozenset(role.value for role in (PUBLIC, *roles)),
        "EN",
        {},
        {},
    )
    tables: list[FromClause] = []

    def read(_: Any, table: FromClause) -> FromClause:
        tables.append(bare_table(table).alias())
        return tables[-1]

    patch.setattr(planner.statement.context, "image_rows", read)
    if past:
        scope = dataclasses.replace(scope, image=literal_column("was", JSONB()))
    return RecordedReads(scope, tables)


BOUNDED = [role for role in Role if role.value not in schema.POLICY.unbounded and role is not PUBLIC]


def of_the_past(patch: pytest.MonkeyPatch, name: str) -> set[tuple[str, str]]:
    """The columns that predicates, masks and filters read of the image, whoever asks."""
    found: set[tuple[str, str]] = set()
    for roles in [[], *([role] for role in BOUNDED), BOUNDED]:
        where = recorded_reads(patch, roles, past=True)
        row = where.scope.row(name)
        conditions: list[Any] = [
            row["id"].is_not(None),
            row["version"].is_not(None),
            *row.visibility_conditions(),
        ]
        conditions += row.mask_conditions(list(schema.POLICY.entity(name).masks))
        conditions += [visible_key(row, one) for one in hideable_references(where.scope, name)]
        if name in CONCERNS:
            conditions.append(CONCERNS[name](row, literal_column("institution")))
        present = dataclasses.replace(where.scope, image=None)
        for member in hideable_links(present, FEED, name):
            conditions.append(link_changed(present, where.scope, name, member, FEED.changes))
        found |= set(where.columns(conditions))
    return found


ALWAYS_NULL = {("consent", "withdrawn_at")}
"""Columns of the image whose rows are only those where they are null."""


async def in_the_image(stage: Stage, name: str) -> set[tuple[str, str]]:
    """The columns that images of a type have, over all its rows."""
    table = schema.catalog.types[name].table
    assert table is not None
    found = await stage.connection.fetch(
        f"select distinct t.key, k.key from {table.name}, puente_image('{table.name.upper()}', id) i,"  # type: ignore[attr-defined]
        " jsonb_each(i) t, jsonb_array_elements(t.value) r, jsonb_each(r) k"
    )
    return {(row[0], row[1]) for row in found}


@pytest.mark.parametrize("name", TYPES.values())
async def test_the_image_has_what_the_policy_asks(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    required, kept = of_the_past(monkeypatch, name), await in_the_image(stage, name)
    missing = required - kept - ALWAYS_NULL
    assert not missing, f"puente_image('{name.upper()}', …) lacks {sorted(missing)}, which the policy asks"


async def test_a_policy_that_asks_more_than_the_image_has_is_found(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stated("Venue", rows_of(PUBLIC, not_equal("city", "Tijuana")))(monkeypatch)
    assert of_the_past(monkeypatch, "Venue") - await in_the_image(stage, "Venue") == {("venue", "city")}


async def test_the_image_holds_no_text_of_a_person(stage: Stage) -> None:
    """Ids, statuses, purposes and times: nothing that names or reaches anybody."""
    allowed = {"status", "purpose", "notes_shared", "decided_on", "withdrawn_at", "version", "id"}
    allowed.add("requested_by")
    for name in TYPES.values():
        columns = {column for _, column in await in_the_image(stage, name)}
        assert {column for column in columns - allowed if not column.endswith("_id")} == set(), name


# Whatever an entity shows, or who sees it, is told when it changes in another table.


def dependencies() -> Mapping[str, set[str]]:
    """The other tables that decide what an entity shows by itself, or who sees it."""
    found: dict[str, set[str]] = {}
    with pytest.MonkeyPatch.context() as patch:
        for name in TYPES.values():
            tables: set[str] = set()
            for roles in [[], *([role] for role in BOUNDED), BOUNDED, [Role.ADMIN]]:
                scope = recorded_reads(patch, roles, past=False).scope
                row = scope.row(name)
                conditions = [
                    *row.visibility_conditions(),
                    *row.mask_conditions(list(schema.POLICY.entity(name).masks)),
                    render_object(row, [document(name)]),
                ]
                tables |= set(_tables(conditions))
            found[name] = tables - {table_name(name)}
    return found


def table_name(name: str) -> str:
    return str(schema.catalog.types[name].table.name)  # type: ignore[union-attr]


def _tables(elements: Collection[Any]) -> Iterator[str]:
    for element in elements:
        for part in parts(element):
            if isinstance(part, TableClause):
                yield str(part.name)


def parts(element: Any) -> Iterator[Any]:
    """The expression and all that it is made of; SQLAlchemy does not look into our objects."""
    for part in visitors.iterate(element):
        yield part
        if isinstance(part, JsonObject):
            for _, value in part.members:
                yield from parts(value)


def document(name: str) -> SelectionSetNode:
    """Everything that an entity shows by itself, and the references that may be hidden."""
    (operation,) = parse(selection(name, references=may_be_hidden)).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation.selection_set


def may_be_hidden(reference: Member) -> bool:
    """Whether somebody may not see what it is to: if not, the row's own key is all that it depends on."""
    binding = reference.binding
    targets = binding.keys if isinstance(binding, ToOneOf) else [reference.target]
    return any(schema.POLICY.entity(one).rows.get(PUBLIC) is not every_row for one in targets)


MOST_TRIES = 200
NOTED = "select distinct type from change_note where id > $1 and $2 = any(tables)"
LATEST = "select last_value from change_note_id_seq"


async def noted_for(stage: Stage, mutator: Mutator, table: Table, wanted: Collection[str]) -> Collection[str]:
    """The entity types that changes of a table are noted for: until all wanted are, random ones, then all.

    Each is undone: a row that is gone is referred to by none.
    """
    found: set[str] = set()
    latest = await stage.connection.fetchval(LATEST)
    for change in [*[lambda: mutator.mutate(table)] * MOST_TRIES, *await mutator.each_reference(table)]:
        if found >= set(wanted):
            break
        transaction = stage.connection.transaction()
        await transaction.start()
        with suppress(asyncpg.PostgresError):
            await change()
            found |= {row[0] for row in await stage.connection.fetch(NOTED, latest, table.name)}
        await transaction.rollback()
    return found


async def refer_to_all(stage: Stage) -> None:
    """Entities refer to others wherever they may: what few of them do, no random change would hit."""
    for name in TYPES.values():
        table = metadata.tables[table_name(name)]
        for column in table.c:
            for foreign in column.foreign_keys if column.nullable else ():
                other = foreign.column.table.name
                with suppress(asyncpg.PostgresError):
                    async with stage.connection.transaction():
                        await stage.connection.execute(
                            f"""update "{table.name}" t set "{column.name}" = o.id from (
                                    select id, row_number() over (order by id) as number from "{other}") o
                                where t."{column.name}" is null and t.id <> o.id and o.number =
                                    1 + abs(hashtext(t.id::text)) % (select count(*) from "{other}")"""
                        )


async def unnoted(stage: Stage, only: Collection[str] | None = None) -> set[tuple[str, str]]:
    """Tables (these, or all) and the entities that show them, or are seen by them, and are not noted."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for name, tables in dependencies().items():
        for table in tables if only is None else tables & {*only}:
            wanted[table].add(table_name(name).upper())
    missing: set[tuple[str, str]] = set()
    whole = stage.connection.transaction()
    await whole.start()
    try:
        await refer_to_all(stage)
        await stage.number()
        mutator = Mutator(stage.connection, random.Random(0))
        await mutator.learn()
        for table, types in sorted(wanted.items()):
            mutator.draw = random.Random(f"noted {table}")
            noted = await noted_for(stage, mutator, metadata.tables[table], types)
            missing |= {(table, entity) for entity in types - set(noted)}
    finally:
        await whole.rollback()
    return missing


async def test_what_an_entity_stands_on_is_noted_for_it(stage: Stage) -> None:
    missing = await unnoted(stage)
    assert not missing, "\n".join(
        f"a change of {table} can change what {entity} shows or who sees it, and no trigger notes it"
        for table, entity in sorted(missing)
    )
