"""A connection as a subquery: the page, its cursors, page info, the count and the facets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from operator import add
from typing import Any

from graphql import FieldNode, SelectionSetNode
from sqlalchemy import FromClause, Integer, Select, case, func, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import TSVECTOR, aggregate_order_by

from planner.declaration.bindings import ToConnection, TypeBinding
from planner.declaration.scalar_types import IntAtMost
from planner.document.arguments import Arguments, ArgumentTree, ArgumentValue, non_null
from planner.document.selection import argument_values, collect_subfields, sub_selections
from planner.errors import bad_input
from planner.messages import message
from planner.sql import (
    Column,
    Condition,
    JsonObject,
    exists,
    is_true,
    json_list,
    literal_text,
    scalar_subquery,
)
from planner.statement.context import PlanningContext, RowSource, SelectedField
from planner.statement.facets import FacetRows, render_facets
from planner.statement.filters import (
    chosen_values,
    conditions,
    filtered_fields,
    offered_conditions,
    without_conditions_on,
)
from planner.statement.ordering import Order, order_of
from planner.statement.relevance import by_relevance, relevance_term, search_conditions

RenderNode = Callable[[RowSource, Sequence[SelectionSetNode]], Column]

NUMBER, KEY = "_number", "_key"


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the ordered rows that is requested."""

    size: Column
    backward: bool
    after: ArgumentValue | None
    before: ArgumentValue | None


@dataclass(frozen=True, slots=True)
class ConnectionSource:
    """The rows of which a connection returns a page.

    `source` makes a new row source, `requested` its conditions besides the policy's for the `filter`, `node`
    its JSON for a selection; `name` is the first part of the type names `…Connection` and `…Edge`. `seen` are
    the alternatives of the policy's predicate, which split the rows. `of_all`: all rows of the type, rather
    than those related to a row.
    """

    context: PlanningContext
    name: str
    type: TypeBinding
    source: Callable[[], RowSource]
    requested: Callable[[RowSource, ArgumentTree | None], list[Condition]]
    node: RenderNode
    order: Order
    window: Window
    filter: ArgumentTree | None = None
    seen: Sequence[Callable[[RowSource], Condition]] = ()
    of_all: bool = False

    @property
    def connection(self) -> str:
        return f"{self.name}Connection"

    @property
    def edge(self) -> str:
        return f"{self.name}Edge"

    def matching(self, row: RowSource) -> list[Condition]:
        return [*row.visibility_conditions(), *self.requested(row, self.filter)]

    @property
    def branches(self) -> list[Callable[[RowSource], list[Condition]]]:
        """Disjoint parts of the rows, those that meet each alternative and none before it; empty for one.

        Each part is found by its index, which PostgreSQL doesn't do for a disjunction.
        """
        return [partial(self._branch, index) for index in range(len(self.seen))] if len(self.seen) > 1 else []

    def _branch(self, index: int, row: RowSource) -> list[Condition]:
        before = (~is_true(seen(row)) for seen in self.seen[:index])
        return [self.seen[index](row), *before, *self.requested(row, self.filter)]

    def counted_by(self, facet: str) -> ConnectionSource:
        """The rows that a facet counts: also those that only the filter's conditions on it leave out."""
        if self.filter is None:
            return self
        return replace(self, filter=without_conditions_on(facet, self.filter))

    def new(self) -> tuple[RowSource, list[Condition]]:
        row = self.source()
        return row, self.matching(row)

    def count(self) -> Column:
        return reduce(add, [self._count(matching) for matching in self.branches or [self.matching]])

    def _count(self, matching: Callable[[RowSource], list[Condition]]) -> Column:
        row = self.source()
        wanted = matching(row)
        return scalar_subquery(
            select(func.count()).select_from(row.from_clause).where(*wanted), *row.from_clauses
        )

    def by_primary_key(self) -> Callable[[RowSource], list[Condition]]:
        """Conditions for reading all rows, with branches combined by primary key."""
        if not self.branches:
            return self.matching
        return lambda row: [row["id"].in_(union_all(*map(self._ids, self.branches)))]

    def _ids(self, matching: Callable[[RowSource], list[Condition]]) -> Select[Any]:
        row = self.source()
        wanted = matching(row)
        return (
            select(row["id"]).select_from(row.from_clause).where(*wanted).correlate_except(*row.from_clauses)
        )

    def exists_beyond(self, leaf: ArgumentValue, *, forward: bool) -> Condition:
        """Whether there is a row at the cursor or past it."""
        row, wanted = self.new()
        beyond = self.order.keyset_condition(row, leaf, forward=forward, inclusive=True)
        return exists(row.from_clauses, row.from_clause, [*wanted, beyond])


