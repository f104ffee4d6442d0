"""The order of a page, and its cursors.

An order is total: its last term is the id, in the direction of the previous term. Null sorts as if it were
greater than every value, so it comes last ascending and first descending. A cursor is the base64url of a JSON
list: the order's fingerprint, the values of its terms, the id. It is valid for that order only.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import UnaryExpression, Uuid, and_, func, or_, tuple_
from sqlalchemy.types import TypeEngine

from planner.declaration.bindings import RELEVANCE, Member, TypeBinding, Value
from planner.declaration.scalar_types import null_sort_value_of
from planner.document.arguments import ArgumentTree, ArgumentValue
from planner.errors import BadUserInput, bad_input
from planner.messages import message
from planner.sql import Column, Condition, base64url, literal_text
from planner.statement.context import PlanningContext, RowSource, masked_expression

MAX_CURSOR_LENGTH = 16_384  # enough for a few names of maximum length, in UTF-8 and base64


@dataclass(frozen=True, slots=True)
class Term:
    """A term of an order: a field and its direction; or `rank`, an expression that isn't a field."""

    member: Member
    descending: bool
    rank: Callable[[RowSource], Column] | None = None

    def key(self, row: RowSource) -> Column:
        """The expression that rows are compared by; never null."""
        assert self.member.scalar_type is not None
        if self.rank is not None:
            return self.rank(row)
        key = masked_expression(row, self.member, form="sorted")
        binding = self.member.binding
        present = isinstance(binding, Value) and binding.non_null and row.mask(self.member.name) is None
        if present or not self.member.nullable:
            return key
        return func.coalesce(key, null_sort_value_of(self.member.scalar_type))


@dataclass(frozen=True, slots=True)
class Order:
    """The terms of an order, the direction of its final id, and the fingerprint of its cursors.

    `numbered`: the terms are unique, so there is no final id.
    """

    terms: tuple[Term, ...]
    descending: bool
    fingerprint: str
    numbered: bool = False

    def keys(self, row: RowSource) -> list[Column]:
        keys = [term.key(row) for term in self.terms]
        return keys if self.numbered else [*keys, row["id"]]

    @property
    def directions(self) -> list[bool]:
        directions = [term.descending for term in self.terms]
        return directions if self.numbered else [*directions, self.descending]

    def order_by(self, row: RowSource, *, backward: bool = False) -> list[UnaryExpression[Any]]:
        """The terms of ORDER BY; `backward` reads from the end."""
        pairs = zip(self.keys(row), self.directions, strict=True)
        return [key.desc() if descending != backward else key.asc() for key, descending in pairs]

    def cursor(self, keys: Sequence[Column]) -> Column:
        """The cursor of the row with these keys."""
        return base64url(func.json_build_array(literal_text(self.fingerprint), *keys))

    def keyset_condition(
        self, row: RowSource, leaf: ArgumentValue, *, forward: bool, inclusive: bool = False
    ) -> Condition:
        """The condition for rows after (or before) the cursor; `inclusive`: and the cursor's own row."""
        keys = self.keys(row)
        values = [self._value(row.context, leaf, index) for index in range(len(keys))]
        greater = [descending != forward for descending in self.directions]
        return _lexicographic(keys, values, greater, inclusive)

    def check(self, context: PlanningContext, leaf: ArgumentValue) -> None:
        """Have the cursor validated with each request, even if no row is compared with it."""
        self._value(context, leaf, len(self.directions) - 1)

    def _value(self, context: PlanningContext, leaf: ArgumentValue, index: int) -> Column:
        kinds = [term.member.scalar_type for term in self.terms]
        kind = kinds[index] if index < len(kinds) else None
        type_: TypeEngine[Any] = kind.sql if kind else Uuid()
        restores = (*(kind.from_cursor for kind in kinds if kind), *(() if self.numbered else (UUID,)))
        return context.bind(leaf, type_, _Element(self.fingerprint, restores, index))


@dataclass(frozen=True, slots=True)
class _Element:
    """Reads one value of a cursor; equal readers share a parameter."""

    fingerprint: str
    restores: tuple[Callable[[Any], Any], ...]
    index: int

    def __call__(self, cursor: str) -> Any:
        return self.restores[self.index](_decode(cursor, self.fingerprint, self.restores)[self.index])


def order_of(
    type_: TypeBinding,
    tree: ArgumentTree | None,
    language: str,
    usual: tuple[Term, ...],
    ranked: Callable[[bool], Term],
) -> Order:
    """The order in `orderBy`; without one, the `usual` terms, then the id ascending.

    `ranked` makes the term of relevance, descending or not.
    """
    terms = tuple(_term(type_, item, ranked) for item in tree) if isinstance(tree, list) else ()
    descending = bool(terms) and terms[-1].descending
    return Order(terms or usual, descending, fingerprint(type_, terms or usual, language))


def _term(type_: TypeBinding, tree: ArgumentTree, ranked: Callable[[bool], Term]) -> Term:
    assert isinstance(tree, dict)
    name, direction = tree["field"], tree["direction"]
    assert isinstance(name, ArgumentValue)
    assert isinstance(direction, ArgumentValue)
    if direction.value is None:
        raise bad_input(message("argument.null_direction"))
    descending = direction.value == "DESC"
    return ranked(descending) if name.value == RELEVANCE else Term(type_.members[name.value], descending)


def fingerprint(type_: TypeBinding, terms: Sequence[Term], language: str) -> str:
    """Eight hex digits that identify an order; they depend on the language if a term's order does."""
    lingual = any(isinstance(t.member.binding, Value) and t.member.binding.sorted is not None for t in terms)
    words = [type_.name, *(f"{t.member.name}{'-' if t.descending else '+'}" for t in terms)]
    text = " ".join([*words, language] if lingual else words)
    return hashlib.blake2s(text.encode(), digest_size=4).hexdigest()


def _decode(cursor: str, fingerprint: str, restores: tuple[Callable[[Any], Any], ...]) -> list[Any]:
    """The values after the fingerprint, each checked by its term's conversion; raises BadUserInput."""
    try:
        if len(cursor) > MAX_CURSOR_LENGTH:
            raise ValueError("too long")
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found, *elements = orjson.loads(raw)
        if type(found) is not str:
            raise ValueError("no fingerprint")
    except (ValueError, TypeError, binascii.Error) as error:
        raise _wrong_cursor() from error
    if found != fingerprint:
        raise bad_input(message("argument.cursor_of_another_order"))
    try:
        for restore, element in zip(restores, elements, strict=True):
            restore(element)
    except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
        raise _wrong_cursor() from error
    return list(elements)


def _wrong_cursor() -> BadUserInput:
    return bad_input(message("argument.not_a_cursor"))


def _lexicographic(
    keys: Sequence[Column], values: Sequence[Column], greater: Sequence[bool], inclusive: bool
) -> Condition:
    """A row comparison; with mixed directions, each term is also limited by itself, so an index can serve."""
    if len(set(greater)) == 1:
        left, right = tuple_(*keys), tuple_(*values)
        if greater[0]:
            return left >= right if inclusive else left > right
        return left <= right if inclusive else left < right
    condition: Condition | None = None
    for key, value, up in reversed(list(zip(keys, values, greater, strict=True))):
        beyond = key > value if up else key < value
        if condition is None:
            condition = or_(beyond, key == value) if inclusive else beyond
        else:
            at_least = key >= value if up else key <= value
            condition = and_(at_least, or_(beyond, condition))
    assert condition is not None
    return condition
