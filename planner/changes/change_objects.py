"""Changes as a viewer is told of them (`planner.changes.change_visibility`): as what, with which node, and in pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import FieldNode
from sqlalchemy import (
    BigInteger,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    any_,
    case,
    cast,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import array

from planner.changes.change_visibility import Told
from planner.changes.column_dependencies import columns_of
from planner.changes.feed_position import place_of
from planner.changes.link_changes import masked_ties
from planner.declaration.bindings import ChangeCursor, Changes, Feed, Member
from planner.declaration.scalar_types import Within, id_kind
from planner.document.arguments import Arguments, Leaf, given
from planner.document.selection import below
from planner.document.subfields import fields_of
from planner.sql import Column, Condition, JsonObject, json_list, one_value, overlaps, quoted
from planner.statement.context import Scope, Viewer
from planner.statement.render import by_key

VERSIONED = frozenset({"version", "updatedAt"})
"""The fields that every change of a row changes."""


def types_of(feed: Feed, arguments: Arguments) -> Sequence[str]:
    """The entity types asked for; their values shape the statement."""
    asked = given(arguments, "types")
    return list(feed.types) if asked is None else sorted(set(asked.value))


def change_object(
    told: Told, before: Column, now: Column, fingerprint: Column, nodes: Sequence[FieldNode]
) -> Column:
    """A change as JSON, with the fields asked for."""
    fields = fields_of(told.scope, "Change", below(nodes))
    writer = _Writer(told, before, now, fingerprint)
    return JsonObject((key, writer.field(asked)) for key, asked in fields.items())


@dataclass(frozen=True, slots=True)
class _Writer:
    told: Told
    before: Column
    now: Column
    fingerprint: Column

    def field(self, nodes: Sequence[FieldNode]) -> Column:
        change = self.told.change.c
        match nodes[0].name.value:
            case "__typename":
                return quoted("Change")
            case "id":
                return _joined(self.epoch, cast(change.number, Text))
            case "cursor":
                return _joined(self.epoch, cast(change.number, Text), self.fingerprint)
            case "kind":
                return case(
                    (~self.now, quoted("REMOVED")), (self.before, quoted("UPDATED")), else_=quoted("ADDED")
                )
            case "type":
                return change.type
            case "entityId":
                return self.told.by_type(self.global_id, null())
            case "version":
                return case((self.now, change.version), else_=self.told.by_type(self.last_seen, null()))
            case "at":
                return change.at
            case "changedFields":
                listed = self.told.by_type(self.changed_fields, literal_column("'[]'::json"))
                return case((and_(self.before, self.now), listed), else_=literal_column("'[]'::json"))
            case "node":
                node = self.told.by_type(
                    lambda name: by_key(self.told.scope, name, change.entity_id, below(nodes)), null()
                )
                return case((self.now, node), else_=null())
        raise TypeError(f"Change.{nodes[0].name.value} is no part of a change")

    @property
    def epoch(self) -> Column:
        return select(self.told.feed.state.c.epoch).scalar_subquery()

    def global_id(self, name: str) -> Column:
        prefix = self.told.scope.catalog.types[name].prefix
        assert prefix is not None
        kind = id_kind(prefix, frozenset(self.told.scope.catalog.prefixes))
        return kind.json(self.told.change.c.entity_id)

    def last_seen(self, name: str) -> Column:
        """The version that the viewer saw last: nothing is told of a later one."""
        table = str(self.told.scope.catalog.types[name].table.name)  # type: ignore[union-attr]
        path = [quoted(table), quoted("0"), quoted("version")]
        kept = func.jsonb_extract_path_text(self.told.change.c.was, *path)
        return func.coalesce(cast(kept, Integer), self.told.change.c.version)

    def changed_fields(self, name: str) -> Column:
        """The names of the fields that changed for the viewer; also of one that is shown or hidden now."""
        type_ = self.told.scope.catalog.types[name]
        members = [member for member in type_.members.values() if member.name not in VERSIONED]
        each = [self.changed(name, member) for member in members]
        return func.array_to_json(func.array_remove(array(each), null()))

    def changed(self, name: str, member: Member) -> Column:
        change = self.told.change.c
        columns = columns_of(self.told.scope, name, member)
        wanted: list[Condition] = [quoted(member.name) == any_(change.fields)]
        if columns:
            wanted.append(overlaps(change.columns, columns))
        if member in masked_ties(self.told.scope, name):
            wanted.append(and_(self.told.beyond(name), self.told.tie_unlike(name, member)))
        condition = or_(*wanted)
        if member.name in self.told.masked(name):
            shows = self.told.shows(name, member.name)
            if shows is None:
                return cast(null(), Text)
            before, now = shows
            flipped = and_(self.told.may_flip(name, member.name), before != now)
            condition = or_(and_(condition, now), flipped)
        return case((condition, quoted(member.name)), else_=cast(null(), Text))


def _joined(*parts: Column) -> Column:
    first, *others = parts
    joined: Column = first
    for part in others:
        joined = joined.concat(literal_column("'.'")).concat(part)
    return joined


def fingerprint_of(scope: Scope) -> Column:
    """The fingerprint that the viewer's cursors end with."""
    if scope.crowd is not None:
        return scope.crowd.fingerprint
    return scope.parameters.read("fingerprint", Text(), lambda _, viewer: viewer.fingerprint)