def plan_connection(
    context: PlanningContext, field: SelectedField, parent: RowSource | None, node: RenderNode
) -> Column:
    """The connection as a JSON object; `parent` is the row that it belongs to, None at the root."""
    member, arguments, binding = field.member, field.arguments, field.member.binding
    assert isinstance(binding, ToConnection)
    type_ = context.catalog.types[member.target.removesuffix("Connection")]

    def requested(row: RowSource, tree: ArgumentTree | None) -> list[Condition]:
        join = [binding.join(parent, row)] if binding.join and parent else []
        mask = parent.mask_conditions([member.name]) if parent else []
        filtered = [*offered_conditions(row, tree), *conditions(row, tree)]
        return [*join, *mask, *filtered, *search_conditions(row, arguments.get("search"))]

    fresh = partial(context.row, type_.name)
    seen = fresh().policy_branches() if parent is None else ()
    searched = arguments.get("search")
    usual, ranked = by_relevance(context, searched), partial(relevance_term, context, searched)
    order = order_of(type_, arguments.get("orderBy"), context.language, usual, ranked)
    if seen or needs_custom_plan(arguments, order):
        context.parameters.needs_custom_plan = True
    window = window_of(context, arguments)
    rows = ConnectionSource(context, type_.name, type_, fresh, requested, node, order, window)
    rows = replace(rows, filter=arguments.get("filter"), seen=seen, of_all=parent is None)
    return connection(rows, field.nodes)


def needs_custom_plan(arguments: Arguments, order: Order) -> bool:
    """Whether the values of a filter or a search decide which plan is best for the page.

    Few matching rows are best looked up and sorted; many are soon found by walking the order's index. A
    filter on the first field of the order only decides where that walk begins.
    """
    if arguments.get("search") is not None:
        return True
    first = order.terms[0].member.name if order.terms else "id"
    return not filtered_fields(arguments.get("filter")) <= {first}


def window_of(context: PlanningContext, arguments: Arguments) -> Window:
    """The paging arguments; raises BadUserInput. Sizes are checked for each request that uses the plan."""
    first, last = non_null(arguments, "first"), non_null(arguments, "last")
    if first and last:
        raise bad_input(message("argument.first_and_last"))
    size = first or last or ArgumentValue(context.limits.default_page_size)
    bound = context.bind(
        size, Integer(), IntAtMost("last" if last else "first", context.limits.max_page_size)
    )
    return Window(bound, last is not None, non_null(arguments, "after"), non_null(arguments, "before"))


def connection(rows: ConnectionSource, nodes: Sequence[FieldNode]) -> Column:
    """The connection's fields `nodes` as JSON; the page is read only if a field needs its rows."""
    fields = collect_subfields(rows.context, rows.connection, sub_selections(nodes))
    names = {field_nodes[0].name.value for field_nodes in fields.values()}
    for cursor in (rows.window.after, rows.window.before):
        if cursor is not None:
            rows.order.check(rows.context, cursor)
    if not names & {"edges", "nodes", "pageInfo"}:
        rows.new()  # rejects an invalid filter, whichever fields are selected
        return JsonObject((key, _aggregate_field(rows, field_nodes)) for key, field_nodes in fields.items())
    look_ahead = "pageInfo" in names
    source = _page_rows(rows, look_ahead)
    row = RowSource(rows.type, source, rows.context, rows.context.language)
    result = _PageResult(rows, row, look_ahead)
    # first, for the joins they make
    items = {key: _item(result, field_nodes) for key, field_nodes in fields.items()}
    if row.joins and rows.of_all:  # the size of the page decides how to join it
        rows.context.parameters.needs_custom_plan = True
    members = [
        (key, _connection_field(result, field_nodes, items[key])) for key, field_nodes in fields.items()
    ]
    whole = select(JsonObject(members)).select_from(row.from_clause).group_by(literal_column("()"))
    # GROUP BY () makes one group for any number of rows, also if no selected field aggregates them
    return scalar_subquery(whole, *row.from_clauses)


