"""Imports a CSV file of institutions, people, projects or events, in one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Table, any_, delete, func, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import TypeEngine

import models
from models.base import new_id
from models.impact_refresh import refresh_impact
from models.loading.cell_values import PHONE, NationalNumber
from models.loading.csv_entities import CsvFormat, CsvLinks
from models.loading.csv_file import read_csv
from models.loading.csv_rows import ParsedLine, read_line
from models.loading.problems import Findings, refusals_of_the_database
from models.loading.ror_record import PREFIX
from models.loading.status_steps import CORRECT, refused_changes
from models.loading.table_writer import Row, WriteCounts, upsert, writable
from models.phone_numbers import phone_number

NAMES = {"institution": ("slug", "ror_id"), "program": ("code",), "venue": ("slug",)}
"""Table → the columns that a cell may refer to its rows by."""

Known = Mapping[str, Mapping[str, UUID]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class CsvSummary:
    """The outcome for a file's rows and their links; `unlinked` counts removed links."""

    read: int
    counts: WriteCounts
    links: WriteCounts
    unlinked: int


@dataclass(frozen=True)
class ImportTarget:
    """A row to write, with its line in the file and its links."""

    line: int
    row: Row
    links: Mapping[str, list[tuple[str, str]]]
    unreadable: frozenset[str]


async def import_csv(
    engine: AsyncEngine,
    entity: CsvFormat,
    path: Path,
    progress: Progress | None = None,
    correction: str = "",
) -> CsvSummary:
    """Import a file; raises ImportRefused with everything that is wrong with it.

    `correction`: why statuses may change along no step of their workflow.
    """
    findings = Findings()
    required = [column.name for column in entity.columns if column.required]
    lines = read_csv(path, entity.header, required, findings)
    readings = []
    for number, line in enumerate(lines, 1):
        readings.append(read_line(entity, line, findings))
        if progress:
            progress(number, len(lines))
    with refusals_of_the_database():
        async with engine.begin() as connection:
            await connection.execute(CORRECT, {"reason": correction.strip()})
            summary = await write(connection, entity, readings, findings, free=bool(correction.strip()))
            await refresh_impact(connection)
    return summary


async def write(
    connection: AsyncConnection,
    entity: CsvFormat,
    readings: Sequence[ParsedLine],
    findings: Findings,
    *,
    free: bool = False,
) -> CsvSummary:
    """`free`: statuses may change along no step."""
    await connection.execute(text(f"lock table {entity.table.name} in share row exclusive mode"))
    await connection.execute(text("set constraints all deferred"))
    present = await present_rows(connection, entity, readings)
    targets = assign(entity, readings, present, findings)
    known = await known_names(connection, entity, targets)
    targets = [resolve(entity, target, known, findings) for target in targets]
    targets = await with_phone_numbers(connection, targets, findings)
    for target in targets:
        for columns, complaint in entity.check(target.row):
            if target.unreadable.isdisjoint(columns):
                findings.add(target.line, complaint)
    if not free:
        await check_statuses(connection, entity, targets, present, findings)
    wanted = [(link, wanted_links(link, targets, known, findings)) for link in entity.links]
    findings.refuse_if_any()
    counts = await upsert(connection, entity.table, [target.row for target in targets])
    links, unlinked = WriteCounts(), 0
    for link, rows in wanted:
        written, removed = await write_links(connection, link, targets, rows)
        links, unlinked = links + written, unlinked + removed
    return CsvSummary(len(readings), counts, links, unlinked)


async def check_statuses(
    connection: AsyncConnection,
    entity: CsvFormat,
    targets: Sequence[ImportTarget],
    present: Sequence[Row],
    findings: Findings,
) -> None:
    """A status that is stored changes by a step of its workflow."""
    stored = {row["id"]: row["status"] for row in present if "status" in row}
    rows = [(target.line, target.row) for target in targets if target.row["id"] in stored]
    changes = [(line, str(stored[row["id"]]), str(row["status"])) for line, row in rows if row["status"]]
    for line, source, wanted in await refused_changes(connection, entity.table.name, changes):
        step = f"no step leads from status {source} to {wanted}"
        findings.add(line, f"{step} (--correction says why it should)")


def folded_key(name: str, value: str) -> tuple[str, str]:
    """A key for comparisons: email addresses ignore case."""
    return name, value.lower() if name == "email" else value


