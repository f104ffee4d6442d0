"""Whether a database has the rows of the model, all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.mutations.model.derived import computed_of
from tests.mutations.model.world import World
from tests.reference.rows import Rows, load_rows

KEPT = {"created_at", "updated_at"}
PROVED_ELSEWHERE = {"feed", "notification", "secret_link", "unsolicited_mail", "access_epoch", "last_grant"}
"""Notifications are proved in tests/mutations/test_notifications.py, links of guests and how many mails they
get in tests/mail/test_guest_links.py and tests/mutations/test_guests.py, the grants' epoch in tests/auth."""


async def differences(world: World, url: str) -> list[str]:
    """The differences; afterwards the model has the values that the database computes from the rows."""
    found = await load_rows(url)
    wrong = [
        one
        for table in found.tables
        if table not in PROVED_ELSEWHERE
        for one in _rows_of(table, world, found)
    ]
    world.tables, world._links = found.tables, {}
    return wrong


def _rows_of(table: str, world: World, found: Rows) -> Iterator[str]:
    mine, theirs = world.tables[table], found.tables[table]
    for id in {*mine, *theirs}:
        one, other = _given(table, mine.get(id)), _given(table, theirs.get(id))
        if one != other:
            yield f"{table} {id}: expected {one}, found {other}"


def _given(table: str, row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Without what the database makes of the rest."""
    if row is None:
        return None
    return {name: value for name, value in row.items() if name not in computed_of(table) | KEPT}
