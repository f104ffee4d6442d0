"""What an answer reveals, compared with what its viewer may read, even where planner and executor agree.

Each text of the database has a canary (canaries.sql), and a cursor is opened: it may hold nothing of a row
but words and values of that row's visible fields. Neither knows how rows are ordered or searched.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from tests.reference.counts import COUNTS
from tests.reference.field_sources import CLIENTS_NAME, PERSON, RENAMED, SEARCHED, TABLE, snake
from tests.reference.localized_texts import fold, printed, spanish
from tests.reference.rows import Row
from tests.reference.tables import ReferenceContext, ReferenceWorld, VisibleRow
from tests.reference.viewers import HeldGrant, Viewer

CANARY = re.compile(r"qz[0-9a-f]{8}|\+999[0-9]{8}")
CURSOR = re.compile(r"[A-Za-z0-9_-]{40,}")
MADE = re.compile("^name$|_fold|_sort|search")
"""Columns that are made of others."""
FINGERPRINT = re.compile(r"[0-9a-f]{8}")
NOTHING_THERE = frozenset({"infinity", 2147483647, "\U0010ffff", "~"})
"""What stands in a cursor for null."""
OF_VALUES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("ImpactMetric", "reported"): ("reported_source",),
    ("Registration", "guest"): ("guest_name", "guest_email", "guest_institution", "guest_language"),
}
"""Fields that lead to a value with texts of the row."""


class Disclosed(AssertionError):
    """An answer tells what its viewer may not read."""


def canaries_of(value: Any) -> set[str]:
    return set(CANARY.findall(value if isinstance(value, str) else json.dumps(value, default=str)))


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings_in(one)


def opened(text: str) -> list[Any] | None:
    """The elements of a cursor of rows: a fingerprint, values, an id; None of any other text."""
    if not CURSOR.fullmatch(text):
        return None
    try:
        elements = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        first, *_, last = elements
        UUID(last)
        return list(elements) if FINGERPRINT.fullmatch(first) else None
    except (ValueError, TypeError, AttributeError):
        return None


def is_rank(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value < 1


@dataclass
class Disclosures:
    """What each viewer may read of the rows; found out once, then remembered."""

    world: ReferenceWorld
    _readers: dict[tuple[HeldGrant, ...], Reader] = field(default_factory=dict)
    cursors: int = 0
    """How many were opened."""

    def reader(self, viewer: Viewer) -> Reader:
        if viewer.held not in self._readers:
            self._readers[viewer.held] = Reader(self.world, viewer)
        return self._readers[viewer.held]

    def check(self, viewer: Viewer, answer: Any, given: str = "", *, searched: bool = False) -> None:
        """Raises `Disclosed`; what the viewer has `given` may be returned to them.

        Only where something is `searched` may cursors hold a rank.
        """
        reader = self.reader(viewer)
        cursors = [found for text in strings_in(answer) if (found := opened(text)) is not None]
        canaries = canaries_of(answer) | canaries_of(cursors)
        if leaked := canaries - reader.canaries - canaries_of(given):
            raise Disclosed(f"{viewer.name} may not read {sorted(map(self.origin, leaked))}")
        for cursor in cursors:
            if (fault := reader.fault(cursor, searched=searched)) is not None:
                raise Disclosed(f"a cursor tells {viewer.name} {fault}: {cursor}")
        self.cursors += len(cursors)

    def hidden(self, viewer: Viewer) -> list[str]:
        """The canaries that the viewer may not read."""
        return sorted(self.origins.keys() - self.reader(viewer).canaries)

    def origin(self, canary: str) -> str:
        return self.origins.get(canary, canary)

    @cached_property
    def origins(self) -> Mapping[str, str]:
        """The column that a canary is of, as `table.column`."""
        return {
            canary: f"{table}.{column}"
            for table, rows in self.world.rows.tables.items()
            for row in rows.values()
            for column, value in row.items()
            if isinstance(value, str | list) and not MADE.search(column)
            for canary in canaries_of(value)
        }


@dataclass
class Reader:
    """What one viewer may read, in both languages."""

    world: ReferenceWorld
    viewer: Viewer
    _values: dict[UUID, tuple[frozenset[Any], frozenset[str]]] = field(default_factory=dict)

    @cached_property
    def contexts(self) -> list[ReferenceContext]:
        viewers = (Viewer(self.viewer.name, language, self.viewer.held) for language in ("EN", "ES"))
        return [ReferenceContext(self.world, viewer) for viewer in viewers]

    @cached_property
    def canaries(self) -> frozenset[str]:
        found: set[str] = set()
        for type_ in TABLE:
            for visible in self.contexts[0].all(type_):
                for value in self._visible_values(visible):
                    if isinstance(value, str | list):
                        found |= canaries_of(value)
        return frozenset(found)

    def fault(self, cursor: list[Any], *, searched: bool) -> str | None:
        """What a cursor holds that the viewer may not read of its row; of a search it may hold a rank."""
        _, *values, key = cursor
        if searched:  # how well the row fits a search; of the search in all types, its type
            values = [value for value in values if not is_rank(value) and value not in SEARCHED]
        known, words = self._read(UUID(key))
        if not known:
            return "of a row that is hidden"
        for value in values:
            if value in NOTHING_THERE or value in known:
                continue
            if not isinstance(value, str) or not words.issuperset(value.split()):
                return f"of {value!r}"
        return None

    def _read(self, key: UUID) -> tuple[frozenset[Any], frozenset[str]]:
        """The values of a row as JSON has them, and their words as sort keys have them."""
        if key not in self._values:
            found = [value for one in self._rows(key) for value in self._visible_values(one)]
            texts = [value for value in found if isinstance(value, str)]
            words = {word for text in texts for made in (fold(text), spanish(text)) for word in made.split()}
            scalars = {printed(value) for value in found if not isinstance(value, list)}
            self._values[key] = frozenset({*scalars, str(key)} if found else ()), frozenset(words)
        return self._values[key]

    def _rows(self, key: UUID) -> Iterator[VisibleRow]:
        for type_, table in TABLE.items():
            if (row := self.world.rows.get(table, key)) is not None and self.contexts[0].sight.sees(
                type_, row
            ):
                yield VisibleRow(type_, row)

    def _visible_values(self, source: VisibleRow) -> Iterator[Any]:
        object_type = self.world.schema.type_map[source.type]
        assert isinstance(object_type, GraphQLObjectType)
        hidden = self.contexts[0].hidden(source)
        for name, definition in object_type.fields.items():
            if name in hidden:
                continue
            if (source.type, name) in OF_VALUES:
                yield from (source.row[column] for column in OF_VALUES[source.type, name])
            elif (source.type, name) in COUNTS:
                yield COUNTS[source.type, name](self.contexts[0], source)
            elif is_leaf_type(get_named_type(definition.type)) and _is_stored(source.type, source.row, name):
                for context in self.contexts:
                    yield context.scalar(source, name)


def _is_stored(type_: str, row: Row, name: str) -> bool:
    if (type_, name) in PERSON or (type_, name) == CLIENTS_NAME:
        return True
    column = RENAMED.get((type_, name), snake(name))
    return not {column, f"{column}_en"}.isdisjoint(row)
