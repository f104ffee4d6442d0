"""Data in CSV files: one file per table, with natural keys as references (data/README.md)."""

import csv
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Table

import models
from models.loading.natural_keys import NATURAL_KEYS, id_of, target_of
from models.loading.table_writer import Row

DATA = Path(__file__).resolve().parents[2] / "data"


def fingerprint() -> str:
    """A digest of everything that seeding writes; it changes with the data and the code."""
    digest = sha256()
    for path in sorted([*DATA.glob("*/*.csv"), *Path(__file__).parent.rglob("*.py")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    digest.update(repr(NATURAL_KEYS).encode())
    return digest.hexdigest()


def batches(folder: str, **values: Any) -> list[tuple[Table, list[Row]]]:
    """A folder's rows by table, each table after those that it refers to; `values` are added to all rows."""
    paths = ((name, DATA / folder / f"{name}.csv") for name in NATURAL_KEYS)
    return [
        (
            models.metadata.tables[name],
            [{**row, **values} for row in read(models.metadata.tables[name], path)],
        )
        for name, path in paths
        if path.exists()
    ]


def read(table: Table, path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row_of(table, cells) for cells in csv.DictReader(file)]


def row_of(table: Table, cells: dict[str, str]) -> Row:
    identity = id_of(table.name, *(cells[name] for name in NATURAL_KEYS[table.name]))
    return {name: value_of(table, name, cell) for name, cell in cells.items()} | {"id": identity}


def value_of(table: Table, column: str, cell: str) -> Any:
    """A cell's value for JSON; PostgreSQL converts texts by the column's type."""
    if isinstance(table.c[column].type, ARRAY):
        return [item.strip() for item in cell.split(";") if item.strip()]
    if not cell:
        return None
    target = target_of(table, column)
    return id_of(target, cell) if target else cell


def with_ids(rows: list[Row], ids: dict[UUID, UUID]) -> list[Row]:
    """The rows with some ids replaced, in any column."""
    return [
        {name: ids.get(value, value) if isinstance(value, UUID) else value for name, value in row.items()}
        for row in rows
    ]
