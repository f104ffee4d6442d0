"""Imports ROR records as institutions, identified by ROR id, in one transaction.

Precedence: a row made by an earlier import (its source is the record's URL) follows ROR in all columns but
its slug. All other rows are curated: ROR only fills empty columns, and never changes names, kind, side, legal
regime or slug. Withdrawn and inactive records are skipped; existing rows of theirs stay.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.impact_refresh import refresh_impact
from models.institution import CoordinatePrecision, Institution, InstitutionKind, LegalRegime
from models.loading.natural_keys import id_of
from models.loading.problems import Findings, refusals_of_the_database
from models.loading.ror_file import numbered_records, records_text
from models.loading.ror_record import PREFIX, RorRecord, parse
from models.loading.table_writer import Row, WriteCounts, upsert, writable
from models.loading.time_zones import time_zone_at
from models.slugs import free_slug
from models.vocabulary import Side

TABLE = Institution.metadata.tables["institution"]
UC = "00pjdza24"

KINDS = {
    "education": InstitutionKind.UNIVERSITY,
    "healthcare": InstitutionKind.HEALTH_INSTITUTE,
    "government": InstitutionKind.GOVERNMENT,
    "facility": InstitutionKind.FACILITY,
    "archive": InstitutionKind.ARCHIVE,
    "company": InstitutionKind.BUSINESS,
    "nonprofit": InstitutionKind.NGO,
    "funder": InstitutionKind.FUNDER,
}
"""ROR's types, in order of precedence: a university that also funds is a university."""

FILLED = (
    "acronym",
    "city",
    "region",
    "latitude",
    "longitude",
    "coordinate_precision",
    "website",
    "parent_id",
    "predecessor_id",
)
"""Columns of a curated row that ROR fills if they are empty."""

Progress = Callable[[int, int], None]
"""Called with the number of lines read, and of all lines."""


@dataclass(frozen=True)
class RorSummary:
    """The outcome for a file's records; `left_out`: status → number of skipped records."""

    read: int
    counts: WriteCounts
    left_out: Mapping[str, int] = field(default_factory=dict)


async def import_ror(engine: AsyncEngine, path: Path, progress: Progress | None = None) -> RorSummary:
    """Import a file of ROR records (v1 or v2); raises ImportRefused with all wrong lines."""
    records = read_records(path, progress)
    active = [record for record in records if record.status == "active"]
    with refusals_of_the_database():
        async with engine.begin() as connection:
            counts = await write(connection, active)
            await refresh_impact(connection)
    left_out = Counter(record.status for record in records if record.status != "active")
    return RorSummary(len(records), counts, dict(left_out))


async def write(connection: AsyncConnection, active: list[RorRecord]) -> WriteCounts:
    await connection.execute(text("lock table institution in share row exclusive mode"))
    await connection.execute(text("set constraints all deferred"))
    columns = [TABLE.c[name] for name in writable(TABLE)]
    present = [dict(row) for row in (await connection.execute(select(*columns))).mappings()]
    return await upsert(connection, TABLE, rows_of(active, present))


def read_records(path: Path, progress: Progress | None) -> list[RorRecord]:
    text = records_text(path)
    lines = text.count(b"\n") + (not text.endswith(b"\n"))
    findings = Findings()
    records: dict[str, tuple[int, RorRecord]] = {}
    for number, line in numbered_records(text):
        read_line(number, line, records, findings)
        if progress and len(records) % 50 == 0:
            progress(number, lines)
    if progress:
        progress(lines, lines)
    if not records and not findings.problems:
        findings.add(0, "the file has no records")
    findings.refuse_if_any()
    return [record for _, record in records.values()]


def read_line(
    number: int, line: bytes, records: dict[str, tuple[int, RorRecord]], findings: Findings
) -> None:
    try:
        record = parse(line)
    except ValueError as error:
        findings.add(number, str(error))
        return
    if record.ror_id in records:
        findings.add(number, f"{record.ror_id} is already on line {records[record.ror_id][0]}")
    else:
        records[record.ror_id] = (number, record)


