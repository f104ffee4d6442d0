"""Statuses that a file would change: by a step of the workflow, or with a reason, as the database asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

CORRECT = text("select set_config('puente.correction', :reason, true)")
"""Lets this transaction change statuses along no step; the audit log has the reason."""

REFUSED = text("""
    select line, source, target from unnest(
        cast(:lines as int[]), cast(:sources as text[]), cast(:targets as text[])) c (line, source, target)
    where source <> target and puente_has_step(:table, source, target) is false
    order by line
""")


async def refused_changes(
    connection: AsyncConnection, table: str, changes: Sequence[tuple[int, str, str]]
) -> list[Any]:
    """The changes (line, status, new status) that the database would reject."""
    if not changes:
        return []
    lines, sources, targets = map(list, zip(*changes, strict=True))
    given = {"lines": lines, "sources": sources, "targets": targets, "table": table}
    return list(await connection.execute(REFUSED, given))