def keys_of(entity: CsvFormat, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [folded_key(name, values[name]) for name in entity.keys if values.get(name)]


async def present_rows(
    connection: AsyncConnection, entity: CsvFormat, readings: Sequence[ParsedLine]
) -> list[Row]:
    """The stored rows that have one of the file's keys."""
    table = entity.table
    wanted = {key for reading in readings for key in keys_of(entity, reading.values)}
    conditions = []
    for name in entity.keys:
        column = func.lower(table.c[name]) if name == "email" else table.c[name]
        conditions.append(
            column == matches_any([value for key, value in wanted if key == name], table.c[name].type)
        )
    columns = [table.c[name] for name in writable(table)]
    return [
        dict(row) for row in (await connection.execute(select(*columns).where(or_(*conditions)))).mappings()
    ]


def matches_any(values: list[Any], item: TypeEngine[Any]) -> Any:
    """`= any(array)`, with one parameter for any number of values."""
    return any_(literal(values, ARRAY(item)))


def assign(
    entity: CsvFormat, readings: Iterable[ParsedLine], present: Sequence[Row], findings: Findings
) -> list[ImportTarget]:
    """Find the stored row of each line, or make a new one; reports keys of two rows, and repeated keys."""
    stored = {key: row for row in present for key in keys_of(entity, row)}
    lines: dict[tuple[str, str], int] = {}
    targets = []
    for reading in readings:
        keys = keys_of(entity, reading.values)
        found = {row["id"]: row for row in (stored.get(key) for key in keys) if row}
        repeated = [key for key in keys if key in lines]
        for name, value in repeated:
            findings.add(reading.line, f"{name} {value} is already on line {lines[name, value]}")
        if len(found) > 1:
            findings.add(reading.line, f"{' and '.join(entity.keys)} belong to two different rows")
        lines.update((key, reading.line) for key in keys if key not in repeated)
        row = merged(entity, next(iter(found.values()), None), reading.values)
        targets.append(ImportTarget(reading.line, row, reading.links, reading.unreadable))
    return targets


def merged(entity: CsvFormat, old: Row | None, values: Mapping[str, Any]) -> Row:
    """The row to write: an absent column keeps the stored value, an empty cell clears it."""
    table = entity.table
    base = old or {
        "id": new_id(table),
        **{name: default_of(table, name) for name in writable(table) if name != "id"},
    }
    given = {name: default_of(table, name) if value is None else value for name, value in values.items()}
    row = {**base, **given}
    if "source" not in values and (row["source"] or "").startswith(PREFIX):
        row["source"] = "imported from CSV"  # curated from now on: imports from ROR only fill gaps
    return row


def default_of(table: Table, name: str) -> Any:
    if isinstance(table.c[name].type, ARRAY):
        return []
    default: Any = table.c[name].default
    return default.arg if default is not None and default.is_scalar else None


async def known_names(
    connection: AsyncConnection, entity: CsvFormat, targets: Sequence[ImportTarget]
) -> Known:
    """Table → name → id of the rows that cells may refer to, including rows of the file itself."""
    wanted = {column.refers_to for column in entity.columns} | {link.refers_to for link in entity.links}
    known: dict[str, dict[str, UUID]] = {}
    for name in sorted(filter(None, wanted)):
        table = models.metadata.tables[name]
        for key in NAMES[name]:
            rows = await connection.execute(select(table.c[key], table.c.id).where(table.c[key].is_not(None)))
            known.setdefault(name, {}).update((value, identity) for value, identity in rows)
    if entity.table.name in known:
        own = ((target.row[key], target.row["id"]) for target in targets for key in NAMES[entity.table.name])
        known[entity.table.name].update((value, identity) for value, identity in own if value)
    return known


def resolve(entity: CsvFormat, target: ImportTarget, known: Known, findings: Findings) -> ImportTarget:
    """The target with its references as ids."""
    row = dict(target.row)
    for column in entity.columns:
        value = row.get(column.target)
        if column.refers_to and isinstance(value, str):
            row[column.target] = known[column.refers_to].get(value)
            if row[column.target] is None:
                findings.add(target.line, f"{column.name} {value!r} is unknown")
    return replace(target, row=row)


async def with_phone_numbers(
    connection: AsyncConnection, targets: Sequence[ImportTarget], findings: Findings
) -> list[ImportTarget]:
    """The targets with phone numbers that have no country code as numbers of the institution's country."""
    table = models.metadata.tables["institution"]
    national = [one for one in targets if isinstance(one.row.get("phone"), NationalNumber)]
    ids = [one.row["institution_id"] for one in national if one.row["institution_id"] is not None]
    homes = select(table.c.id, table.c.country).where(table.c.id == matches_any(ids, table.c.id.type))
    countries = {row.id: row.country for row in await connection.execute(homes)} if ids else {}
    found = {}
    for target in national:
        digits, country = target.row["phone"].digits, countries.get(target.row["institution_id"])
        found[target.line] = phone_number(digits, country)
        if found[target.line] is None:
            findings.add(target.line, f"phone must be {PHONE}, not {digits!r}")
    return [
        replace(one, row={**one.row, "phone": found[one.line]}) if one.line in found else one
        for one in targets
    ]


def wanted_links(
    link: CsvLinks, targets: Iterable[ImportTarget], known: Known, findings: Findings
) -> list[Row]:
    """The link rows that the file lists, without ids."""
    rows: list[Row] = []
    for target in targets:
        members: set[tuple[Any, ...]] = set()
        for name, label in target.links.get(link.name, ()):
            member = known[link.refers_to].get(name) if link.refers_to else name
            key = (member, label) if link.label_in_key else (member,)
            if member is None:
                findings.add(target.line, f"{link.name} {name!r} is unknown")
            elif key in members:
                findings.add(target.line, f"{link.name} has {name!r} twice")
            members.add(key)
            rows.append({link.owner: target.row["id"], link.member: member, link.label: label})
    return rows


async def write_links(
    connection: AsyncConnection, link: CsvLinks, targets: Sequence[ImportTarget], wanted: Sequence[Row]
) -> tuple[WriteCounts, int]:
    """Replace the stored links of these rows; returns the counts, and how many links were removed."""
    table = models.metadata.tables[link.table]
    names = [link.owner, link.member, *([link.label] if link.label_in_key else [])]
    owners = [target.row["id"] for target in targets if link.name in target.links]
    stored = await connection.execute(
        select(table).where(table.c[link.owner] == matches_any(owners, table.c.id.type))
    )
    ids = {tuple(row[name] for name in names): row["id"] for row in stored.mappings()}
    rows = [
        {**row, "id": ids.pop(tuple(row[name] for name in names), None) or new_id(table)} for row in wanted
    ]
    removed = list(ids.values())
    if removed:
        await connection.execute(delete(table).where(table.c.id == matches_any(removed, table.c.id.type)))
    fresh = [{**row, "is_synthetic": False} for row in rows]
    return await upsert(connection, table, fresh, insert_only=("is_synthetic",)), len(removed)
