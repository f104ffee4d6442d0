"""Changes as JSON for a viewer: their kind, node and fields, and pages of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
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

from planner.changes.change_visibility import ChangeVisibility
from planner.changes.column_dependencies import field_columns
from planner.changes.cursor_sql import change_cursor, change_id, is_known, position_cursor
from planner.changes.feed_position import parse_cursor
from planner.declaration.bindings import ChangeCursor, Changes, Composed, FeedBinding, Member, Value
from planner.declaration.scalar_types import IntAtMost, global_id_type
from planner.document.arguments import Arguments, ArgumentValue, non_null
from planner.document.selection import collect_subfields, sub_selections
from planner.sql import Column, Condition, JsonObject, json_list, literal_text, overlaps, scalar_subquery
from planner.statement.context import PlanningContext
from planner.statement.render import object_by_key
from planner.viewer import Viewer

VERSIONED = frozenset({"version", "updatedAt"})
"""Fields that every change of a row changes, so `changedFields` omits them."""


def requested_entity_types(feed: FeedBinding, arguments: Arguments) -> Sequence[str]:
    """The values of EntityType that are requested; they are part of the plan key."""
    requested = non_null(arguments, "types")
    return list(feed.types) if requested is None else sorted(set(requested.value))


def change_object(
    visibility: ChangeVisibility, before: Column, now: Column, fingerprint: Column, nodes: Sequence[FieldNode]
) -> Column:
    """A change as JSON, with the selected fields."""
    fields = collect_subfields(visibility.context, "Change", sub_selections(nodes))
    writer = _ChangeWriter(visibility, before, now, fingerprint)
    return JsonObject((key, writer.field(field_nodes)) for key, field_nodes in fields.items())


@dataclass(frozen=True, slots=True)
class _ChangeWriter:
    visibility: ChangeVisibility
    before: Column
    now: Column
    fingerprint: Column

    def field(self, nodes: Sequence[FieldNode]) -> Column:
        change = self.visibility.change.c
        match nodes[0].name.value:
            case "__typename":
                return literal_text("Change")
            case "id":
                return change_id(self.visibility.change)
            case "cursor":
                return change_cursor(self.visibility.feed, self.visibility.change, self.fingerprint)
            case "kind":
                return case(
                    (~self.now, literal_text("REMOVED")),
                    (self.before, literal_text("UPDATED")),
                    else_=literal_text("ADDED"),
                )
            case "type":
                return change.type
            case "entityId":
                return self.visibility.by_type(self.global_id, null())
            case "version":
                return case(
                    (self.now, change.version),
                    else_=self.visibility.by_type(self.last_visible_version, null()),
                )
            case "at":
                return change.at
            case "changedFields":
                listed = self.visibility.by_type(self.changed_fields, literal_column("'[]'::json"))
                return case((and_(self.before, self.now), listed), else_=literal_column("'[]'::json"))
            case "node":
                node = self.visibility.by_type(
                    lambda name: object_by_key(
                        self.visibility.context, name, change.entity_id, sub_selections(nodes)
                    ),
                    null(),
                )
                return case((self.now, node), else_=null())
        raise TypeError(f"Change.{nodes[0].name.value} is not a field of a change")

    def global_id(self, name: str) -> Column:
        prefix = self.visibility.context.catalog.types[name].prefix
        assert prefix is not None
        kind = global_id_type(prefix, frozenset(self.visibility.context.catalog.prefixes))
        return kind.json(self.visibility.change.c.entity_id)

    def last_visible_version(self, name: str) -> Column:
        """The last version that the viewer could see, from the image; a later one is not revealed."""
        table = str(self.visibility.context.catalog.types[name].table.name)  # type: ignore[union-attr]
        path = [literal_text(table), literal_text("0"), literal_text("version")]
        kept = func.jsonb_extract_path_text(self.visibility.change.c.was, *path)
        return func.coalesce(cast(kept, Integer), self.visibility.change.c.version)

    def changed_fields(self, name: str) -> Column:
        """A JSON list of the fields that changed for the viewer, or became visible or hidden."""
        type_ = self.visibility.context.catalog.types[name]
        members = [one for one in type_.members.values() if one.name not in VERSIONED and not _repeats(one)]
        each = [self.if_changed(name, member) for member in members]
        return func.array_to_json(func.array_remove(array(each), null()))

    def if_changed(self, name: str, member: Member) -> Column:
        visibility, change = self.visibility, self.visibility.change.c
        columns = field_columns(visibility.context, name, member)
        wanted: list[Condition] = [literal_text(member.name) == any_(change.fields)]
        if columns:
            wanted.append(overlaps(change.columns, columns))
        condition = or_(*wanted)
        if member in visibility.references(name):
            condition = visibility.reference_changed(name, member)
        elif member in visibility.links(name):
            condition = or_(
                *wanted,
                and_(visibility.other_tables_changed(name), visibility.links_visibly_changed(name, member)),
            )
        elif member.name in visibility.masked_fields(name):
            shows = visibility.mask_before_and_now(name, member.name)
            if shows is None:
                return cast(null(), Text)
            before, now = shows
            flipped = and_(visibility.mask_may_change(name, member.name), before != now)
            condition = or_(and_(condition, now), flipped)
        return case((condition, literal_text(member.name)), else_=cast(null(), Text))


def _repeats(member: Member) -> bool:
    binding = member.binding
    return isinstance(binding, Composed) or (isinstance(binding, Value) and binding.repeats)


def viewer_fingerprint(context: PlanningContext) -> Column:
    """The viewer's fingerprint, for cursors of changes."""
    if context.viewers is not None:
        return context.viewers.fingerprint
    return context.parameters.computed("fingerprint", Text(), lambda _, viewer: viewer.fingerprint)


