"""Output of tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import typer
from rich.table import Table
from rich.text import Text

from api.cli.data import out


def print_table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table on a terminal; otherwise tab-separated lines."""
    if not out.is_terminal:
        for row in rows:
            typer.echo("\t".join(map(_visible, row)))
        return
    table = Table(*names)
    for row in rows:
        table.add_row(*(Text(_visible(cell)) for cell in row))  # which has no markup and no emoji
    out.print(table, highlight=False)


def _visible(cell: str) -> str:
    """The cell with escapes for what would end it, or command the terminal."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in cell)


def moment(when: datetime | None) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M}Z" if when else "–"
