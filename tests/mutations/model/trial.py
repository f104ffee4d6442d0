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
from graphql import parse

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
from tests.mutations.model.clock import NOBODYS, TURNS
from tests.mutations.model.declarations import DRAWN, MODELLED, OF_THEIR_OWN
from tests.mutations.model.drawn import changed_rows, take, take_versions
from tests.mutations.model.entity import Entity
from tests.mutations.model.feed_changes import Change, FeedReader, near, snapshot
from tests.mutations.model.feed_changes import expected as changes_expected
from tests.mutations.model.fields import Path, Problem
from tests.mutations.model.generate import SENDERS, Acts
from tests.mutations.model.links_by_mail import keep_secrets
from tests.mutations.model.log_entries import entry_expected, entry_of_log, is_set, joined
from tests.mutations.model.newcomers import BECOMING, BY_LINK
from tests.mutations.model.rows_of_database import differences
from tests.mutations.model.selections import listed, seen_as, selection
from tests.mutations.model.turning import Wrong, turn_clock
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


def _bounded_rows(world: World) -> list[tuple[str, UUID]]:
    """Rows that are shown by roles: of people, what they do, and drafts."""
    types = ("Person", "Participant", "Mentor", "Mentorship", "Mobility", "Award", "Project", "Registration")
    return [(type_, id) for type_ in types for id in world.tables[TABLE[type_]]]


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
        clock = Random(f"{self.seed} {number} clock")
        if clock.random() < TURNS:
            await turn_clock(self, clock)
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
        if act.mutation in BY_LINK:
            await keep_secrets(self.connection, self.model.world)
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
        others = await self.compare_entries(act, outcome)
        if act.mutation in OF_THEIR_OWN:
            others |= await self.changed_at_once(before)
        others -= {(entity.table, outcome.row)}
        self._compare(act, entity, got, outcome)
        if outcome.done or len(self.log) % QUIET == 0:
            await self._look(entity, before, outcome, others)
        self.acts.note(act, entity.table, outcome.row, done=outcome.done)
        self.met.update(_kinds(outcome))

    async def changed_at_once(self, before: World) -> set[tuple[str, UUID]]:
        """The objects that an act has changed, in whatever statements."""
        if wrong := await take_versions(self.model.world, before, self.connection):
            raise Wrong(wrong)
        found = changed_rows(self.model.world, before)
        return {
            (table, id) for table, ids in found.items() if TYPE_OF_TABLE.get(table) in NODES for id in ids
        }

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
        viewer = self.model.sight_of(act.viewer.name).viewer if act.mutation in BECOMING else act.viewer
        object_ = self.seen_as(viewer, entity.type, outcome.row) if outcome.row else None
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
        viewers = [viewers_of(draw.choice(self.audience()))[0]]
        id = outcome.row or draw.choice(list(self.model.world.tables[entity.table]))
        touched = [(entity.type, id)] if outcome.done and outcome.row else []
        touched += [(TYPE_OF_TABLE[table], other) for table, other in others]
        decided = sorted({one for row in touched for one in near(before, self.model.world, row)})
        if (reader := self._identified(draw, entity)) is not None:
            await self.read(reader, entity.type, id)
            await self.read(reader, *draw.choice(_bounded_rows(self.model.world)))
        for viewer in viewers:
            await self.read(viewer, entity.type, id)
            if decided:
                await self.read(viewer, *draw.choice(decided))
        await self.compare_changes(viewers, before, touched)

    def _identified(self, draw: Random, entity: Entity) -> Viewer | None:
        """An account that may be somebody else by the last act."""
        last = self.log[-1]
        if last.mutation in BECOMING:
            return self.model.sight_of(last.viewer.name).viewer
        if entity.type not in IDENTIFYING and last.mutation not in OF_THEIR_OWN:
            return None
        return self.model.sight_of(draw.choice(list(ACCOUNTS))).viewer

    def audience(self) -> Sequence[str]:
        return Random(f"{self.seed} {len(self.log) // 1_000}").sample(SENDERS, AUDIENCE)

    async def read(self, viewer: Viewer, type_: str, id: UUID) -> None:
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

    async def compare_changes(
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

    async def compare_entries(self, act: Act, outcome: Outcome) -> set[tuple[str, UUID]]:
        """The log's new entries, with each column's value before and after; rows get the ids they have.

        Returns the objects that were changed.
        """
        rows = await self.connection.fetch(ENTRIES, self.last_entry)
        self.last_entry = rows[-1]["number"] if rows else self.last_entry
        entries, self.model.world.entries = self.model.world.entries, []
        found = [(entry_of_log(row), row) for row in rows]
        expected = [(entry_expected(one, act), one) for one in entries]
        if act.mutation in OF_THEIR_OWN or act is NOBODYS:
            found, expected = joined(found, id_of_entry), joined(expected, lambda one: one.id)
        found, expected = (sorted(many, key=lambda one: str(one[0])) for many in (found, expected))
        mine, theirs = ([one for one, _ in many] for many in (expected, found))
        if mine != theirs:
            missing = [one for one in mine if one not in theirs]
            unexpected = [one for one in theirs if one not in mine]
            raise Wrong(f"entries: expected {missing or mine}, got {unexpected or theirs}")
        changed = set()
        for (logged, row), (_, entry) in zip(found, expected, strict=True):
            id = id_of_entry(row)
            if entry.operation == "INSERT":
                self.model.world.rename(entry.table, entry.id, id)
            set_ = [one for one in DRAWN.get(entry.table, ()) if is_set(entry, logged, one.column)]
            if wrong := await take(self.model.world, set_, (entry.table, id), self.connection):
                raise Wrong(wrong)
            if TYPE_OF_TABLE.get(entry.table) in NODES:
                changed.add((entry.table, id))
        return changed


def id_of_entry(row: Any) -> UUID:
    """The row that an entry of the log is about: of a link, the link."""
    id: UUID = row["part_id"] or row["entity_id"]
    return id


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