def _page_rows(rows: ConnectionSource, look_ahead: bool) -> FromClause:
    """The rows of the page in reading order, plus one more with `look_ahead`.

    PostgreSQL doesn't compute keys and numbers that nothing uses.
    """
    size: Any = rows.window.size + literal_column("1") if look_ahead else rows.window.size
    row, order = rows.source(), rows.order
    wanted = _branch_rows(rows, row, size) if rows.branches else _in_window(rows, row, rows.matching)
    by = order.order_by(row, backward=rows.window.backward)
    columns = [column for column in row.source.c if _is_cheap(column)]
    keys = [key.label(f"{KEY}{index}") for index, key in enumerate(order.keys(row))]
    number = func.row_number().over(order_by=by).label(NUMBER)
    statement = select(*columns, *keys, number).select_from(row.from_clause).where(*wanted).order_by(*by)
    return statement.limit(size).correlate_except(*row.from_clauses).subquery()


def _in_window(
    rows: ConnectionSource, row: RowSource, matching: Callable[[RowSource], list[Condition]]
) -> list[Condition]:
    """The row's conditions, including those of the cursors."""
    window, order = rows.window, rows.order
    wanted = matching(row)
    if window.after:
        wanted.append(order.keyset_condition(row, window.after, forward=True))
    if window.before:
        wanted.append(order.keyset_condition(row, window.before, forward=False))
    return wanted


def _branch_rows(rows: ConnectionSource, row: RowSource, size: Any) -> list[Condition]:
    """The row is on the page of one of the branches."""
    return [row["id"].in_(union_all(*(_branch_page(rows, branch, size) for branch in rows.branches)))]


def _branch_page(
    rows: ConnectionSource, branch: Callable[[RowSource], list[Condition]], size: Any
) -> Select[Any]:
    row = rows.source()
    wanted, by = _in_window(rows, row, branch), rows.order.order_by(row, backward=rows.window.backward)
    page = select(row["id"]).select_from(row.from_clause).where(*wanted).order_by(*by).limit(size)
    ids = page.correlate_except(*row.from_clauses).subquery()
    return select(ids.c.id)


def _is_cheap(column: Any) -> bool:
    """Whether the page's subquery has the column: not those that only serve search and order."""
    return not isinstance(column.type, TSVECTOR) and not any(
        mark in f"{column.name}_" for mark in ("_fold_", "_sort_")
    )


