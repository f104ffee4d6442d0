"""What everybody in the cast sees of every entity, and what they are told of changes, on one connection.

Whatever an entity shows by itself is compared: its own fields, its translations, its ties, and its references
by id, which are null while the other is hidden. What other entities decide is told with those: lists, counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import asyncpg
import orjson
from graphql import FieldNode, OperationDefinitionNode, parse
from sqlalchemy import Text, cast, select, union_all

import schema
from models.database.session_settings import connection_settings
from planner.declaration.bindings import Composed, Derived, Embedded, Member, ToMany, ToOne, ToOneOf, Value
from planner.engine import Engine
from planner.plan.query_plan import compile_statement
from planner.plan.subscription_plan import SubscriptionPlan
from planner.statement.context import PlanningContext
from planner.statement.parameters import ParameterReader
from planner.statement.render import render_object
from schema.change import TYPES
from schema.invariants import QUERIES
from tests.conftest import correcting
from tests.invariants import BY_MUTATIONS
from tests.personas import viewer_of
from tests.random_queries.run import BOUNDS

Entities: TypeAlias = dict[str, dict[str, Any]]
"""By global id, as the viewer sees them."""

OF_OTHERS = {
    "Institution": {"participantCount", "mobilityCount", "collaborations"},
    "Cohort": {"participantCount", "availableActions"},
    "Activity": {"participations", "availableActions"},
    "Call": {"availableActions"},
    "Participation": {"availableActions"},
    "Mentorship": {"availableActions"},
    "Event": {"myRegistration"},
    "Mentor": {"availableActions"},
    "Participant": {"availableActions"},
    "Person": {"availableActions"},
    "Registration": {"position"},
}
"""What other entities decide though it is no list of them: counts, the participants of an activity, whether
the viewer is registered for an event, how many wait before, what one may do in a program that another
institution runs from now on, which is told of the program or cohort, and whether a mentor or a participant is
archived, which is told of what goes on with them. Whether a person may be invited depends on identities and
grants, which are in no feed."""
PLANNED_ONCE = {**connection_settings(), "plan_cache_mode": "force_generic_plan"}
"""As servers read: planning a statement for each value takes ten times as long as what it does here."""
APART = "_of_"
"""A field's key names its type too: fields of one name have several types."""


def always(member: Member) -> bool:
    return True


@cache
def selection(type_name: str, *, inner: bool = False, references: Callable[[Member], bool] = always) -> str:
    """What an entity shows by itself, and what it refers to, by id."""
    parts = []
    for member in schema.catalog.types[type_name].members.values():
        if member.name in OF_OTHERS.get(type_name, ()):
            continue
        if isinstance(member.binding, ToOne | ToOneOf) and not references(member):
            continue
        if selected := _selected(member, inner, references):
            parts.append(f"{type_name}{APART}{member.name}: {selected}")
    return "{ " + " ".join(parts) + " }"


def _selected(member: Member, inner: bool, references: Callable[[Member], bool]) -> str | None:
    match member.binding:
        case Value():
            return member.name
        case ToOne() | ToOneOf():
            return f"{member.name} {{ __typename ... on Node {{ id }} }}"
        case Embedded() | Derived() | Composed():
            return f"{member.name} {selection(member.target, inner=True, references=references)}"
        case ToMany() if schema.catalog.types[member.target].prefix is None and not inner:
            return f"{member.name} {selection(member.target, inner=True, references=references)}"
    return None


@cache
def fragments() -> str:
    return "\n".join(f"fragment Of{name} on {name} {selection(name)}" for name in TYPES.values())


def spreads() -> str:
    return "{ __typename id " + " ".join(f"...Of{name}" for name in TYPES.values()) + " }"


