"""The product beside the model: each act is done by both, and whatever can be told of it compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
from graphql import (
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_union_type,
    parse,
)

import schema
from models.database.client import Database
from planner.declaration.access import Policy
from planner.engine import Engine
from schema.grants import Principal
from tests.engines import BOUNDS, engine_with
from tests.feed.visible_dependencies import OF_OTHERS, PLANNED_ONCE, UNNAMED
from tests.mutations.harness import ACTIONS, MutationHarness, mutating
from tests.mutations.model.accounts import ACCOUNTS, sender_of
from tests.mutations.model.act import Act, Outcome
from tests.mutations.model.carry_out import Model
from tests.mutations.model.declarations import DRAWN, MODELLED
from tests.mutations.model.drawn import take
from tests.mutations.model.entity import Entity
from tests.mutations.model.feed_changes import Change, FeedReader, near, snapshot
from tests.mutations.model.feed_changes import expected as changes_expected
from tests.mutations.model.fields import Path, Problem
from tests.mutations.model.generate import SENDERS, Acts
from tests.mutations.model.log_entries import entry_expected, entry_of_log, is_set
from tests.mutations.model.rows_of_database import differences
from tests.mutations.model.world import World
from tests.personas import viewer_of
from tests.random_queries.comparison import difference, load
from tests.random_queries.viewers import viewers_of
from tests.reference.executor import answer, reference_schema
from tests.reference.field_sources import NODES, TABLE, TYPE_OF_TABLE
from tests.reference.ids import global_id
from tests.reference.policy import Sight
from tests.reference.rows import load_rows
from tests.reference.tables import Matches, ReferenceWorld
from tests.reference.viewers import Viewer

MANY_PLANS = replace(BOUNDS, plan_entries=20_000, plan_bytes=2**30)
"""Who acts with other roles, and other lists of links in an input, are other plans: each is made once."""
MANY_MAILS = dict.fromkeys(
    ("unsolicited_per_person", "unsolicited_per_system", "unsolicited_per_address"), 10**6
)
"""How many mails guests get is no part of the model: tests/mutations/test_guests.py."""
AUDIENCE = 10
"""So many look at a thousand acts, others at the next: to plan the feed for a role takes most of the time."""
QUIET = 20
"""After so many acts somebody looks, though nothing was done."""
NOT_COMPARED = {"createdAt", "updatedAt", "collaborations", "computed"}
"""Moments that only the database knows; what is of all projects of an institution; what servers count."""
ACTIONS_LISTED = "availableActions { name allowed reasons { code path message } }"
ENTRIES = """
    select e.*, (select jsonb_object_agg(v.column_name, jsonb_build_array(v.before, v.after))
        from audit_value v where v.entry = e.number)::text as values,
        (select a.issuer || ' ' || a.subject from access_grant a where a.id = e.entity_id
        union all select i.issuer || ' ' || i.subject from access_identity i
        where i.id = e.entity_id) as account
    from audit_entry e where e.number > $1 order by e.number
"""


UNDER_WAY = """
    update event set starts_at = now() - interval '2 days' where slug in ('hard-full', 'hard-with-places')
"""
"""Somebody must come to events, and others still register for them."""
UNCONFIRMED = """
    update person set home_confirmed = false
    where institution_id is not null and abs(hashtext(id::text)) % 3 = 0;
    insert into access_identity (issuer, subject, person_id)
    select 'https://idp.example', 'of ' || id, id from person p where abs(hashtext(id::text)) % 4 = 0
        and not exists (select from access_identity i where i.person_id = p.id)
