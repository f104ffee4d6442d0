"""Parses the lines of a CSV file: each cell, and each row by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.loading.cell_values import instant
from models.loading.csv_entities import CsvColumn, CsvFormat, CsvLinks
from models.loading.csv_file import Line
from models.loading.problems import Findings


@dataclass(frozen=True)
class ParsedLine:
    """A parsed row: values by the table's columns (references still as text), links by the file's columns.

    `unreadable`: columns whose problem has been reported already.
    """

    line: int
    values: Mapping[str, Any]
    links: Mapping[str, list[tuple[str, str]]]
    unreadable: frozenset[str]


def read_line(entity: CsvFormat, line: Line, findings: Findings) -> ParsedLine:
    values = {
        column.target: read_cell(column, line, findings)
        for column in entity.columns
        if column.name in line.cells
    }
    links = {link.name: read_links(link, line, findings) for link in entity.links if link.name in line.cells}
    values = with_instants(values, line.number, findings)
    unreadable = {
        column.target
        for column in entity.columns
        if line.cells.get(column.name) and values[column.target] is None
    }
    return ParsedLine(line.number, values, links, frozenset(unreadable))


def read_cell(column: CsvColumn, line: Line, findings: Findings) -> Any:
    cell = line.cells[column.name]
    if not cell:
        if column.required:
            findings.add(line.number, f"{column.name} is empty")
        return None
    try:
        return column.read(cell)
    except ValueError as error:
        findings.add(line.number, f"{column.name} {error}")
        return None


def read_links(link: CsvLinks, line: Line, findings: Findings) -> list[tuple[str, str]]:
    read: list[tuple[str, str]] = []
    for item in (part.strip() for part in line.cells[link.name].split(";")):
        if item:
            try:
                read.append(link.read(item))
            except ValueError as error:
                findings.add(line.number, f"{link.name} {error}")
    return list(dict.fromkeys(read))


def with_instants(values: dict[str, Any], line: int, findings: Findings) -> dict[str, Any]:
    """The values with local times as instants, by the row's time zone; None if the zone is unreadable."""
    zone = values.get("time_zone")
    for name, value in values.items():
        if isinstance(value, datetime):
            try:
                values[name] = instant(value, zone) if zone else None
            except ValueError as error:
                findings.add(line, f"{name} {error}")
                values[name] = None
    return values