def change_cursor(scope: Scope, binding: ChangeCursor) -> Column:
    """The cursor of this moment: whatever is read in the same statement stands before it."""
    state = binding.feed.state.c
    cursor = _joined(
        select(state.epoch).scalar_subquery(),
        cast(select(state.last).scalar_subquery(), Text),
        fingerprint_of(scope),
    )
    return func.to_json(cursor)


def changes_page(scope: Scope, binding: Changes, arguments: Arguments, nodes: Sequence[FieldNode]) -> Column:
    """A page of changes after a cursor, oldest first; a reason as text where the cursor has expired."""
    feed = binding.feed
    size = given(arguments, "first") or Leaf(scope.limits.default_page_size)
    limit = scope.bind(size, Integer(), Within("first", scope.limits.max_page_size))
    start = _start(scope, feed, given(arguments, "after"))
    types = types_of(feed, arguments)
    window = _Window(feed, types, start.number, scope.limits.max_scanned_changes)
    scanned = window.scanned()
    told = Told(scope, feed, scanned, types, given(arguments, "institution"))
    judged = told.judged
    found = (
        select(*scanned.c, judged.c.before, judged.c.now)
        .select_from(scanned.join(judged, literal_column("true")))
        .where(told.is_told())
        .order_by(scanned.c.number)
        .limit(limit + literal_column("1"))
        .subquery("found")
    )
    place = func.row_number().over(order_by=found.c.number).label("place")
    placed = select(*found.c, place).subquery("placed")
    page = _Page(replace(told, change=placed), placed, limit, window.reached())
    fields = fields_of(scope, "ChangeConnection", below(nodes))
    members = ((key, page.part(asked)) for key, asked in fields.items())
    whole = one_value(select(JsonObject(members)).select_from(placed).group_by(literal_column("()")), placed)
    if start.fault is None:
        return whole
    return case((start.fault.is_not(None), func.to_json(start.fault)), else_=whole)


@dataclass(frozen=True, slots=True)
class _Start:
    """Where to begin, and the reason why one can't."""

    number: Column
    fault: Column | None


def _start(scope: Scope, feed: Feed, after: Leaf | None) -> _Start:
    state = feed.state.c
    if after is None:
        return _Start(select(state.floor).scalar_subquery(), None)
    scope.parameters.follows = True
    read = after.read or (lambda _: after.value)
    which = len(scope.parameters.reads)  # there may be several pages, each after its own cursor
    number = scope.parameters.read(f"after_{which}", BigInteger(), _Part("number", read))
    epoch = scope.parameters.read(f"after_epoch_{which}", Text(), _Part("epoch", read))
    fault = case(
        (state.epoch != epoch, quoted("EPOCH")),
        (number > state.last, quoted("EPOCH")),
        (number < state.floor, quoted("AGE")),
    )
    return _Start(number, select(fault).scalar_subquery())


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the cursor that was given, which must be one of this viewer's."""

    name: str
    read: Callable[[Mapping[str, Any]], Any]

    def __call__(self, variables: Mapping[str, Any], viewer: Viewer) -> Any:
        return getattr(place_of(self.read(variables), viewer.fingerprint), self.name)


