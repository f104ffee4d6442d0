"""Makes SQL conditions of filter inputs.

A condition on null is false, and its negation is true: every row matches either a filter or its `not`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import and_, any_, cast, func, or_, true
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.types import Text

from models.base import ARCHIVED_AT
from planner.declaration.bindings import FacetSource, Member, ToConnection, ToMany, ToOne, Value
from planner.declaration.scalar_types import ScalarType, strict_text
from planner.document.arguments import Arguments, ArgumentTree, ArgumentValue
from planner.errors import BadUserInput, bad_input
from planner.messages import message
from planner.sql import Column, Condition, any_of, exists, is_true
from planner.statement.context import RowSource, masked_expression
from planner.statement.facets import facet_conditions, facet_operand
from planner.statement.text_folding import fold

COMBINING = ("and", "or", "not")
CHOOSING = ("eq", "in")
"""The operators that name values of a facet."""


def conditions(row: RowSource, tree: ArgumentTree | None) -> list[Condition]:
    """The filter's conditions on the row; none for an empty filter or null."""
    if tree is None or (isinstance(tree, ArgumentValue) and tree.value is None):
        return []
    return _all_of(row, _object(tree, "filter"))


def offered_conditions(row: RowSource, tree: ArgumentTree | None = None) -> list[Condition]:
    """What a list leaves out: archived rows, unless its filter names `archivedAt` of the row itself.

    References, `node` and links are no lists: they return archived rows.
    """
    if not row.type.archivable or "archivedAt" in filtered_fields(tree):
        return []
    return [row[ARCHIVED_AT].is_(None)]


def filtered_fields(tree: ArgumentTree | None) -> frozenset[str]:
    """The row's own fields that a filter names, at any level of `and`, `or` and `not`."""
    if isinstance(tree, list):
        return frozenset().union(*map(filtered_fields, tree))
    if not isinstance(tree, dict):
        return frozenset()
    combined = [filtered_fields(part) for name, part in tree.items() if name in COMBINING]
    return frozenset(tree).difference(COMBINING).union(*combined)


def without_conditions_on(name: str, tree: ArgumentTree) -> ArgumentTree:
    """The filter without its own conditions on a field or facet: those at the top or in `and`."""
    if not isinstance(tree, dict):
        return tree
    others = {key: value for key, value in tree.items() if key != name}
    if isinstance(parts := others.get("and"), list):
        others["and"] = [without_conditions_on(name, part) for part in parts]
    return others


def chosen_values(tree: ArgumentTree | None, row: RowSource, facet: str) -> list[Column]:
    """The facet's values that the filter's own conditions on it name by `eq` and `in`, in arrays of text."""
    if not isinstance(tree, dict):
        return []
    own, parts = tree.get(facet), tree.get("and")
    choosing = [(name, own[name]) for name in CHOOSING if name in own] if isinstance(own, dict) else []
    inner = [chosen_values(part, row, facet) for part in parts] if isinstance(parts, list) else []
    return sum(inner, [_chosen(row, facet, operator, leaf) for operator, leaf in choosing])


def _chosen(row: RowSource, facet: str, operator: str, tree: ArgumentTree) -> Column:
    leaf, member = _leaf(tree, operator), row.type.members.get(facet)
    if member is None:
        given = facet_operand(row, row.type.facets[facet], operator, leaf)
        return given if operator == "in" else array([given])
    kind = member.scalar_type
    assert kind is not None
    if operator == "in":
        return cast(_array(row, leaf, kind), ARRAY(Text()))
    return array([cast(row.context.bind(leaf, kind.sql, kind.convert), Text())])


def _all_of(row: RowSource, located: Arguments) -> list[Condition]:
    return [condition for name, value in located.items() for condition in _one(row, name, value)]


def _one(row: RowSource, name: str, tree: ArgumentTree) -> list[Condition]:
    if name == "and":
        return [c for part in _list(tree, name) for c in _all_of(row, _object(part, name))]
    if name == "or":
        parts = [_all_of(row, _object(part, name)) for part in _list(tree, name)]
        return [any_of([_conjunction(part) for part in parts])]
    if name == "not":
        return [~is_true(_conjunction(_all_of(row, _object(tree, name))))]
    if name not in row.type.members:
        return _facet(row, row.type.facets[name], _object(tree, name))
    return _field(row, row.type.members[name], _object(tree, name))


def _facet(row: RowSource, source: FacetSource, located: Arguments) -> list[Condition]:
    given = [(operator, _leaf(value, operator)) for operator, value in located.items()]
    return [c for operator, leaf in given for c in facet_conditions(row, source, operator, leaf)]


def _field(row: RowSource, member: Member, located: Arguments) -> list[Condition]:
    binding = member.binding
    if isinstance(binding, Value):
        return [
            _compare(row, member, operator, _leaf(value, operator)) for operator, value in located.items()
        ]
    if isinstance(binding, ToOne):
        return [_related(row, member, binding, operator, value) for operator, value in located.items()]
    if isinstance(binding, ToMany | ToConnection):
        return [_quantified(row, member, binding, name, value) for name, value in located.items()]
    raise TypeError(f"{member.name} cannot be filtered")


