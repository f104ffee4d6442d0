"""Matching and ranking of rows by the words of a search, for lists and the global search."""

from __future__ import annotations

from sqlalchemy import Float, and_, case, cast, func, literal_column, or_
from sqlalchemy.types import Text

from planner.declaration.bindings import RELEVANCE, Member, Searchable, Value
from planner.declaration.scalar_types import ScalarType, SearchText, single_precision
from planner.document.arguments import ArgumentTree, ArgumentValue
from planner.sql import Column, Condition
from planner.statement.context import PlanningContext, RowSource
from planner.statement.filters import null_in_filter
from planner.statement.ordering import Term

RANK = ScalarType("RankFilter", Float(24), (), from_cursor=single_precision)  # ts_rank is a float4
_USUAL, _CHOSEN = (
    Member(name, Value(lambda row, _: row["id"]), "float", False, False, RANK)
    for name in ("(relevance)", RELEVANCE)
)
"""Relevance as the default order of a search, with the id ascending, and as a term of `orderBy`."""
_EQUAL = cast(literal_column("0"), Float(24))


def search_words(context: PlanningContext, leaf: ArgumentValue) -> Column:
    """The search text as a tsquery."""
    return func.puente_query(context.bind(leaf, Text(), SearchText(context.limits.max_search_length)))


def search_conditions(row: RowSource, tree: ArgumentTree | None) -> list[Condition]:
    """The conditions of a search; empty for a blank text or null."""
    leaf = _searched(tree)
    if leaf is None:
        return []
    words = search_words(row.context, leaf)
    return [or_(*(and_(*_matches(row, source, words)) for source in row.type.search))]


def by_relevance(context: PlanningContext, tree: ArgumentTree | None) -> tuple[Term, ...]:
    """The default order of a search, the best matches first; empty for a blank text or null."""
    leaf = _searched(tree)
    if leaf is None:
        return ()
    return (Term(_USUAL, descending=True, rank=lambda row: _relevance(row, search_words(context, leaf))),)


def relevance_term(context: PlanningContext, tree: ArgumentTree | None, descending: bool) -> Term:
    """The term `RELEVANCE` of `orderBy`; without a search, all rows are equal."""
    leaf = _searched(tree)
    if leaf is None:
        return Term(_CHOSEN, descending, rank=lambda _: _EQUAL)
    return Term(_CHOSEN, descending, rank=lambda row: _relevance(row, search_words(context, leaf)))


def _relevance(row: RowSource, words: Column) -> Column:
    """The rank of a row that matches: the best of its texts that match and are visible."""
    ranks = [func.ts_rank(source.vector(row), words, type_=Float(24)) for source in row.type.search]
    if len(ranks) == 1:
        return ranks[0]
    fitting = [and_(*_matches(row, source, words)) for source in row.type.search]
    return func.greatest(
        *(case((fits, rank)) for fits, rank in zip(fitting, ranks, strict=True)), type_=Float(24)
    )


def _matches(row: RowSource, source: Searchable, words: Column) -> list[Condition]:
    match = source.vector(row).op("@@", is_comparison=True)(words)
    return [match, *row.mask_conditions(source.fields)]


def _searched(tree: ArgumentTree | None) -> ArgumentValue | None:
    """The text to search for; None for a blank text or null."""
    if tree is None:
        return None
    if not isinstance(tree, ArgumentValue):
        raise null_in_filter("search")
    return tree if tree.value is not None and tree.value.strip() else None