WIDTH = 10  # a window is so many times as wide as the changes in it that are looked at


@dataclass(frozen=True, slots=True)
class _Window:
    """What a page looks at: `most` changes of the types, within bounds, seen by the viewer or not."""

    feed: Feed
    types: Sequence[str]
    after: Column
    most: int

    def scanned(self) -> FromClause:
        changes = self.feed.changes.alias()
        return self._within(changes, changes.c).limit(_constant(self.most)).subquery("scanned")

    def reached(self) -> Column:
        """The number up to which everything was looked at."""
        changes, last = self.feed.changes.alias(), select(self.feed.state.c.last).scalar_subquery()
        full = self._within(changes, [changes.c.number]).offset(_constant(self.most - 1))
        return func.coalesce(full.limit(_constant(1)).scalar_subquery(), func.least(self._end, last))

    @property
    def _end(self) -> Column:
        return self.after + _constant(self.most * WIDTH)

    def _within(self, changes: FromClause, columns: Iterable[Column]) -> Select[Any]:
        of_types = changes.c.type.in_([quoted(value) for value in self.types]) if self.types else false()
        wanted = [changes.c.number > self.after, changes.c.number <= self._end, of_types]
        return select(*columns).where(*wanted).order_by(changes.c.number)


def _constant(number: int) -> Column:
    return literal_column(str(number), BigInteger())


@dataclass(frozen=True, slots=True)
class _Page:
    told: Told
    placed: FromClause
    limit: Column
    reached: Column

    def part(self, nodes: Sequence[FieldNode]) -> Column:
        match nodes[0].name.value:
            case "nodes":
                return self.listed(self.change(nodes))
            case "edges":
                return self.listed(self.edge(nodes))
            case "pageInfo":
                fields = fields_of(self.told.scope, "PageInfo", below(nodes))
                return JsonObject((key, self.info(asked[0].name.value)) for key, asked in fields.items())
        return quoted("ChangeConnection")

    def listed(self, value: Column) -> Column:
        return json_list(value, self.placed.c.place, where=self.placed.c.place <= self.limit)

    def change(self, nodes: Sequence[FieldNode]) -> Column:
        columns = self.placed.c
        return change_object(self.told, columns.before, columns.now, fingerprint_of(self.told.scope), nodes)

    def edge(self, nodes: Sequence[FieldNode]) -> Column:
        fields = fields_of(self.told.scope, "ChangeEdge", below(nodes))

        def part(asked: Sequence[FieldNode]) -> Column:
            match asked[0].name.value:
                case "cursor":
                    return self.cursor(self.placed.c.number)
                case "node":
                    return self.change(asked)
            return quoted("ChangeEdge")

        return JsonObject((key, part(asked)) for key, asked in fields.items())

    def info(self, name: str) -> Column:
        number, place = self.placed.c.number, self.placed.c.place
        more = func.count() > self.limit
        last = select(self.told.feed.state.c.last).scalar_subquery()
        end = case((more, func.max(number).filter(place <= self.limit)), else_=self.reached)
        match name:
            case "endCursor":
                return self.cursor(end)
            case "hasNextPage":
                return or_(more, self.reached < last)
            case "startCursor":
                first = func.min(number)
                return case((first.is_not(None), self.cursor(first)), else_=null())
            case "hasPreviousPage":
                return literal_column("false")
        return quoted("PageInfo")

    def cursor(self, number: Column) -> Column:
        epoch = select(self.told.feed.state.c.epoch).scalar_subquery()
        return _joined(epoch, cast(number, Text), fingerprint_of(self.told.scope))
