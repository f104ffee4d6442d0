"""What a query is answered from: rows, what words match, and who asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from graphql import GraphQLSchema

from tests.reference.meaning import ORIGINS, PERSON, TABLE, TIES, snake
from tests.reference.policy import Viewer, masks, sees
from tests.reference.rows import Row, Rows


@dataclass(frozen=True)
class Shown:
    """A row as an object of a type."""

    type: str
    row: Row


@dataclass(frozen=True)
class Matches:
    """What PostgreSQL's text search finds: for a text, the ids by type; and for hits, how well they fit."""

    ids: Mapping[str, Mapping[str, frozenset[UUID]]]
    ranks: Mapping[str, Mapping[tuple[str, UUID], str]]


@dataclass(frozen=True)
class World:
    """The rows and the schema, for every viewer."""

    schema: GraphQLSchema
    rows: Rows
    matches: Matches


@dataclass
class Asking:
    """The world as one viewer sees it."""

    world: World
    viewer: Viewer

    @cached_property
    def rows(self) -> Rows:
        return self.world.rows

    def language(self, asked: str | None = None) -> str:
        return asked or self.viewer.language

    def visible(self, type_: str, rows: Iterable[Row]) -> list[Shown]:
        return [Shown(type_, row) for row in rows if self._sees(type_, row)]

    def all(self, type_: str) -> list[Shown]:
        return self.visible(type_, self.rows.all(TABLE[type_]))

    def one(self, type_: str, key: UUID | None) -> Shown | None:
        row = self.rows.get(TABLE[type_], key)
        return Shown(type_, row) if row is not None and self._sees(type_, row) else None

    def _sees(self, type_: str, row: Row) -> bool:
        """Whether the viewer sees the row; an award for a project is as hidden as the project."""
        hidden = type_ == "Award" and row["project_id"] and self.one("Project", row["project_id"]) is None
        return sees(self.viewer, type_, row) and not hidden

    def related(self, source: Shown, field: str, target: str) -> Shown | None:
        """The row that the field's foreign key names, if it is visible."""
        return self.one(target, source.row[f"{snake(field)}_id"])

    def tied(self, source: Shown, field: str) -> list[Shown]:
        """The visible rows of a list or connection, in no order."""
        if field == "languages":
            spoken = self.rows.owned("person_language", "person_id", source.row["person_id"])
            return self.visible("SpokenLanguage", spoken)
        tied = TIES[source.type, field]
        if tied.tie is None:
            return self.visible(tied.type, self.rows.owned(TABLE[tied.type], tied.column, source.row["id"]))
        ties = self.rows.owned(tied.tie, tied.column, source.row["id"])
        keys = {tie[f"{TABLE[tied.type]}_id"] for tie in ties}
        found = (self.rows.get(TABLE[tied.type], key) for key in keys)
        return self.visible(tied.type, [row for row in found if row is not None])

    def origin(self, source: Shown) -> Shown | None:
        """The first visible row that one of the origin columns names."""
        for type_, column in ORIGINS[source.type].items():
            if (found := self.one(type_, source.row[column])) is not None:
                return found
        return None

    def profile(self, source: Shown) -> Shown | None:
        """The person as a mentor, else as a participant."""
        for type_ in ("Mentor", "Participant"):
            rows = self.rows.owned(TABLE[type_], "person_id", source.row["person_id"])
            if seen := self.visible(type_, rows):
                return seen[0]
        return None

    def scalar(self, source: Shown, field: str, language: str | None = None) -> Any:
        """The value of a scalar field as Python has it; None where it is hidden."""
        if field in masks(self.viewer, source.type):
            return None
        if (source.type, field) in PERSON:
            return self._of_person(source, field)
        column = snake(field)
        if f"{column}_en" in source.row:
            return localized(source.row, column, self.language(language))
        if column == "ror_id":
            bare = source.row["ror_id"]
            return bare and f"https://ror.org/{bare}"
        return source.row[column]

    def _of_person(self, source: Shown, field: str) -> Any:
        person = self.rows.get("person", source.row[PERSON[source.type, field]])
        if person is None:
            return None
        if field in ("name", "recipient"):
            return f"{person['preferred_name'] or person['given_name']} {person['family_names']}"
        return person[field]

    def person(self, source: Shown) -> Row:
        found = self.rows.get("person", source.row["person_id"])
        assert found is not None
        return found


def localized(row: Row, column: str, language: str) -> str | None:
    """The text in the language, else in the other."""
    mine, other = (f"{column}_es", f"{column}_en") if language == "ES" else (f"{column}_en", f"{column}_es")
    text: str | None = row[mine] if row[mine] is not None else row[other]
    return text