"""
"""Homes have people to confirm, and issuers know some of those who become participants or mentors."""


IDENTIFYING = {"AccessGrant", "AccessIdentity"}
"""Types whose rows decide who an account is: it reads something then."""


class Wrong(AssertionError):
    """The product does other than the model."""


@cache
def selection(type_: str) -> str:
    """What an object shows by itself, and what it refers to, by id."""
    object_type = reference_schema(schema.sdl()).type_map[type_]
    assert isinstance(object_type, GraphQLObjectType)
    parts = [one for name, f in object_type.fields.items() if (one := _selected(name, f))]
    return " ".join(parts)


def _selected(name: str, field_: Any) -> str | None:
    target = get_named_type(field_.type)
    if name in NOT_COMPARED | {"availableActions", "id", "version"}:
        return None
    if is_leaf_type(target):
        return name
    if (referred := _by_id(target)) is not None:
        return None if is_list_type(get_nullable_type(field_.type)) else f"{name} {referred}"
    if target.name.endswith("Connection") or not isinstance(target, GraphQLObjectType):
        return None
    inner = [one for n, f in target.fields.items() if (one := _selected_within(n, get_named_type(f.type)))]
    return f"{name} {{ {' '.join(inner)} }}"


def _selected_within(name: str, target: GraphQLNamedType) -> str | None:
    if is_leaf_type(target):
        return name
    referred = _by_id(target)
    return None if referred is None else f"{name} {referred}"


def _by_id(target: GraphQLNamedType) -> str | None:
    """What is selected of another object, if it is one: of one of several, too."""
    if target.name in NODES:
        return "{ id }"
    return "{ ... on Node { id } }" if is_union_type(target) else None


@cache
def listed(type_: str) -> str:
    """The list of all of the type, if there is one."""
    query = reference_schema(schema.sdl()).query_type
    assert query is not None
    names = [n for n, f in query.fields.items() if get_named_type(f.type).name == f"{type_}Connection"]
    return "".join(f" {name}(first: 4) {{ totalCount nodes {{ id version }} }}" for name in names)


def _bounded_rows(world: World) -> list[tuple[str, UUID]]:
    """Rows that are shown by roles: of people, what they do, and drafts."""
    types = ("Person", "Participant", "Mentor", "Mentorship", "Mobility", "Award", "Project", "Registration")
    return [(type_, id) for type_ in types for id in world.tables[TABLE[type_]]]


@cache
def seen_as(type_: str) -> str:
    object_type = reference_schema(schema.sdl()).type_map[type_]
    assert isinstance(object_type, GraphQLObjectType)
    actions = ACTIONS_LISTED if "availableActions" in object_type.fields else ""
    fields = f"id version {selection(type_)} {actions}"
    return f"query ($id: ID!) {{ object: node(id: $id) {{ ... on {type_} {{ {fields} }} }} }}"


parse_once = cache(parse)


@dataclass(repr=False)
class Trial:
    """A database as it stands, and the rows in memory that must be the same."""

    harness: MutationHarness
    connection: asyncpg.Connection
    model: Model
    acts: Acts
    feed: FeedReader
    url: str
    seed: int = 0
    last_entry: int = 0
    met: Counter[str] = field(default_factory=Counter)
    log: list[Act] = field(default_factory=list)

    async def step(self, number: int) -> None:
        """Do what the number says, by both."""
        await self.compare_act(self.acts.draw(Random(f"{self.seed} {number}")))

    @property
    def database(self) -> Database:
        assert self.harness.executor.connections.database is not None
        return self.harness.executor.connections.database

    async def compare_rows(self) -> None:
        """Every row of the database."""
        if wrong := await differences(self.model.world, self.url):
            raise Wrong("\n".join(wrong[:5]))

    async def compare_act(self, act: Act) -> None:
        self.log.append(act)
        try:
            await self._carry_out(act)
        except Wrong as wrong:
            raise Wrong(f"{wrong}\nof {described(act)}") from None

    async def _carry_out(self, act: Act) -> None:
        entity, action = MODELLED[act.mutation], ACTIONS[act.mutation]
        got = await self.harness.send(
            sender_of(act.viewer.name),
            action,
            act.input,
            dry=act.dry,
            key=act.key,
            fields=selection(entity.type),
        )
        before = snapshot(self.model.world)
        object_ = got[object_of(entity.type)]
        id = UUID(object_["id"].partition("_")[2]) if object_ else UUID(int=0)
        outcome = self.model.carry_out(act, id)
        others = await self._compare_entries(act, outcome) - {(entity.table, outcome.row)}
        self._compare(act, entity, got, outcome)
        if outcome.done or len(self.log) % QUIET == 0:
            await self._look(entity, before, outcome, others)
        self.acts.note(act, entity.table, outcome.row, done=outcome.done)
        self.met.update(_kinds(outcome))

    def _compare(self, act: Act, entity: Entity, got: Mapping[str, Any], outcome: Outcome) -> None:
        wrong = numbered([(one["code"], tuple(one["path"])) for one in got["userErrors"]])
        expected = {
            "userErrors": Counter(outcome.problems),
            "changed": list(outcome.changed),
            "replayed": outcome.replayed,
            "created": outcome.created,
        }
        found = {
            "userErrors": Counter(wrong),
            "changed": got["changed"],
            "replayed": got["replayed"],
            "created": got.get("created", outcome.created),
        }
        for name, value in expected.items():
            if found[name] != value:
                raise Wrong(f"{name}: expected {value}, got {found[name]}")
        object_ = self.seen_as(act.viewer, entity.type, outcome.row) if outcome.row else None
        if (one := difference(object_, got[object_of(entity.type)], entity.table)) is not None:
            raise Wrong(one)

    def seen_as(self, viewer: Viewer, type_: str, id: UUID, world: World | None = None) -> Any:
        """The object, as the viewer sees it."""
        rows = ReferenceWorld(self.model.schema, world or self.model.world, Matches({}, {}))
        found = answer(rows, parse_once(seen_as(type_)), {"id": global_id(type_, id)}, viewer)
        if found.code is not None:
            raise Wrong(f"{found.code}: {found.message}")
        return found.data["object"]

    async def _look(
        self, entity: Entity, before: World, outcome: Outcome, others: set[tuple[str, UUID]]
    ) -> None:
        """The row and a list it may be in, as others see them; and what the feed tells them of the act."""
        draw = Random(f"{self.seed} {len(self.log)} look")
        audience = Random(f"{self.seed} {len(self.log) // 1_000}").sample(SENDERS, AUDIENCE)
        viewers = [viewers_of(draw.choice(audience))[0]]
        id = outcome.row or draw.choice(list(self.model.world.tables[entity.table]))
        touched = [(entity.type, id)] if outcome.done and outcome.row else []
        touched += [(TYPE_OF_TABLE[table], other) for table, other in others]
        decided = sorted({one for row in touched for one in near(before, self.model.world, row)})
        if entity.type in IDENTIFYING:
            viewers_now = [self.model.sight_of(draw.choice(list(ACCOUNTS))).viewer]
            await self._read(viewers_now[0], entity.type, id)
            await self._read(viewers_now[0], *draw.choice(_bounded_rows(self.model.world)))
        for viewer in viewers:
            await self._read(viewer, entity.type, id)
            if decided:
                await self._read(viewer, *draw.choice(decided))
        await self._compare_changes(viewers, before, touched)

    async def _read(self, viewer: Viewer, type_: str, id: UUID) -> None:
        document = f"{seen_as(type_)[:-2]}{listed(type_)} }}"
        variables = {"id": global_id(type_, id)}
        operation = self.harness.engine.operation(document, None)
        reader = await self._reader(viewer.name)
        plan, _ = self.harness.engine.plan(operation, variables, reader, "EN")
        assert plan is not None
        found = await self.database.fetch(plan.sql, plan.parameters(variables, reader))
        got = {key: load(value) for key, value in zip(plan.keys, found, strict=False)}
        rows = ReferenceWorld(self.model.schema, self.model.world, Matches({}, {}))
        expected = answer(rows, parse_once(document), variables, viewer)
        if (one := difference(expected.data, got, f"as {viewer.name}")) is not None:
            raise Wrong(one)

    async def _reader(self, name: str) -> Principal:
        """Somebody as the product knows them now."""
        sender = sender_of(name)
        return viewer_of(sender) if isinstance(sender, str) else await sender.viewer(self.database)

    async def _compare_changes(
        self, viewers: Sequence[Viewer], before: World, touched: Sequence[tuple[str, UUID]]
    ) -> None:
        """What each is told is what is another for them now, and names the fields that they see changed."""
        for viewer, got in (await self.feed.next(viewers)).items():
            was, now = Sight(self.model.schema, before, viewer), self.model.sight(viewer)
            wanted = changes_expected(was, now, touched)
            wanted |= self._nearby(viewer, before, touched)
            if set(got) != wanted:
                raise Wrong(f"told {viewer.name}: expected {sorted(wanted)}, got {sorted(got)}")
            for change, fields in got.items():
                if change.kind == "UPDATED" and change.id == global_id(*touched[0]):
                    first = touched[0]
                    one, other = (self.seen_as(viewer, *first, world) for world in (before, self.model.world))
                    differing = {name for name in other if one[name] != other[name]} - UNNAMED
                    differing -= OF_OTHERS.get(first[0], set())
                    if not differing <= fields:
                        raise Wrong(
                            f"told {viewer.name}: {sorted(differing)} changed, {sorted(fields)} named"
                        )

    def _nearby(self, viewer: Viewer, before: World, touched: Sequence[tuple[str, UUID]]) -> set[Change]:
        """Of the rows that show something of those that were changed, what is another for the viewer."""
        after, found = self.model.world, set()
        changed = {(t, id) for t, id in touched if before.get(TABLE[t], id) != after.get(TABLE[t], id)}
        for type_, id in {one for row in touched for one in near(before, after, row)} - changed:
            was, now = (self._visible(viewer, type_, id, world) for world in (before, after))
            if was != now and (row := after.get(TABLE[type_], id)) is not None:
                kind = "ADDED" if was is None else "REMOVED" if now is None else "UPDATED"
                found.add(Change(kind, global_id(type_, id), row["version"]))
        return found

    def _visible(self, viewer: Viewer, type_: str, id: UUID, world: World) -> Any:
        """What an object shows by itself, if the viewer sees it."""
        found = self.seen_as(viewer, type_, id, world)
        left_out = UNNAMED | OF_OTHERS.get(type_, set())
        return found and {name: value for name, value in found.items() if name not in left_out}

    async def _compare_entries(self, act: Act, outcome: Outcome) -> set[tuple[str, UUID]]:
        """The log's new entries, with each column's value before and after; rows get the ids they have.

        Returns the objects that were changed.
        """
        rows = await self.connection.fetch(ENTRIES, self.last_entry)
        self.last_entry = rows[-1]["number"] if rows else self.last_entry
        entries, self.model.world.entries = self.model.world.entries, []
        found = sorted(((entry_of_log(row), row) for row in rows), key=lambda one: str(one[0]))
        expected = sorted(((entry_expected(one, act), one) for one in entries), key=lambda one: str(one[0]))
        if [one for one, _ in found] != [one for one, _ in expected]:
            raise Wrong(f"entries: expected {[one for one, _ in expected]}, got {[one for one, _ in found]}")
        changed = set()
        for (_, row), (_, entry) in zip(found, expected, strict=True):
            id = row["part_id"] or row["entity_id"]
            if entry.operation == "INSERT":
                self.model.world.rename(entry.table, entry.id, id)
            drawn = [one for one in DRAWN.get(entry.table, ()) if is_set(entry, one.column)]
            if wrong := await take(self.model.world, drawn, (entry.table, id), self.connection):
                raise Wrong(wrong)
            if TYPE_OF_TABLE[entry.table] in NODES:
                changed.add((entry.table, id))
        return changed


def numbered(found: Sequence[tuple[str, Path]]) -> list[Problem]:
    """Several with the same code and path are told apart."""
    return [Problem(*one, found[:number].count(one)) for number, one in enumerate(found)]


def object_of(type_: str) -> str:
    """The field of a payload with the object."""
    return type_[0].lower() + type_[1:]


def _kinds(outcome: Outcome) -> set[str]:
    """What came of it, in words."""
    if outcome.replayed:
        return {"replayed"}
    return {one.code for one in outcome.problems} or {"done" if outcome.done else "dry"}


def described(act: Act) -> str:
    shortened = {k: v if len(str(v)) < 500 else f"{str(v)[:500]}…" for k, v in act.input.items()}
    return f"{act.mutation} as {act.viewer.name}, key {act.key!r}, dry {act.dry}: {shortened}"


@cache
def feed_engine() -> Engine:
    """What reads the feed, whatever is planted in writes: to plan it for a role takes a second of a core."""
    return engine_with(schema.POLICY, MANY_PLANS)


@asynccontextmanager
async def trial(url: str, seed: int = 0, policy: Policy = schema.POLICY) -> AsyncIterator[Trial]:
    """On a database of its own."""
    core = reference_schema(schema.sdl())
    connection = await asyncpg.connect(url, server_settings=PLANNED_ONCE, max_cacheable_statement_size=0)
    await connection.execute(UNDER_WAY)
    await connection.execute(UNCONFIRMED)
    rows = await load_rows(url)
    model = Model(core, World(rows.tables))
    async with mutating(url, engine_with(policy, MANY_PLANS), **MANY_MAILS) as harness:
        last = await connection.fetchval("select coalesce(max(number), 0) from audit_entry")
        feed = FeedReader(connection, feed_engine())
        await feed.begin()
        yield Trial(harness, connection, model, Acts(model), feed, url, seed, last)
    await connection.close()
