"""A connection as one subquery: the page, its cursors, page info, the count and the facets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from operator import add
from typing import Any

from graphql import FieldNode, SelectionSetNode
from sqlalchemy import FromClause, Integer, Select, case, func, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import TSVECTOR, aggregate_order_by

from planner.declaration.bindings import ToConnection, TypeBinding
from planner.declaration.scalar_types import IntAtMost
from planner.document.arguments import Arguments, ArgumentValue, non_null
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
from planner.statement.facets import render_facets
from planner.statement.filters import conditions, filtered_fields
from planner.statement.ordering import Order, order_of
from planner.statement.relevance import by_relevance, search_conditions

RenderNode = Callable[[RowSource, Sequence[SelectionSetNode]], Column]

NUMBER, KEY = "_number", "_key"


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of the ordered rows is requested."""

    size: Column
    backward: bool
    after: ArgumentValue | None
    before: ArgumentValue | None


@dataclass(frozen=True, slots=True)
class ConnectionSource:
    """The rows that a connection is a page of.

    `source` gives a new row source, `matching` its conditions, `node` its JSON for the selections on it;
    `name` begins the types `…Connection` and `…Edge`. `branches` divide the rows into parts that are looked
    up one by one, which PostgreSQL does not do for a disjunction. `of_all`: all rows of the type, not only
    those related to another row.
    """

    context: PlanningContext
    name: str
    type: TypeBinding
    source: Callable[[], RowSource]
    matching: Callable[[RowSource], list[Condition]]
    node: RenderNode
    order: Order
    window: Window
    branches: Sequence[Callable[[RowSource], list[Condition]]] = ()
    of_all: bool = False

    @property
    def connection(self) -> str:
        return f"{self.name}Connection"

    @property
    def edge(self) -> str:
        return f"{self.name}Edge"

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
        """The conditions of a row, as all rows are best read by."""
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
        """Whether there is a row at the cursor or beyond it."""
        row, wanted = self.new()
        beyond = self.order.keyset_condition(row, leaf, forward=forward, inclusive=True)
        return exists(row.from_clauses, row.from_clause, [*wanted, beyond])


def plan_connection(
    context: PlanningContext, field: SelectedField, parent: RowSource | None, node: RenderNode
) -> Column:
    """The connection as a JSON object; `parent` is the row it hangs on, None at the root."""
    member, arguments, binding = field.member, field.arguments, field.member.binding
    assert isinstance(binding, ToConnection)
    type_ = context.catalog.types[member.target.removesuffix("Connection")]

    def requested(row: RowSource) -> list[Condition]:
        join = [binding.join(parent, row)] if binding.join and parent else []
        mask = parent.mask_conditions([member.name]) if parent else []
        filtered = conditions(row, arguments.get("filter"))
        return [*join, *mask, *filtered, *search_conditions(row, arguments.get("search"))]

    def matching(row: RowSource) -> list[Condition]:
        return [*row.visibility_conditions(), *requested(row)]

    fresh = partial(context.row, type_.name)
    seen = fresh().policy_branches() if parent is None else ()
    usual = by_relevance(context, arguments.get("search"))
    order = order_of(type_, arguments.get("orderBy"), context.language, usual)
    if seen or needs_custom_plan(arguments, order):
        context.parameters.needs_custom_plan = True
    window = window_of(context, arguments)
    branches = union_branches(seen, requested)
    rows = ConnectionSource(
        context, type_.name, type_, fresh, matching, node, order, window, branches, of_all=parent is None
    )
    return connection(rows, field.nodes)


def union_branches(
    seen: Sequence[Callable[[RowSource], Condition]], requested: Callable[[RowSource], list[Condition]]
) -> list[Callable[[RowSource], list[Condition]]]:
    """The rows that fulfil each condition and none before it; nothing to part where there is but one."""

    def branch(index: int) -> Callable[[RowSource], list[Condition]]:
        return lambda row: [seen[index](row), *(~is_true(s(row)) for s in seen[:index]), *requested(row)]

    return [branch(index) for index in range(len(seen))] if len(seen) > 1 else []


def needs_custom_plan(arguments: Arguments, order: Order) -> bool:
    """Whether the values of a filter or a search decide how the page is best read.

    Few rows that fit are best looked up and sorted, many are met soon on the way through the order's index.
    A filter on what the page is ordered by first only says where on that way to begin.
    """
    if arguments.get("search") is not None:
        return True
    first = order.terms[0].member.name if order.terms else "id"
    return not filtered_fields(arguments.get("filter")) <= {first}


def window_of(context: PlanningContext, arguments: Arguments) -> Window:
    """The paging arguments, checked; the sizes are checked again for each request that uses the plan."""
    first, last = non_null(arguments, "first"), non_null(arguments, "last")
    if first and last:
        raise bad_input(message("argument.first_and_last"))
    size = first or last or ArgumentValue(context.limits.default_page_size)
    bound = context.bind(
        size, Integer(), IntAtMost("last" if last else "first", context.limits.max_page_size)
    )
    return Window(bound, last is not None, non_null(arguments, "after"), non_null(arguments, "before"))


