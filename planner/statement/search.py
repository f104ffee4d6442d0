"""The search across types: the best matches first, equal ones by type and id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphql import FieldNode, SelectionSetNode
from sqlalchemy import CTE, FromClause, Select, case, func, null, select, true, union_all
from sqlalchemy.sql.elements import False_

from planner.declaration.bindings import Member, Search, Searchable, TypeBinding, Value
from planner.declaration.scalar_types import STRING
from planner.document.arguments import Arguments, ArgumentValue
from planner.errors import bad_input
from planner.messages import message
from planner.sql import Column, literal_text, tuple_id
from planner.statement.connections import ConnectionSource, connection, window_of
from planner.statement.context import PlanningContext, RowSource
from planner.statement.filters import offered_conditions
from planner.statement.ordering import Order, Term, fingerprint
from planner.statement.relevance import RANK, search_words
from planner.statement.render import object_where

HIT = TypeBinding(
    "SearchHit",
    None,
    None,
    {
        "rank": Member("rank", Value(lambda row, _: row["rank"]), "float", False, False, RANK),
        "kind": Member("kind", Value(lambda row, _: row["kind"]), "str", False, False, STRING),
    },
    governed=False,
)
TERMS = (Term(HIT.members["rank"], descending=True), Term(HIT.members["kind"], descending=False))


def plan_search(
    context: PlanningContext, binding: Search, arguments: Arguments, nodes: Sequence[FieldNode]
) -> Column:
    """The connection to the hits; only requested types that the viewer can see are searched."""
    types = _types(context, binding, arguments)
    types = [type_ for type_ in types if _any_visible(context, type_)] or types[:1]
    words = _parsed_once(search_words(context, _text(arguments)))

    def fresh() -> RowSource:
        return RowSource(HIT, _hits(context, types, words), context, context.language)

    def node(row: RowSource, selections: Sequence[SelectionSetNode]) -> Column:
        cases = [(row["kind"] == literal_text(t.name), _object(context, t, row, selections)) for t in types]
        return case(*cases, else_=null())

    order = Order(TERMS, False, fingerprint(HIT, TERMS, context.language))
    rows = ConnectionSource(
        context, "Search", HIT, fresh, lambda *_: [], node, order, window_of(context, arguments)
    )
    return connection(rows, nodes)


def _text(arguments: Arguments) -> ArgumentValue:
    leaf = arguments["text"]
    assert isinstance(leaf, ArgumentValue)
    if not leaf.value.strip():
        raise bad_input(message("argument.no_words"))
    return leaf


def _any_visible(context: PlanningContext, type_: TypeBinding) -> bool:
    """Whether the viewer's roles may see any rows of the type."""
    return not any(
        isinstance(condition, False_) for condition in context.row(type_.name).visibility_conditions()
    )


def _object(
    context: PlanningContext, type_: TypeBinding, hit: RowSource, selections: Sequence[SelectionSetNode]
) -> Column:
    """The row of a hit, read by its ctid, without an index lookup."""
    row = context.row(type_.name)
    return object_where(row, [tuple_id(row.source) == hit["tuple_id"]], selections)


def _parsed_once(words: Column) -> CTE:
    """The tsquery in a materialized CTE, so that it is computed once for all tables."""
    return select(words.label("words")).cte().prefix_with("MATERIALIZED")


def _types(context: PlanningContext, binding: Search, arguments: Arguments) -> list[TypeBinding]:
    """The requested types, in the binding's order; all types if the argument is omitted."""
    requested = arguments.get("types")
    names = (
        requested.value
        if isinstance(requested, ArgumentValue) and requested.value is not None
        else list(binding.types)
    )
    if not names:
        raise bad_input(message("argument.no_types"))
    return [context.catalog.types[type_] for name, type_ in binding.types.items() if name in names]


def _hits(context: PlanningContext, types: Sequence[TypeBinding], parsed: CTE) -> FromClause:
    """Kind, id, rank and tuple id of every visible row that matches, each row once."""
    found = union_all(*(_best_hits(context, type_, parsed.c.words) for type_ in types)).lateral()
    return select(*found.c).select_from(parsed.join(found, true())).subquery()


def _best_hits(context: PlanningContext, type_: TypeBinding, words: Column) -> Select[Any]:
    """The hits of one type; a row found in several of its texts counts once, with its best rank."""
    if len(type_.search) == 1:
        return _search_matches(context, type_, type_.search[0], words)
    found = union_all(*(_search_matches(context, type_, source, words) for source in type_.search)).subquery()
    same = (found.c.kind, found.c.id, found.c.tuple_id)
    return select(*same, func.max(found.c.rank).label("rank")).group_by(*same).correlate_except(found)


def _search_matches(
    context: PlanningContext, type_: TypeBinding, source: Searchable, words: Column
) -> Select[Any]:
    row = context.row(type_.name)
    vector = source.vector(row)
    match = vector.op("@@", is_comparison=True)(words)
    wanted = [
        match,
        *row.mask_conditions(source.fields),
        *row.visibility_conditions(),
        *offered_conditions(row),
    ]
    columns = (
        literal_text(type_.name).label("kind"),
        row["id"].label("id"),
        tuple_id(row.source).label("tuple_id"),
        func.ts_rank(vector, words).label("rank"),
    )
    return select(*columns).select_from(row.from_clause).where(*wanted).correlate_except(*row.from_clauses)
