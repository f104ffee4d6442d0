"""From a filter input to an SQL condition.

A condition on what is null does not hold, and its negation does: a filter and its `not` part the rows in two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import and_, any_, func, or_, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from planner.declaration.bindings import Many, Member, One, Page, Searchable, Value
from planner.declaration.scalar_types import Kind, SearchText, strict_text
from planner.document.arguments import Arguments, Leaf, Located
from planner.errors import BadUserInput, bad_input
from planner.messages import message
from planner.sql import Column, Condition, either, exists, is_true
from planner.statement.context import Row, Scope, shown
from planner.statement.text_folding import fold

COMBINING = ("and", "or", "not")


def conditions(row: Row, located: Located | None) -> list[Condition]:
    """What the filter asks of the row; nothing for none, an empty one, or null in place of a filter."""
    if located is None or (isinstance(located, Leaf) and located.value is None):
        return []
    return _all_of(row, _object(located, "filter"))


def fields_in(located: Located | None) -> frozenset[str]:
    """The fields of the row itself that a filter names, however it combines them."""
    if isinstance(located, list):
        return frozenset().union(*map(fields_in, located))
    if not isinstance(located, dict):
        return frozenset()
    combined = [fields_in(part) for name, part in located.items() if name in COMBINING]
    return frozenset(located).difference(COMBINING).union(*combined)


def _all_of(row: Row, located: Arguments) -> list[Condition]:
    return [condition for name, value in located.items() for condition in _one(row, name, value)]


def _one(row: Row, name: str, located: Located) -> list[Condition]:
    if name == "and":
        return [c for part in _list(located, name) for c in _all_of(row, _object(part, name))]
    if name == "or":
        parts = [_all_of(row, _object(part, name)) for part in _list(located, name)]
        return [either([_conjunction(part) for part in parts])]
    if name == "not":
        return [~is_true(_conjunction(_all_of(row, _object(located, name))))]
    return _field(row, row.type.members[name], _object(located, name))


def _field(row: Row, member: Member, located: Arguments) -> list[Condition]:
    binding = member.binding
    if isinstance(binding, Value):
        return [
            _compare(row, member, operator, _leaf(value, operator)) for operator, value in located.items()
        ]
    if isinstance(binding, One):
        return [_related(row, member, binding, operator, value) for operator, value in located.items()]
    if isinstance(binding, Many | Page):
        return [_quantified(row, member, binding, name, value) for name, value in located.items()]
    raise TypeError(f"{member.name} cannot be filtered")


def _related(row: Row, member: Member, binding: One, operator: str, located: Located) -> Condition:
    target = row.scope.row(member.target)
    tie = [target["id"] == row[binding.key], *target.visible(), *row.masks([member.name])]
    if operator == "isNull":
        there = exists(target.own, target.clause, tie)
        return ~there if _leaf(located, operator).value else there
    asked = _all_of(target, _object(located, operator))
    return exists(target.own, target.clause, [*tie, *asked])


def _quantified(
    row: Row, member: Member, binding: Many | Page, quantifier: str, located: Located
) -> Condition:
    target = row.scope.row(member.target.removesuffix("Connection"))
    tie = [*target.visible(), *row.masks([member.name])]
    if binding.join is not None:
        tie.append(binding.join(row, target))
    asked = _conjunction(_all_of(target, _object(located, quantifier)))
    if quantifier == "every":
        return ~exists(target.own, target.clause, [*tie, ~is_true(asked)])
    found = exists(target.own, target.clause, [*tie, asked])
    return ~found if quantifier == "none" else found


def _compare(row: Row, member: Member, operator: str, leaf: Leaf) -> Condition:
    kind = member.kind
    assert kind is not None
    if operator == "isNull":
        value = shown(row, member)
        return value.is_(None) if leaf.value else value.is_not(None)
    if operator in ("contains", "startsWith"):
        folded = shown(row, member, form="folded")
        text = folded if _is_folded(member) else func.puente_fold(folded)
        part = row.scope.bind(leaf, Text(), _folded_text)
        return func.starts_with(text, part) if operator == "startsWith" else func.strpos(text, part) > 0
    return _OPERATIONS[operator](shown(row, member), row, leaf, kind)


def _is_folded(member: Member) -> bool:
    return isinstance(member.binding, Value) and member.binding.folded is not None


def _folded_text(value: str) -> str:
    return fold(strict_text(value))


Operation = Callable[[Column, Row, Leaf, Kind], Condition]


def _bound(compare: Callable[[Column, Column], Condition]) -> Operation:
    return lambda value, row, leaf, kind: compare(value, row.scope.bind(leaf, kind.sql, kind.convert))


def _listed(compare: Callable[[Column, Column], Condition]) -> Operation:
    return lambda value, row, leaf, kind: compare(value, _array(row, leaf, kind))


def _array(row: Row, leaf: Leaf, kind: Kind) -> Column:
    """The list as one array parameter; what converts to nothing (the id of another type) is left out."""
    convert = kind.convert
    type_ = kind.sql if isinstance(kind.sql, ARRAY) else ARRAY(kind.sql)
    return row.scope.bind(leaf, type_, _each(convert))


@cache
def _each(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The conversion of a list; one for each `convert`, so that equal parameters are known as equal."""
    return lambda values: [found for found in map(convert, values) if found is not None]


_OPERATIONS: Mapping[str, Operation] = {
    "eq": _bound(lambda value, other: value == other),
    "ne": _bound(lambda value, other: value.is_distinct_from(other)),
    "gt": _bound(lambda value, other: value > other),
    "gte": _bound(lambda value, other: value >= other),
    "lt": _bound(lambda value, other: value < other),
    "lte": _bound(lambda value, other: value <= other),
    "in": _listed(lambda value, others: value == any_(others)),
    "hasAny": _listed(lambda value, others: value.op("&&", is_comparison=True)(others)),
    "hasAll": _listed(lambda value, others: value.op("@>", is_comparison=True)(others)),
}


def search_conditions(row: Row, located: Located | None) -> list[Condition]:
    """Where the words are found; a blank text or null asks nothing."""
    if located is None:
        return []
    leaf = _leaf(located, "search", nullable=True)
    if leaf.value is None or not leaf.value.strip():
        return []
    words = words_of(row.scope, leaf)
    return [or_(*(and_(*_found(row, source, words)) for source in row.type.search))]


def words_of(scope: Scope, leaf: Leaf) -> Column:
    """What the text asks for, as a tsquery."""
    return func.puente_query(scope.bind(leaf, Text(), SearchText(scope.limits.max_search_length)))


def _found(row: Row, source: Searchable, words: Column) -> list[Condition]:
    match = source.vector(row).op("@@", is_comparison=True)(words)
    return [match, *row.masks(source.fields)]


def _conjunction(parts: list[Condition]) -> Condition:
    return and_(true(), *parts)


def _object(located: Located, name: str) -> Arguments:
    if isinstance(located, dict):
        return located
    raise null_in_filter(name)


def _list(located: Located, name: str) -> list[Located]:
    if isinstance(located, list):
        return located
    raise null_in_filter(name)


def _leaf(located: Located, name: str, *, nullable: bool = False) -> Leaf:
    if isinstance(located, Leaf) and (nullable or located.value is not None):
        return located
    raise null_in_filter(name)


def null_in_filter(name: str) -> BadUserInput:
    return bad_input(message("argument.null_condition", name=name))
