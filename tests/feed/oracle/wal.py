"""What was committed, in the order of commits, as PostgreSQL's logical decoding tells it (protocol 1)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

SLOT = PUBLICATION = "oracle"
SINCE_2000 = 946_684_800.0  # PostgreSQL's timestamps begin with the year 2000

JUDGED: Mapping[str, str] = {
    "institution": "",
    "program": "institution_id",
    "call": "program_id institution_id status",
    "champion": "person_id",
    "cohort": "program_id",
    "activity": "",
    "venue": "",
    "person": "institution_id",
    "consent": "person_id purpose withdrawn_at",
    "participation": "participant_id cohort_id status",
    "mentor": "person_id institution_id",
    "participant": "person_id institution_id",
    "mentorship": "mentor_id participant_id cohort_id status notes_shared requested_by",
    "mentorship_session": "mentor_id participant_id",
    "mentor_preference": "participant_id cohort_id",
    "mobility": "participant_id sending_institution_id receiving_institution_id status",
    "project": "status",
    "project_institution": "project_id institution_id",
    "project_contributor": "project_id person_id",
    "award": "project_id recipient_id funder_id decided_on",
    "agreement": "status",
    "agreement_party": "agreement_id institution_id",
    "event": "status",
    "event_organizer": "event_id institution_id",
    "registration": "event_id person_id",
    "attendance": "registration_id",
    "notification": "person_id event_id project_id",
}
"""The tables, and their columns that decide who sees what."""

FEED = {"change_note": "xid type entity_id version own at", "change": "type entity_id version own at"}

READ: Mapping[int, Callable[[str], Any]] = {
    16: lambda text: text == "t",
    20: int,
    23: int,
    1082: date.fromisoformat,
    1184: datetime.fromisoformat,
    2950: UUID,
}
"""How values are read, by the id of their type; others are text."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """A row that was inserted or updated, or, without one, the key of a row that was deleted."""

    table: str
    key: Any
    row: Row | None
    inserted: bool


@dataclass(slots=True)
class Transaction:
    xid: int
    committed_at: float
    written: list[Written] = field(default_factory=list)


async def begin(connection: asyncpg.Connection) -> None:
    """Keep everything that is committed from now on; by a superuser."""
    listed = []
    for table, columns in JUDGED.items():
        listed.append(f"{table} ({', '.join(['id', 'version', *columns.split()])})")
    listed.append(f"change_note (id, {', '.join(FEED['change_note'].split())})")
    listed.append(f"change (number, {', '.join(FEED['change'].split())})")
    await connection.execute(f"create publication {PUBLICATION} for table {', '.join(listed)}")
    await connection.execute(f"select pg_create_logical_replication_slot('{SLOT}', 'pgoutput')")


async def read(connection: asyncpg.Connection) -> list[Transaction]:
    """Everything that was committed since it began, and the end of keeping it."""
    await connection.execute("set synchronous_commit = on")
    await connection.execute(
        "select pg_logical_emit_message(true, '', '')"
    )  # all before is in the log by now
    decoder = Decoder()
    found: list[Transaction] = []
    async with connection.transaction():
        rows = connection.cursor(
            f"select data from pg_logical_slot_peek_binary_changes('{SLOT}', null, null,"
            f" 'proto_version', '1', 'publication_names', '{PUBLICATION}')",
            prefetch=5_000,
        )
        messages = [row["data"] async for row in rows]
    found.extend(decoder.transactions(messages))
    await connection.execute(f"select pg_drop_replication_slot('{SLOT}')")
    await connection.execute(f"drop publication {PUBLICATION}")
    return found


@dataclass(frozen=True, slots=True)
class Relation:
    name: str
    columns: tuple[tuple[str, Callable[[str], Any]], ...]
    key: str


class Decoder:
    """Reads the messages of pgoutput."""

    def __init__(self) -> None:
        self._relations: dict[int, Relation] = {}

    def transactions(self, messages: Iterable[bytes]) -> Iterator[Transaction]:
        current = Transaction(0, 0.0)
        for message in messages:
            match message[:1]:
                case b"B":
                    _, moment, xid = struct.unpack_from(">qqi", message, 1)
                    current = Transaction(xid, moment / 1e6 + SINCE_2000)
                case b"C":
                    yield current
                case b"R":
                    self._learn(message)
                case b"I" | b"U" | b"D":
                    current.written.append(self._written(message))
                case b"T":
                    raise NotImplementedError("the witness does not follow TRUNCATE")

    def _learn(self, message: bytes) -> None:
        (oid,) = struct.unpack_from(">I", message, 1)
        _, at = _text(message, 5)
        name, at = _text(message, at)
        (count,) = struct.unpack_from(">h", message, at + 1)
        at += 3
        columns, key = [], ""
        for _ in range(count):
            flags = message[at]
            column, at = _text(message, at + 1)
            (kind,) = struct.unpack_from(">I", message, at)
            at += 8
            columns.append((column, READ.get(kind, str)))
            key = column if flags & 1 and not key else key
        self._relations[oid] = Relation(name, tuple(columns), key)

    def _written(self, message: bytes) -> Written:
        (oid,) = struct.unpack_from(">I", message, 1)
        relation = self._relations[oid]
        operation, part, at = message[:1], message[5:6], 6
        row, at = _row(relation, message, at)
        if operation == b"D":
            return Written(relation.name, row[relation.key], None, False)
        if part != b"N":  # the key as it was before comes first
            row, at = _row(relation, message, at + 1)
        return Written(relation.name, row[relation.key], row, operation == b"I")


def _text(message: bytes, at: int) -> tuple[str, int]:
    end = message.index(0, at)
    return message[at:end].decode(), end + 1


def _row(relation: Relation, message: bytes, at: int) -> tuple[Row, int]:
    """The values; those that are as they were, and stored apart, are left out."""
    at += 2
    row: Row = {}
    for name, read in relation.columns:
        kind = message[at : at + 1]
        at += 1
        if kind == b"n":
            row[name] = None
        elif kind == b"t":
            (length,) = struct.unpack_from(">i", message, at)
            at += 4
            row[name] = read(message[at : at + length].decode())
            at += length
    return row, at