def reader_now(context: PlanningContext) -> Column:
    """`Viewer.reader`, for cursors of positions; if its epoch is outdated, the statement runs again."""
    return context.parameters.computed("reader", Text(), lambda _, viewer: viewer.reader)


def feed_cursor(context: PlanningContext, binding: ChangeCursor) -> Column:
    """The current cursor: every change that the statement can see is before it."""
    last = select(binding.feed.state.c.last).scalar_subquery()
    return func.to_json(position_cursor(binding.feed, last, reader_now(context)))


def change_connection(
    context: PlanningContext, binding: Changes, arguments: Arguments, nodes: Sequence[FieldNode]
) -> Column:
    """A page of changes after a cursor, oldest first; the reason as text if the cursor has expired."""
    feed = binding.feed
    size = non_null(arguments, "first") or ArgumentValue(context.limits.default_page_size)
    limit = context.bind(size, Integer(), IntAtMost("first", context.limits.max_page_size))
    start = _start(context, feed, non_null(arguments, "after"))
    types = requested_entity_types(feed, arguments)
    window = _ScanWindow(feed, types, start.number, context.limits.max_scanned_changes)
    scanned = window.scanned()
    visibility = ChangeVisibility(context, feed, scanned, types, non_null(arguments, "institution"))
    visible = visibility.visibility
    found = (
        select(*scanned.c, visible.c.before, visible.c.now)
        .select_from(scanned.join(visible, literal_column("true")))
        .where(visibility.concerns_viewer())
        .order_by(scanned.c.number)
        .limit(limit + literal_column("1"))
        .subquery("found")
    )
    row_number = func.row_number().over(order_by=found.c.number).label("row_number")
    numbered = select(*found.c, row_number).subquery("placed")
    page = _ChangePage(replace(visibility, change=numbered), numbered, limit, start.number, window.reached())
    fields = collect_subfields(context, "ChangeConnection", sub_selections(nodes))
    members = ((key, page.field(field_nodes)) for key, field_nodes in fields.items())
    whole = scalar_subquery(
        select(JsonObject(members)).select_from(numbered).group_by(literal_column("()")), numbered
    )
    if start.fault is None:
        return whole
    return case((start.fault.is_not(None), func.to_json(start.fault)), else_=whole)


@dataclass(frozen=True, slots=True)
class _PageStart:
    """The number after which the page starts; `fault` is a reason of CursorExpired, or null."""

    number: Column
    fault: Column | None


def _start(context: PlanningContext, feed: FeedBinding, after: ArgumentValue | None) -> _PageStart:
    state = feed.state.c
    if after is None:
        return _PageStart(select(state.floor).scalar_subquery(), None)
    context.parameters.reads_feed_cursor = True
    read = after.read or (lambda _: after.value)
    which = len(context.parameters.readers)  # an operation may have several pages, each with its cursor
    computed = context.parameters.computed
    number = computed(f"after_{which}", BigInteger(), _CursorComponent("number", read))
    epoch = computed(f"after_epoch_{which}", Text(), _CursorComponent("epoch", read))
    seen = computed(f"after_seen_{which}", BigInteger(), _CursorComponent("batch.number", read))
    tag = computed(f"after_tag_{which}", Text(), _CursorComponent("batch.tag", read))
    fault = case(
        (state.epoch != epoch, literal_text("EPOCH")),
        (number < state.floor, literal_text("AGE")),
        (~is_known(feed, seen, tag), literal_text("EPOCH")),
    )
    return _PageStart(number, select(fault).scalar_subquery())


