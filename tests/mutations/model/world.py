"""Rows in memory that acts change, and what was kept of acts: keys, and entries of who changed what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.mutations.model.derived import NAMED_AFTER, computed_of, used_name, with_derived
from tests.reference.rows import Row, Rows

MADE = {"version", "created_at", "updated_at"}
"""Columns that the database keeps by itself."""
UNLOGGED: dict[str, set[str]] = {}
"""Columns that no entry has, by table, beside these."""


def account_of(row: Mapping[str, Any]) -> str | None:
    """Whom an issuer knows by a grant or an identity."""
    logged = row.keys() >= {"issuer", "subject"} and "secret_hash" not in row
    return f"{row['issuer']} {row['subject']}" if logged else None


@dataclass(frozen=True)
class Entry:
    """A row that an act changed: its columns before and after, both only of what differs."""

    table: str
    id: UUID
    operation: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    statuses: tuple[str | None, str | None] = (None, None)
    """Of the whole row, if it has a status."""
    account: str | None = None
    """Issuer and subject, which the log leaves out, of a row that is still there."""


@dataclass(frozen=True)
class Kept:
    """What was done under a key."""

    input: str
    row: UUID | None
    changed: tuple[str, ...]
    created: bool


@dataclass(repr=False)
class World(Rows):
    """All rows, which change; `keys` by actor, mutation and key."""

    keys: dict[tuple[str, str, str], Kept] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    """What was done since somebody last took them away."""

    def find(self, table: str, **values: Any) -> Row | None:
        return next(
            (row for row in self.all(table) if all(row[k] == v for k, v in values.items())),
            None,
        )

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        self._set(table, row["id"], {"version": 1, **row})
        left_out = MADE | {"id"} | UNLOGGED.get(table, set())
        known = {name: value for name, value in row.items() if name not in left_out and value is not None}
        statuses = (None, row.get("status"))
        self.entries.append(Entry(table, row["id"], "INSERT", {}, known, statuses, account_of(row)))

    def update(self, table: str, id: UUID, values: Mapping[str, Any], *, touch: bool = False) -> list[str]:
        """The columns that are others now; the version counts if there are any, or with `touch`."""
        row = self.tables[table][id]
        changed = [name for name, value in values.items() if row[name] != value]
        if changed or touch:
            self._set(table, id, {**row, **values, "version": row["version"] + 1})
        if logged := [name for name in changed if name not in UNLOGGED.get(table, set())]:
            before, after = ({n: one[n] for n in logged} for one in (row, values))
            statuses = (row.get("status"), self.tables[table][id].get("status"))
            self.entries.append(Entry(table, id, "UPDATE", before, after, statuses, account_of(row)))
        if table == "person" and used_name(row) != used_name(self.tables[table][id]):
            self._rename_records(id)
        return changed

    def _rename_records(self, person: UUID) -> None:
        for table in NAMED_AFTER:
            for row in list(self.owned(table, "person_id", person)):
                self.amend(table, row["id"], {"version": row["version"] + 1})

    def delete(self, table: str, id: UUID) -> None:
        row = self.tables[table][id]
        self._set(table, id, None)
        left_out = UNLOGGED.get(table, set()) | computed_of(table)
        known = {name: value for name, value in row.items() if name not in left_out}
        self.entries.append(Entry(table, id, "DELETE", known, {}, (row.get("status"), None)))

    def amend(self, table: str, id: UUID, values: Mapping[str, Any]) -> None:
        """A row has these values, which nobody gave it."""
        self._set(table, id, {**self.tables[table][id], **values})

    def rename(self, table: str, id: UUID, known: UUID) -> None:
        """A row that was made has the id that the database gave it."""
        if id != known and (row := self.tables[table].get(id)) is not None:
            self._set(table, id, None)
            self._set(table, known, {**row, "id": known})

    def _set(self, table: str, id: UUID, row: Mapping[str, Any] | None) -> None:
        rows = dict(self.tables[table])
        if row is None:
            del rows[id]
        else:
            rows[id] = with_derived(table, row)
        self.tables = {**self.tables, table: rows}
        self._links = {key: links for key, links in self._links.items() if key[0] != table}

    @contextmanager
    def tried(self, *, always: bool) -> Iterator[None]:
        """What is done within is undone if it fails, or `always`."""
        tables, links, entries = self.tables, self._links, list(self.entries)
        done = False
        try:
            yield
            done = True
        finally:
            if always or not done:
                self.tables, self._links, self.entries = tables, links, entries
