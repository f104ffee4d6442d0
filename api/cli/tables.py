"""Output of tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import typer
from rich.table import Table

from api.cli.data import out


def print_table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table on a terminal; otherwise tab-separated lines."""
    if not out.is_terminal:
        for row in rows:
            typer.echo("\t".join(row))
        return
    table = Table(*names)
    for row in rows:
        table.add_row(*row)
    out.print(table, markup=False, highlight=False)


def moment(when: datetime | None) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M}Z" if when else "–"