@dataclass(frozen=True, slots=True)
class _CursorComponent:
    """A component of the cursor in the arguments, which must be one of this viewer's."""

    name: str
    read: Callable[[Mapping[str, Any]], Any]

    def __call__(self, variables: Mapping[str, Any], viewer: Viewer) -> Any:
        position = parse_cursor(self.read(variables), viewer.fingerprint, viewer.granted_since)
        return attrgetter(self.name)(position)


SCAN_FACTOR = 10  # the width of a window in numbers, for each change of the types that it may read


@dataclass(frozen=True, slots=True)
class _ScanWindow:
    """The changes that a page reads: at most `most` of its types, visible to the viewer or not."""

    feed: FeedBinding
    types: Sequence[str]
    after: Column
    most: int

    def scanned(self) -> FromClause:
        changes = self.feed.changes.alias()
        return self._in_window(changes, changes.c).limit(_constant(self.most)).subquery("scanned")

    def reached(self) -> Column:
        """The number up to which all changes were read."""
        changes, last = self.feed.changes.alias(), select(self.feed.state.c.last).scalar_subquery()
        full = self._in_window(changes, [changes.c.number]).offset(_constant(self.most - 1))
        return func.coalesce(full.limit(_constant(1)).scalar_subquery(), func.least(self._end, last))

    @property
    def _end(self) -> Column:
        return self.after + _constant(self.most * SCAN_FACTOR)

    def _in_window(self, changes: FromClause, columns: Iterable[Column]) -> Select[Any]:
        of_types = (
            changes.c.type.in_([literal_text(value) for value in self.types]) if self.types else false()
        )
        wanted = [changes.c.number > self.after, changes.c.number <= self._end, of_types]
        return select(*columns).where(*wanted).order_by(changes.c.number)


def _constant(number: int) -> Column:
    return literal_column(str(number), BigInteger())


@dataclass(frozen=True, slots=True)
class _ChangePage:
    visibility: ChangeVisibility
    rows: FromClause
    limit: Column
    start: Column
    reached: Column

    def field(self, nodes: Sequence[FieldNode]) -> Column:
        match nodes[0].name.value:
            case "nodes":
                return self.listed(self.change(nodes))
            case "edges":
                return self.listed(self.edge(nodes))
            case "pageInfo":
                fields = collect_subfields(self.visibility.context, "PageInfo", sub_selections(nodes))
                return JsonObject(
                    (key, self.page_info_field(field_nodes[0].name.value))
                    for key, field_nodes in fields.items()
                )
        return literal_text("ChangeConnection")

    def listed(self, value: Column) -> Column:
        return json_list(value, self.rows.c.row_number, where=self.rows.c.row_number <= self.limit)

    def change(self, nodes: Sequence[FieldNode]) -> Column:
        columns = self.rows.c
        return change_object(
            self.visibility, columns.before, columns.now, viewer_fingerprint(self.visibility.context), nodes
        )

    def edge(self, nodes: Sequence[FieldNode]) -> Column:
        fields = collect_subfields(self.visibility.context, "ChangeEdge", sub_selections(nodes))

        def part(field_nodes: Sequence[FieldNode]) -> Column:
            match field_nodes[0].name.value:
                case "cursor":
                    return change_cursor(self.visibility.feed, self.rows, self.fingerprint)
                case "node":
                    return self.change(field_nodes)
            return literal_text("ChangeEdge")

        return JsonObject((key, part(field_nodes)) for key, field_nodes in fields.items())

    def page_info_field(self, name: str) -> Column:
        number, row_number = self.rows.c.number, self.rows.c.row_number
        more = func.count() > self.limit
        last = select(self.visibility.feed.state.c.last).scalar_subquery()
        last_listed = func.max(number).filter(row_number <= self.limit)
        end = case((more, func.coalesce(last_listed, self.start)), else_=self.reached)  # null if `first` is 0
        match name:
            case "endCursor":
                return position_cursor(self.visibility.feed, end, reader_now(self.visibility.context))
            case "hasNextPage":
                return or_(more, self.reached < last)
            case "startCursor":
                first = change_cursor(self.visibility.feed, self.rows, self.fingerprint)
                return func.min(first).filter(row_number == 1, row_number <= self.limit)
            case "hasPreviousPage":
                return literal_column("false")
        return literal_text("PageInfo")

    @property
    def fingerprint(self) -> Column:
        return viewer_fingerprint(self.visibility.context)