def _related(row: RowSource, member: Member, binding: ToOne, operator: str, tree: ArgumentTree) -> Condition:
    target = row.context.row(member.target)
    join = [
        target["id"] == row[binding.key],
        *target.visibility_conditions(),
        *row.mask_conditions([member.name]),
    ]
    if operator == "isNull":
        there = exists(target.from_clauses, target.from_clause, join)
        return ~there if _leaf(tree, operator).value else there
    requested = _all_of(target, _object(tree, operator))
    return exists(target.from_clauses, target.from_clause, [*join, *requested])


def _quantified(
    row: RowSource, member: Member, binding: ToMany | ToConnection, quantifier: str, tree: ArgumentTree
) -> Condition:
    target = row.context.row(member.target.removesuffix("Connection"))
    join = [
        *target.visibility_conditions(),
        *row.mask_conditions([member.name]),
        *offered_conditions(target, tree),
    ]
    if binding.join is not None:
        join.append(binding.join(row, target))
    requested = _conjunction(_all_of(target, _object(tree, quantifier)))
    if quantifier == "every":
        return ~exists(target.from_clauses, target.from_clause, [*join, ~is_true(requested)])
    found = exists(target.from_clauses, target.from_clause, [*join, requested])
    return ~found if quantifier == "none" else found


def _compare(row: RowSource, member: Member, operator: str, leaf: ArgumentValue) -> Condition:
    """The comparison with the field's value, or with the alternative that filters accept."""
    own = _compare_form(row, member, operator, leaf)
    if operator == "isNull" or not isinstance(member.binding, Value) or member.binding.also is None:
        return own
    other = replace(member, binding=Value(member.binding.also))
    combine = and_ if operator == "ne" else or_
    return combine(own, _compare_form(row, other, operator, leaf))


def _compare_form(row: RowSource, member: Member, operator: str, leaf: ArgumentValue) -> Condition:
    kind = member.scalar_type
    assert kind is not None
    if operator == "isNull":
        value = masked_expression(row, member)
        return value.is_(None) if leaf.value else value.is_not(None)
    if operator in ("contains", "startsWith"):
        folded = masked_expression(row, member, form="folded")
        text = folded if _is_folded(member) else func.puente_fold(folded)
        part = row.context.bind(leaf, Text(), _folded_text)
        return func.starts_with(text, part) if operator == "startsWith" else func.strpos(text, part) > 0
    return _OPERATIONS[operator](masked_expression(row, member), row, leaf, kind)


def _is_folded(member: Member) -> bool:
    return isinstance(member.binding, Value) and member.binding.folded is not None


def _folded_text(value: str) -> str:
    return fold(strict_text(value))


FilterOperation = Callable[[Column, RowSource, ArgumentValue, ScalarType], Condition]


def _operator(compare: Callable[[Column, Column], Condition]) -> FilterOperation:
    return lambda value, row, leaf, kind: compare(value, row.context.bind(leaf, kind.sql, kind.convert))


def _list_operator(compare: Callable[[Column, Column], Condition]) -> FilterOperation:
    return lambda value, row, leaf, kind: compare(value, _array(row, leaf, kind))


def _array(row: RowSource, leaf: ArgumentValue, scalar_type: ScalarType) -> Column:
    """The list as an array parameter, without values that convert to None (ids of another type)."""
    convert = scalar_type.convert
    type_ = scalar_type.sql if isinstance(scalar_type.sql, ARRAY) else ARRAY(scalar_type.sql)
    return row.context.bind(leaf, type_, _each(convert))


@cache
def _each(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The conversion of a list, cached so that equal conversions share a parameter."""
    return lambda values: [found for found in map(convert, values) if found is not None]


_OPERATIONS: Mapping[str, FilterOperation] = {
    "eq": _operator(lambda value, other: value == other),
    "ne": _operator(lambda value, other: value.is_distinct_from(other)),
    "gt": _operator(lambda value, other: value > other),
    "gte": _operator(lambda value, other: value >= other),
    "lt": _operator(lambda value, other: value < other),
    "lte": _operator(lambda value, other: value <= other),
    "in": _list_operator(lambda value, others: value == any_(others)),
    "hasAny": _list_operator(lambda value, others: value.op("&&", is_comparison=True)(others)),
    "hasAll": _list_operator(lambda value, others: value.op("@>", is_comparison=True)(others)),
}


def _conjunction(parts: list[Condition]) -> Condition:
    return and_(true(), *parts)


def _object(tree: ArgumentTree, name: str) -> Arguments:
    if isinstance(tree, dict):
        return tree
    raise null_in_filter(name)


def _list(tree: ArgumentTree, name: str) -> list[ArgumentTree]:
    if isinstance(tree, list):
        return tree
    raise null_in_filter(name)


def _leaf(tree: ArgumentTree, name: str, *, nullable: bool = False) -> ArgumentValue:
    if isinstance(tree, ArgumentValue) and (nullable or tree.value is not None):
        return tree
    raise null_in_filter(name)


def null_in_filter(name: str) -> BadUserInput:
    return bad_input(message("argument.null_condition", name=name))
