"""The search of several types at once: the best matches first, ties by type and id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphql import FieldNode, SelectionSetNode
from sqlalchemy import Float, FromClause, Select, case, func, null, select, union_all
from sqlalchemy.sql.elements import False_

from planner.declaration.bindings import Member, Search, Searchable, TypeBinding, Value
from planner.declaration.scalar_types import STRING, Kind
from planner.document.arguments import Arguments, Leaf
from planner.errors import bad_input
from planner.messages import message
from planner.sql import Column, quoted
from planner.statement.connections import Rows, connection, window_of
from planner.statement.context import Row, Scope
from planner.statement.filters import words_of
from planner.statement.ordering import Order, Term, fingerprint
from planner.statement.render import by_key

_RANK = Kind("RankFilter", Float(24), (), restore=float)  # ts_rank is a float4
HIT = TypeBinding(
    "SearchHit",
    None,
    None,
    {
        "rank": Member("rank", Value(lambda row, _: row["rank"]), "float", False, False, _RANK),
        "kind": Member("kind", Value(lambda row, _: row["kind"]), "str", False, False, STRING),
    },
    governed=False,
)
TERMS = (Term(HIT.members["rank"], descending=True), Term(HIT.members["kind"], descending=False))


def search(scope: Scope, binding: Search, arguments: Arguments, nodes: Sequence[FieldNode]) -> Column:
    """The connection over the hits; only types that were asked for, and have visible rows, are looked at."""
    asked = _types(scope, binding, arguments)
    types = [type_ for type_ in asked if _sees_any(scope, type_)] or asked[:1]
    words = _read_once(words_of(scope, _text(arguments)))

    def fresh() -> Row:
        return Row(HIT, _hits(scope, types, words), scope, scope.language)

    def node(row: Row, selections: Sequence[SelectionSetNode]) -> Column:
        cases = [(row["kind"] == quoted(t.name), by_key(scope, t.name, row["id"], selections)) for t in types]
        return case(*cases, else_=null())

    order = Order(TERMS, False, fingerprint(HIT, TERMS, scope.language))
    rows = Rows(scope, "Search", HIT, fresh, lambda _: [], node, order, window_of(scope, arguments))
    return connection(rows, nodes)


def _text(arguments: Arguments) -> Leaf:
    leaf = arguments["text"]
    assert isinstance(leaf, Leaf)
    if not leaf.value.strip():
        raise bad_input(message("argument.no_words"))
    return leaf


def _sees_any(scope: Scope, type_: TypeBinding) -> bool:
    """Whether the viewer's roles see rows of the type at all."""
    return not any(isinstance(condition, False_) for condition in scope.row(type_.name).visible())


def _read_once(words: Column) -> Column:
    """The words as a value of its own, which PostgreSQL computes once, however many tables are searched."""
    asked = select(words.label("words")).cte().prefix_with("MATERIALIZED")
    return select(asked.c.words).scalar_subquery()


def _types(scope: Scope, binding: Search, arguments: Arguments) -> list[TypeBinding]:
    """The types asked for, in the binding's order; all of them when none is named."""
    asked = arguments.get("types")
    names = asked.value if isinstance(asked, Leaf) and asked.value is not None else list(binding.types)
    if not names:
        raise bad_input(message("argument.no_types"))
    return [scope.catalog.types[type_] for name, type_ in binding.types.items() if name in names]


def _hits(scope: Scope, types: Sequence[TypeBinding], words: Column) -> FromClause:
    """Kind, id and rank of every visible row that has the words, once each."""
    return union_all(*(_best(scope, type_, words) for type_ in types)).subquery()


def _best(scope: Scope, type_: TypeBinding, words: Column) -> Select[Any]:
    """The rows of one type; one that is found in several of its texts counts once, as its best match."""
    if len(type_.search) == 1:
        return _found(scope, type_, type_.search[0], words)
    found = union_all(*(_found(scope, type_, source, words) for source in type_.search)).subquery()
    best = select(found.c.kind, found.c.id, func.max(found.c.rank).label("rank"))
    return best.group_by(found.c.kind, found.c.id).correlate_except(found)


def _found(scope: Scope, type_: TypeBinding, source: Searchable, words: Column) -> Select[Any]:
    row = scope.row(type_.name)
    vector = source.vector(row)
    match = vector.op("@@", is_comparison=True)(words)
    wanted = [match, *row.masks(source.fields), *row.visible()]
    rank = func.ts_rank(vector, words).label("rank")
    columns = (quoted(type_.name).label("kind"), row["id"].label("id"), rank)
    return select(*columns).select_from(row.clause).where(*wanted).correlate_except(*row.own)