@dataclass(frozen=True, slots=True)
class _PageResult:
    """The page as a row source, with rows numbered in reading order."""

    rows: ConnectionSource
    row: RowSource
    look_ahead: bool

    def in_page(self) -> Condition | None:
        return self.row[NUMBER] <= self.rows.window.size if self.look_ahead else None

    @property
    def may_have_more(self) -> bool:
        """Whether PostgreSQL may aggregate rows in another order than they are read.

        It may if the page is joined, or read backward, which makes it sort for an ordered aggregate.
        """
        return bool(self.rows.window.backward or self.row.joins)

    def json_list(self, value: Column) -> Column:
        """The values in the rows' order."""
        number = self.row[NUMBER]
        order = [number.desc() if self.rows.window.backward else number] if self.may_have_more else []
        return json_list(value, *order, where=self.in_page())

    @property
    def keys(self) -> list[Column]:
        """The columns with the values that the page is ordered by, for cursors."""
        return [self.row[f"{KEY}{index}"] for index in range(len(self.rows.order.directions))]

    def cursor(self) -> Column:
        """The cursor of each row."""
        return self.rows.order.cursor(self.keys)

    def edge_cursor(self, *, last: bool) -> Column:
        """The cursor of the page's first or last row; null for an empty page."""
        read_last = last != self.rows.window.backward
        ends = [self._end(key, read_last) for key in self.keys]
        return case((ends[-1].is_not(None), self.rows.order.cursor(ends)))  # every order ends with the id

    def _end(self, key: Column, read_last: bool) -> Column:
        """A key's value in the row that was read first or last."""
        values: Any = func.array_agg(aggregate_order_by(key, self.row[NUMBER]) if self.may_have_more else key)
        values = values.filter(self.row[NUMBER] <= self.rows.window.size)
        end: Column = values[func.cardinality(values) if read_last else 1]
        return end

    def more(self) -> Condition:
        """Whether a row after the page was read."""
        return func.count() > self.rows.window.size


def _item(result: _PageResult, nodes: Sequence[FieldNode]) -> Column | None:
    """A row as an element of `nodes` or `edges`; None for other fields."""
    match nodes[0].name.value:
        case "nodes":
            return result.rows.node(result.row, sub_selections(nodes))
        case "edges":
            return _edge(result, nodes)
    return None


def _connection_field(result: _PageResult, nodes: Sequence[FieldNode], item: Column | None) -> Column:
    if item is not None:
        return result.json_list(item)
    if nodes[0].name.value == "pageInfo":
        return _page_info(result, nodes)
    return _aggregate_field(result.rows, nodes)


def _aggregate_field(rows: ConnectionSource, nodes: Sequence[FieldNode]) -> Column:
    match nodes[0].name.value:
        case "__typename":
            return literal_text(rows.connection)
        case "totalCount":
            return rows.count()
        case "facets":
            arguments = argument_values(rows.context, rows.connection, nodes[0])
            counted = FacetRows(
                lambda facet: rows.counted_by(facet).by_primary_key(), partial(chosen_values, rows.filter)
            )
            return render_facets(rows.context, rows.type, counted, arguments, nodes)
        case other:
            raise TypeError(f"{rows.connection}.{other} is not a field of a connection")


def _edge(result: _PageResult, nodes: Sequence[FieldNode]) -> Column:
    fields = collect_subfields(result.rows.context, result.rows.edge, sub_selections(nodes))

    def part(field_nodes: Sequence[FieldNode]) -> Column:
        match field_nodes[0].name.value:
            case "cursor":
                return result.cursor()
            case "node":
                return result.rows.node(result.row, sub_selections(field_nodes))
        return literal_text(result.rows.edge)

    return JsonObject((key, part(field_nodes)) for key, field_nodes in fields.items())


def _page_info(result: _PageResult, nodes: Sequence[FieldNode]) -> Column:
    fields = collect_subfields(result.rows.context, "PageInfo", sub_selections(nodes))
    return JsonObject(
        (key, _page_info_field(result, field_nodes[0].name.value)) for key, field_nodes in fields.items()
    )


def _page_info_field(result: _PageResult, name: str) -> Column:
    match name:
        case "startCursor":
            return result.edge_cursor(last=False)
        case "endCursor":
            return result.edge_cursor(last=True)
        case "hasNextPage":
            return _has_more(result, forward=True)
        case "hasPreviousPage":
            return _has_more(result, forward=False)
    return literal_text("PageInfo")


def _has_more(result: _PageResult, *, forward: bool) -> Column:
    """Whether there are rows past the page: by look-ahead at its end, by a lookup at its start."""
    window = result.rows.window
    cursor = window.before if forward else window.after
    beyond = result.rows.exists_beyond(cursor, forward=forward) if cursor else None
    if forward == window.backward:
        return beyond if beyond is not None else literal_column("false")
    more = result.more()
    return more if beyond is None else more | beyond
