"""Entries of the log as it has them, and as they must be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import orjson

from tests.mutations.model.act import Act
from tests.mutations.model.declarations import DRAWN
from tests.mutations.model.world import MADE, Entry

Source = TypeVar("Source")


def is_set(entry: Entry, logged: Mapping[str, Any], column: str) -> bool:
    """Whether a change gave a column its value, or may have; `logged`: what the log says of it."""
    return entry.operation == "INSERT" or (entry.operation == "UPDATE" and column in logged["columns"])


def drawn_of(table: str) -> set[str]:
    """The columns of a table whose values the database draws."""
    return {one.column for one in DRAWN.get(table, ())}


def entry_of_log(row: Any) -> dict[str, Any]:
    values, table = orjson.loads(row["values"] or "{}"), row["part"] or row["entity"]
    return {
        "table": table,
        "operation": row["operation"],
        "mutation": row["mutation"],
        "reason": row["reason"],
        "statuses": (row["status_from"], row["status_to"]),
        "account": row["account"],
        "columns": sorted(row["columns"]),
        "values": {
            name: ["drawn" if one and name in drawn_of(table) else _plain(one) for one in pair]
            for name, pair in sorted(values.items())
        },
    }


def entry_expected(entry: Entry, act: Act) -> dict[str, Any]:
    before, after = _known(entry, entry.before), _known(entry, entry.after)
    columns, drawn = sorted({*before, *after}), drawn_of(entry.table)
    return {
        "table": entry.table,
        "operation": entry.operation,
        "mutation": act.mutation or None,
        "reason": act.input.get("reason"),
        "statuses": entry.statuses,
        "account": entry.account,
        "columns": columns,
        "values": {
            name: [
                "drawn" if one and name in drawn else _plain(one)
                for one in (before.get(name), after.get(name))
            ]
            for name in columns
        },
    }


def _known(entry: Entry, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of a row that is made or gone, what it has."""
    whole = entry.operation != "UPDATE"
    return {n: v for n, v in values.items() if n not in MADE | {"id"} and not (whole and v is None)}


def _plain(value: Any) -> Any:
    """As JSON has it; an instant in UTC, however it is written."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date | UUID):
        return str(value)
    if isinstance(value, str) and len(value) > 18 and value[10:11] == "T" and value[-6:-5] == "+":
        return datetime.fromisoformat(value).timestamp()
    return value


def joined(
    entries: Sequence[tuple[dict[str, Any], Source]], id_of: Callable[[Source], UUID]
) -> list[tuple[dict[str, Any], Source]]:
    """Several entries of a row as one: what it was at first, and what it is at last."""
    found: dict[tuple[str, UUID], tuple[dict[str, Any], Source]] = {}
    for entry, source in entries:
        key = (entry["table"], id_of(source))
        earlier = found.get(key)
        found[key] = (_after(earlier[0], entry) if earlier else entry, source)
    return [one for one in found.values() if one[0]["columns"] or one[0]["operation"] != "UPDATE"]


def _after(first: dict[str, Any], last: dict[str, Any]) -> dict[str, Any]:
    values = {
        name: [
            first["values"].get(name, last["values"].get(name))[0],
            last["values"].get(name, first["values"].get(name))[1],
        ]
        for name in sorted({*first["values"], *last["values"]})
    }
    values = {name: pair for name, pair in values.items() if pair[0] != pair[1]}
    operation = "INSERT" if first["operation"] == "INSERT" else last["operation"]
    statuses = (first["statuses"][0], last["statuses"][1])
    columns = sorted(values)
    return {**last, "operation": operation, "statuses": statuses, "columns": columns, "values": values}