def rows_of(records: Sequence[RorRecord], present: Sequence[Row]) -> list[Row]:
    """The rows to write, with the columns that a loader may set."""
    by_ror: dict[str, Row] = {row["ror_id"]: row for row in present if row["ror_id"]}
    ids = {ror_id: row["id"] for ror_id, row in by_ror.items()}
    ids |= {
        record.ror_id: id_of("institution", record.ror_id) for record in records if record.ror_id not in ids
    }
    ancestry = Ancestry({row["id"]: row["parent_id"] for row in present if row["parent_id"]})
    parents = {record.ror_id: record.parents for record in records}
    taken = {row["slug"] for row in present}
    rows = []
    for record in records:
        old = by_ror.get(record.ror_id)
        curated = old is not None and old["source"] != PREFIX + record.ror_id
        facts = facts_of(record, is_uc(record.ror_id, parents))
        facts["id"] = ids[record.ror_id]
        facts["predecessor_id"] = first_known(record.predecessors, ids, facts["id"])
        if old is None:
            facts["slug"] = free_slug(facts["name_en"] or facts["name_es"], record.ror_id, taken)
            taken.add(facts["slug"])
        if not (curated and old and old["parent_id"]):
            facts["parent_id"] = ancestry.adopt(facts["id"], [ids[p] for p in record.parents if p in ids])
        rows.append(merged(facts, old, curated))
    return rows


def merged(facts: dict[str, Any], old: Row | None, curated: bool) -> Row:
    """A new row, an updated one that follows ROR, or a curated one with gaps filled."""
    if old is None:
        return {name: facts.get(name) for name in writable(TABLE)} | {"is_synthetic": False}
    if not curated:
        return {**old, **facts}
    gaps = [name for name in FILLED if old[name] is None and name in facts]
    if old["latitude"] is not None:
        gaps = [name for name in gaps if name != "coordinate_precision"]
    return {**old, **{name: facts[name] for name in gaps}}


def facts_of(record: RorRecord, uc: bool) -> dict[str, Any]:
    """An institution's columns from a record."""
    kind = next((KINDS[name] for name in KINDS if name in record.types), InstitutionKind.OTHER)
    return {
        "ror_id": record.ror_id,
        "name_en": record.name_en,
        "name_es": record.name_es,
        "acronym": record.acronym,
        "kind": kind,
        "side": Side.UC if uc else Side.MEXICO if record.country == "MX" else Side.PARTNER,
        "legal_regime": regime(record, kind),
        "city": record.city,
        "region": record.region,
        "country": record.country,
        "latitude": record.latitude,
        "longitude": record.longitude,
        "coordinate_precision": CoordinatePrecision.CITY if record.latitude is not None else None,
        "time_zone": time_zone_at(record.latitude, record.longitude, record.country),
        "website": record.website,
        "source": PREFIX + record.ror_id,
    }


def regime(record: RorRecord, kind: InstitutionKind) -> LegalRegime:
    """FERPA for universities in the United States; ROR doesn't say what is public or private in Mexico."""
    if record.country == "US" and kind == InstitutionKind.UNIVERSITY:
        return LegalRegime.US_FERPA
    return LegalRegime.OTHER


def is_uc(ror_id: str, parents: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether an institution is the University of California or, by ROR's relationships, part of it."""
    seen: set[str] = set()
    waiting = [ror_id]
    while waiting:
        current = waiting.pop()
        if current == UC:
            return True
        if current not in seen:
            seen.add(current)
            waiting += parents.get(current, ())
    return False


def first_known(ror_ids: tuple[str, ...], ids: Mapping[str, UUID], self_id: UUID) -> UUID | None:
    return next((ids[ror_id] for ror_id in ror_ids if ror_id in ids and ids[ror_id] != self_id), None)


@dataclass(frozen=True)
class Ancestry:
    """Child → parent, kept free of cycles, of which ROR's relationships have a few."""

    parents: dict[UUID, UUID]

    def adopt(self, child: UUID, candidates: list[UUID]) -> UUID | None:
        """Make the first candidate that isn't a descendant of the child its parent, and return it."""
        for candidate in candidates:
            if not self.descends(candidate, child):
                self.parents[child] = candidate
                return candidate
        return None

    def descends(self, candidate: UUID | None, ancestor: UUID) -> bool:
        while candidate is not None:
            if candidate == ancestor:
                return True
            candidate = self.parents.get(candidate)
        return False
