"""The order of rows, and cursors that mark a place in it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2s
from typing import Any
from uuid import UUID

from tests.reference.counts import COUNTS
from tests.reference.errors import Refused
from tests.reference.field_sources import PERSON, camel, snake
from tests.reference.localized_texts import printed, sort_key
from tests.reference.tables import ReferenceContext, VisibleRow, used_name

NULLS: Mapping[str, Any] = {"date": "infinity", "moment": "infinity", "int": 2147483647, "text": "\U0010ffff"}
KINDS = {"DateTime": "moment", "Date": "date", "Int": "int"}
RELEVANCE = "relevance"
"""A term of `orderBy` that is no field."""
Key = tuple[bool, Any]


@dataclass(frozen=True)
class Term:
    field: str
    descending: bool


def terms_of(given: Sequence[Mapping[str, str]] | None) -> list[Term]:
    """What `orderBy` says."""
    return [Term(camel(one["field"]), one["direction"] == "DESC") for one in given or ()]


def fixed_terms(words: Iterable[str]) -> list[Term]:
    """What a declaration says: columns, those with a leading `-` descending."""
    return [Term(word.lstrip("-"), word.startswith("-")) for word in words]


def by_language(type_: str, field: str) -> bool:
    """Whether the field is a text of readers, which their language orders."""
    return (type_, field) in PERSON or field in ("name", "title")


def value_of(context: ReferenceContext, row: VisibleRow, field: str, words: str | None = None) -> Any:
    """What a term compares; by relevance, how well the row has the words that are searched for."""
    if field == RELEVANCE:
        return rank(context, row, words) if words is not None and words.strip() else 0
    if field in context.hidden(row):
        return None
    if (row.type, field) in COUNTS:
        return COUNTS[row.type, field](context, row)
    if not by_language(row.type, field):
        return row.row[snake(field)]
    language = context.language()
    if (row.type, field) in PERSON:
        person = context.person(row)
        return sort_key(f"{person['family_names']} {used_name(person)}", language)
    return sort_key(context.scalar(row, field), language)


def rank(context: ReferenceContext, row: VisibleRow, words: str) -> float:
    return float(context.world.matches.ranks[words].get((row.type, row.row["id"]), 0.5))


def key_of(value: Any) -> Key:
    """Null is greater than everything."""
    return (value is None, 0 if value is None else value)


def ordered(
    context: ReferenceContext, rows: Iterable[VisibleRow], terms: Sequence[Term], words: str | None = None
) -> list[VisibleRow]:
    """By each term in turn; ties by id, in the direction of the last term."""
    found = sorted(rows, key=lambda row: row.row["id"].int, reverse=last_descends(terms))
    for term in reversed(terms):
        found.sort(key=lambda row: key_of(value_of(context, row, term.field, words)), reverse=term.descending)
    return found


def last_descends(terms: Sequence[Term]) -> bool:
    return bool(terms) and terms[-1].descending


@dataclass(frozen=True)
class Order:
    """An order of a type's rows, for a viewer: where a row stands, and the cursor that says so."""

    context: ReferenceContext
    type: str
    terms: Sequence[Term]
    words: str | None = None

    def fingerprint(self) -> str:
        words = [self.type, *(f"{term.field}{'-' if term.descending else '+'}" for term in self.terms)]
        if any(by_language(self.type, term.field) for term in self.terms):
            words.append(self.context.language())
        return blake2s(" ".join(words).encode(), digest_size=4).hexdigest()

    @property
    def directions(self) -> list[bool]:
        """Whether each place descends, the id's at the end."""
        return [*(term.descending for term in self.terms), last_descends(self.terms)]

    def sorted(self, rows: Iterable[VisibleRow]) -> list[VisibleRow]:
        return ordered(self.context, rows, self.terms, self.words)

    def kind(self, term: Term) -> str:
        if term.field == RELEVANCE:
            return RELEVANCE
        return KINDS.get(self.context.world.target(self.type, term.field), "text")

    def sort_position(self, row: VisibleRow) -> list[Any]:
        values = [value_of(self.context, row, term.field, self.words) for term in self.terms]
        return [*values, row.row["id"]]

    def cursor(self, row: VisibleRow) -> str:
        *values, key = self.sort_position(row)
        kinds = [self.kind(term) for term in self.terms]
        texts = [NULLS[kind] if v is None else printed(v) for kind, v in zip(kinds, values, strict=True)]
        return encode([self.fingerprint(), *texts, str(key)])

    def read(self, cursor: str) -> list[Any]:
        """The place that a cursor marks; refuses one of another order."""
        fingerprint, *texts, key = decode(cursor)
        if fingerprint != self.fingerprint() or len(texts) != len(self.terms):
            raise Refused("a cursor of another order")
        kinds = map(self.kind, self.terms)
        return [restored(kind, text) for kind, text in zip(kinds, texts, strict=True)] + [UUID(key)]

    def compare(self, one: Sequence[Any], other: Sequence[Any]) -> int:
        """Negative where the one place comes before the other."""
        for mine, theirs, descending in zip(one, other, self.directions, strict=True):
            if key_of(mine) != key_of(theirs):
                return -1 if (key_of(mine) < key_of(theirs)) != descending else 1
        return 0


@dataclass(frozen=True)
class OrderByRelevance(Order):
    """The usual order of a search: the best matches first, equal ones by id."""

    @property
    def directions(self) -> list[bool]:
        return [True, False]

    def fingerprint(self) -> str:
        return blake2s(f"{self.type} (relevance)-".encode(), digest_size=4).hexdigest()

    def sorted(self, rows: Iterable[VisibleRow]) -> list[VisibleRow]:
        return sorted(rows, key=lambda row: (-self.sort_position(row)[0], row.row["id"].int))

    def sort_position(self, row: VisibleRow) -> list[Any]:
        assert self.words is not None
        return [rank(self.context, row, self.words), row.row["id"]]

    def cursor(self, row: VisibleRow) -> str:
        rank, key = self.sort_position(row)
        return encode([self.fingerprint(), rank, str(key)])

    def read(self, cursor: str) -> list[Any]:
        fingerprint, *position = decode(cursor)
        if fingerprint != self.fingerprint() or len(position) != 2:
            raise Refused("a cursor of another order")
        return [float(position[0]), UUID(position[1])]


def order_of(context: ReferenceContext, type_: str, given: Mapping[str, Any]) -> Order:
    """What `orderBy` says; without it, a search has the best matches first."""
    terms, words = terms_of(given.get("orderBy")), given.get("search")
    if not terms and words is not None and words.strip():
        return OrderByRelevance(context, type_, terms, words)
    return Order(context, type_, terms, words)


def restored(kind: str, text: Any) -> Any:
    if text == NULLS.get(kind):
        return None
    if kind == RELEVANCE:
        return float(text)
    if kind == "moment":
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) if kind == "date" else text


def encode(elements: Sequence[Any]) -> str:
    text = json.dumps(elements, ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        elements = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise Refused("no cursor") from error
    if not isinstance(elements, list) or len(elements) < 2:
        raise Refused("no cursor")
    return elements