def connection(rows: ConnectionSource, nodes: Sequence[FieldNode]) -> Column:
    """The fields field_nodes of the connection; the page itself is read only if a field needs its rows."""
    fields = collect_subfields(rows.context, rows.connection, sub_selections(nodes))
    names = {field_nodes[0].name.value for field_nodes in fields.values()}
    for cursor in (rows.window.after, rows.window.before):
        if cursor is not None:
            rows.order.check(rows.context, cursor)
    if not names & {"edges", "nodes", "pageInfo"}:
        rows.new()  # so that a filter that must be refused is, whatever fields are selected
        return JsonObject((key, _aggregate_field(rows, field_nodes)) for key, field_nodes in fields.items())
    look_ahead = "pageInfo" in names
    source = _page_rows(rows, look_ahead)
    row = RowSource(rows.type, source, rows.context, rows.context.language)
    result = _PageResult(rows, row, look_ahead)
    # first, for the joins they make
    items = {key: _item(result, field_nodes) for key, field_nodes in fields.items()}
    if row.joins and rows.of_all:  # how large the page is decides how it is best joined
        rows.context.parameters.needs_custom_plan = True
    members = [
        (key, _connection_field(result, field_nodes, items[key])) for key, field_nodes in fields.items()
    ]
    whole = select(JsonObject(members)).select_from(row.from_clause).group_by(literal_column("()"))
    return scalar_subquery(
        whole, *row.from_clauses
    )  # one group, however many rows, also if nothing asked aggregates them


def _page_rows(rows: ConnectionSource, look_ahead: bool) -> FromClause:
    """The rows of the page, in the order they are read, plus one with `look_ahead`.

    PostgreSQL computes neither keys nor number unless something uses them.
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
    """What the row must fulfil, between the cursors."""
    window, order = rows.window, rows.order
    wanted = matching(row)
    if window.after:
        wanted.append(order.keyset_condition(row, window.after, forward=True))
    if window.before:
        wanted.append(order.keyset_condition(row, window.before, forward=False))
    return wanted


def _branch_rows(rows: ConnectionSource, row: RowSource, size: Any) -> list[Condition]:
    """The row is on the page that one of the branches would be by itself."""
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
    """Whether rows carry the column on: not those that only serve search and order."""
    return not isinstance(column.type, TSVECTOR) and not any(
        mark in f"{column.name}_" for mark in ("_fold_", "_sort_")
    )


@dataclass(frozen=True, slots=True)
class _PageResult:
    """The page as a source of rows, numbered from its reading end."""

    rows: ConnectionSource
    row: RowSource
    look_ahead: bool

    def within(self) -> Condition | None:
        return self.row[NUMBER] <= self.rows.window.size if self.look_ahead else None

    @property
    def may_have_more(self) -> bool:
        """Whether PostgreSQL may feed rows to an aggregate in another order than they are read.

        It does where the page is joined, and where it sorts them for another aggregate that has an order.
        """
        return bool(self.rows.window.backward or self.row.joins)

    def json_list(self, value: Column) -> Column:
        """The values in the rows' order."""
        number = self.row[NUMBER]
        order = [number.desc() if self.rows.window.backward else number] if self.may_have_more else []
        return json_list(value, *order, where=self.within())

    @property
    def keys(self) -> list[Column]:
        """What the page is ordered by, which its cursors hold."""
        return [self.row[f"{KEY}{index}"] for index in range(len(self.rows.order.directions))]

    def cursor(self) -> Column:
        """The cursor of each row."""
        return self.rows.order.cursor(self.keys)

    def edge_cursor(self, *, last: bool) -> Column:
        """The cursor of the page's first or last row, made once for that row; null for an empty page."""
        read_last = last != self.rows.window.backward
        ends = [self._end(key, read_last) for key in self.keys]
        return case((ends[-1].is_not(None), self.rows.order.cursor(ends)))  # every order ends with the id

    def _end(self, key: Column, read_last: bool) -> Column:
        """The value of the row that was read first or last."""
        values: Any = func.array_agg(aggregate_order_by(key, self.row[NUMBER]) if self.may_have_more else key)
        values = values.filter(self.row[NUMBER] <= self.rows.window.size)
        end: Column = values[func.cardinality(values) if read_last else 1]
        return end

    def more(self) -> Condition:
        """Whether a row was read beyond the page."""
        return func.count() > self.rows.window.size


def _item(result: _PageResult, nodes: Sequence[FieldNode]) -> Column | None:
    """One row as `nodes` or `edges` lists it; None for any other part."""
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
            return render_facets(rows.context, rows.type, rows.by_primary_key(), arguments, nodes)
        case other:
            raise TypeError(f"{rows.connection}.{other} is no part of a connection")


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
    """Whether there are rows beyond the page: read ahead at its end, looked up at its start."""
    window = result.rows.window
    cursor = window.before if forward else window.after
    beyond = result.rows.exists_beyond(cursor, forward=forward) if cursor else None
    if forward == window.backward:
        return beyond if beyond is not None else literal_column("false")
    more = result.more()
    return more if beyond is None else more | beyond
