"""What a query is answered from: rows, what words match, and who asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type

from tests.reference.field_sources import (
    CLIENTS_NAME,
    ORIGINS,
    PERSON,
    RENAMED,
    TABLE,
    TYPE_OF_TABLE,
    LinkedField,
    join_of,
    snake,
)
from tests.reference.localized_texts import city_names
from tests.reference.policy import Sight
from tests.reference.rows import Row, Rows
from tests.reference.viewers import HeldGrant, Viewer

HIDDEN_ROWS, MASKED, MASKED_IN_FILTER = "hidden rows", "masked values", "filters on masked fields"


@dataclass(frozen=True)
class VisibleRow:
    """A row as an object of a type."""

    type: str
    row: Row


@dataclass(frozen=True, repr=False)
class Matches:
    """What PostgreSQL's text search finds: for a text, the ids by type; and for hits, how well they fit."""

    ids: Mapping[str, Mapping[str, frozenset[UUID]]]
    ranks: Mapping[str, Mapping[tuple[str, UUID], str]]


@dataclass(frozen=True, repr=False)
class ReferenceWorld:
    """The rows and the schema, for every viewer."""

    schema: GraphQLSchema
    rows: Rows
    matches: Matches
    _sights: dict[tuple[HeldGrant, ...], Sight] = field(default_factory=dict)

    def target(self, type_: str, field: str) -> str:
        """The name of the type that a field leads to."""
        object_type = self.schema.type_map[type_]
        assert isinstance(object_type, GraphQLObjectType)
        name: str = get_named_type(object_type.fields[field].type).name
        return name

    def sight_of(self, viewer: Viewer) -> Sight:
        """What the viewer sees, found out once: the rows do not change."""
        if viewer.held not in self._sights:
            self._sights[viewer.held] = Sight(self.schema, self.rows, viewer)
        return self._sights[viewer.held]


@dataclass
class ReferenceContext:
    """The world as one viewer sees it."""

    world: ReferenceWorld
    viewer: Viewer
    met: set[str] = field(default_factory=set)

    @cached_property
    def sight(self) -> Sight:
        return self.world.sight_of(self.viewer)

    @cached_property
    def rows(self) -> Rows:
        return self.world.rows

    def language(self, requested: str | None = None) -> str:
        return requested or self.viewer.language

    def visible(self, type_: str, rows: Iterable[Row]) -> list[VisibleRow]:
        seen, hidden = [], False
        for row in rows:
            if self.sight.sees(type_, row):
                seen.append(VisibleRow(type_, row))
            else:
                hidden = True
        if hidden:
            self.met.add(HIDDEN_ROWS)
        return seen

    def all(self, type_: str) -> list[VisibleRow]:
        return self.visible(type_, self.rows.all(TABLE[type_]))

    def one(self, type_: str, key: UUID | None) -> VisibleRow | None:
        row = self.rows.get(TABLE[type_], key)
        if row is None:
            return None
        if self.sight.sees(type_, row):
            return VisibleRow(type_, row)
        self.met.add(HIDDEN_ROWS)
        return None

    def hidden(self, source: VisibleRow) -> Mapping[str, str]:
        """The fields of the row that are null or empty for the viewer, and why."""
        return self.sight.hidden(source.type, source.row)

    def related(self, source: VisibleRow, field: str, target: str) -> VisibleRow | None:
        """The row that the field's foreign key names, if it and the field are visible."""
        if field in self.hidden(source):
            return None
        return self.one(target, source.row[f"{snake(field)}_id"])

    def linked(self, source: VisibleRow, field: str) -> list[VisibleRow]:
        """The visible rows of a list or connection, in no order."""
        if field in self.hidden(source):
            return []
        by = self.join_of(source.type, field)
        if by.table is None:
            owned = self.rows.owned(TABLE[by.type], by.column, source.row[by.key])
            return self.visible(by.type, owned)
        links = self.rows.owned(by.table, by.column, source.row["id"])
        links = [link for link in links if self.sight.sees(TYPE_OF_TABLE[by.table], link)]
        keys = {link[f"{TABLE[by.type]}_id"] for link in links}
        found = (self.rows.get(TABLE[by.type], key) for key in keys)
        return self.visible(by.type, [row for row in found if row is not None])

    def join_of(self, type_: str, field: str) -> LinkedField:
        return join_of(type_, field, self.world.target(type_, field).removesuffix("Connection"))

    def origin(self, source: VisibleRow) -> VisibleRow | None:
        """The first visible row that one of the origin columns names."""
        for type_, column in ORIGINS[source.type].items():
            if (found := self.one(type_, source.row[column])) is not None:
                return found
        return None

    def profile(self, source: VisibleRow, key: str = "person_id") -> VisibleRow | None:
        """The person as a mentor, else as a participant."""
        for type_ in ("Mentor", "Participant"):
            rows = self.rows.owned(TABLE[type_], "person_id", source.row[key])
            if seen := self.visible(type_, rows):
                return seen[0]
        return None

    def scalar(self, source: VisibleRow, field: str, language: str | None = None) -> Any:
        """The value of a scalar field as Python has it; None where it is hidden."""
        if field in self.hidden(source):
            return None
        if (source.type, field) == ("Consent", "status"):
            return "GRANTED" if source.row["withdrawn_at"] is None else "WITHDRAWN"
        if (source.type, field) == ("Notification", "isRead"):
            return source.row["read_at"] is not None
        if (source.type, field) in PERSON:
            return self._of_person(source, field)
        if (source.type, field) == CLIENTS_NAME:
            return self.rows.tables["api_client"][source.row["client_id"]]["name"]
        column = RENAMED.get((source.type, field), snake(field))
        if f"{column}_en" in source.row:
            return localized(source.row, column, self.language(language))
        if column == "city":
            return city_names(source.row["city"])[self.language(language) == "ES"]
        if column == "ror_id":
            bare = source.row["ror_id"]
            return bare and f"https://ror.org/{bare}"
        return source.row[column]

    def _of_person(self, source: VisibleRow, field: str) -> Any:
        person = self.rows.get("person", source.row[PERSON[source.type, field]])
        if person is None:
            return source.row.get("guest_name")
        if field in ("name", "recipient"):
            return f"{used_name(person)} {person['family_names']}"
        return person[field]

    def person(self, source: VisibleRow) -> Row:
        found = self.rows.get("person", source.row["id" if source.type == "Person" else "person_id"])
        assert found is not None
        return found


def used_name(person: Row) -> str:
    """The given name that the person goes by; the other one is for them and their institution alone."""
    return str(person["preferred_name"] or person["given_name"])


def localized(row: Row, column: str, language: str) -> str | None:
    """The text in the language, else in the other."""
    mine, other = (f"{column}_es", f"{column}_en") if language == "ES" else (f"{column}_en", f"{column}_es")
    text: str | None = row[mine] if row[mine] is not None else row[other]
    return text