@cache
def link_tables_of(entity_type: str) -> frozenset[str]:
    """The tables of the ties that an entity shows."""
    members = schema.catalog.types[TYPES[entity_type]].members.values()
    targets = [schema.catalog.types[m.target] for m in members if isinstance(m.binding, ToMany)]
    return frozenset(str(t.table.name) for t in targets if t.prefix is None)  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A statement that yields the id and the JSON of everything that one sees."""

    sql: str
    reads: tuple[ParameterReader, ...]


@dataclass(frozen=True)
class ExpectedChange:
    """A change as somebody was told of it."""

    kind: str
    type: str
    entity: str
    version: int
    fields: frozenset[str]
    node: Any
    links: bool = False
    """Whether rows that tie the entity to others changed, perhaps where the viewer does not see it."""


class Stage:
    """One connection to a database, with what everybody sees on it."""

    def __init__(self, connection: Any, engine: Engine) -> None:
        self.connection = connection
        self.engine = engine
        self._sheets: dict[str, Sheet] = {}
        self._followings: dict[str, SubscriptionPlan] = {}

    @classmethod
    async def open(cls, url: str) -> Stage:
        connection = await asyncpg.connect(
            correcting(url), server_settings=PLANNED_ONCE, max_cacheable_statement_size=0
        )
        engine = Engine(schema.graphql_schema, schema.catalog, schema.POLICY, BOUNDS)
        return cls(connection, engine)

    def _scope(self, name: str, document: Any) -> PlanningContext:
        viewer = viewer_of(name)
        named = {d.name.value: d for d in document.definitions if not isinstance(d, OperationDefinitionNode)}
        return PlanningContext(
            self.engine.schema,
            self.engine.catalog,
            self.engine.policy,
            self.engine.engine_limits.limits,
            viewer.roles,
            "EN",
            {},
            named,
            single_attributes=viewer.single_attributes,
        )

    def _sheet(self, name: str) -> Sheet:
        document = parse(f"{{ node(id: 1) {spreads()} }}\n{fragments()}")
        scope = self._scope(name, document)
        operation = document.definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        (node,) = operation.selection_set.selections
        assert isinstance(node, FieldNode)
        assert node.selection_set is not None
        each = []
        for type_name in TYPES.values():
            row = scope.row(type_name)
            value = render_object(row, [node.selection_set])
            selected = select(cast(value, Text).label("visible")).select_from(row.from_clause)
            each.append(selected.where(*row.visibility_conditions()))
        together = union_all(*each).subquery()
        sql, names = compile_statement(select(together.c.visible))
        return Sheet(sql, tuple(scope.parameters.readers[one] for one in names))

    def _following(self, name: str) -> SubscriptionPlan:
        text = (
            "subscription { changes { kind type entityId version changedFields node "
            f"{spreads()} }} }}\n{fragments()}"
        )
        operation = self.engine.operation(text, None)
        return self.engine.plan_subscription(operation, {}, viewer_of(name), "EN")

    async def seen(self, name: str) -> Entities:
        """All that somebody sees now."""
        sheet = self._sheets.get(name) or self._sheets.setdefault(name, self._sheet(name))
        viewer = viewer_of(name)
        rows = await self.connection.fetch(sheet.sql, *(read({}, viewer) for read in sheet.reads))
        found = [orjson.loads(row[0]) for row in rows]
        return {one["id"]: one for one in found}

    async def changes(self, name: str, after: int, upto: int) -> Sequence[ExpectedChange]:
        """What somebody is told of these changes, in their order."""
        following = self._followings.get(name) or self._followings.setdefault(name, self._following(name))
        parameters = following.parameters({}, [viewer_of(name)], after, upto)
        rows = await self.connection.fetch(following.sql, *parameters)
        changes = []
        for row in rows:
            if row[0] is None:  # nothing is told
                continue
            tables = await self.connection.fetchval("select tables from change where number = $1", row[0])
            c = orjson.loads(row[2])["changes"]
            fields = frozenset(c["changedFields"])
            links = not link_tables_of(c["type"]).isdisjoint(tables)
            changes.append(
                ExpectedChange(c["kind"], c["type"], c["entityId"], c["version"], fields, c["node"], links)
            )
        return changes

    async def number_all(self) -> None:
        """Number everything that was committed before."""
        while await self.connection.fetchval("select exists (select from change_note)"):
            await self.number()

    async def assert_invariants(self) -> None:
        """Of what was done on this very connection too."""
        for name, query in QUERIES.items():
            if name not in BY_MUTATIONS:
                rows = await self.connection.fetch(f"select breach from ({query}) q (breach) limit 10")
                assert not rows, (name, [row[0] for row in rows])

    async def number(self) -> int:
        """Number what was committed, or noted on this very connection."""
        last: int = await self.connection.fetchval("select last from puente_number_changes()")
        return last


def wrong_changes(
    before: Entities, after: Entities, changes: Sequence[ExpectedChange], *, once: bool = True
) -> Iterator[str]:
    """Where what was told is not the difference between what was seen before and after one transaction."""
    by_entity = {one.entity: one for one in changes}
    if len(by_entity) < len(changes):
        yield "an entity is told twice of one transaction"
    for entity in sorted({*before, *after, *by_entity}):
        was, now, one = before.get(entity), after.get(entity), by_entity.get(entity)
        kind = one.kind if one else None
        if one and one.node != now:
            yield f"{entity}: its node is told as {one.node}, seen as {now}"
        if one and now is None and was is not None and one.version != version_of(was):
            yield f"{entity}: REMOVED with version {one.version}, last seen was {version_of(was)}"
        if was is None or now is None:
            expected = None if was is None and now is None else "ADDED" if was is None else "REMOVED"
            if kind != expected:
                yield f"{entity}: expected {expected}, told {kind}"
            continue
        changed = set(differing(was, now))
        if one is None:
            if changed:
                yield f"{entity}: {sorted(changed)} changed, and nothing is told"
            continue
        if kind != "UPDATED":
            yield f"{entity}: expected UPDATED, told {kind}"
        elif was == now and once and not one.links:
            yield f"{entity}: nothing changed, told UPDATED of {sorted(one.fields)}"
        elif not changed - UNNAMED <= one.fields:
            yield f"{entity}: {sorted(changed)} changed, told {sorted(one.fields)}"


UNNAMED = {"version", "updatedAt", "hiddenFields", "displayName", "availableActions"}
"""What changes with other fields, and is not named beside them."""


def differing(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    return (name.partition(APART)[2] or name for name in now if was[name] != now[name])


def version_of(entity: Mapping[str, Any]) -> int:
    (version,) = (value for key, value in entity.items() if key.endswith(f"{APART}version"))
    return int(version)
