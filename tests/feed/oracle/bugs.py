"""Bugs as others have made them, planted one at a time: in the database, or in a part of the server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import asyncpg
import pytest
from sqlalchemy import literal_column

import delivery.subscriptions.feed_poller
from models.feed import FeedState, Sequencer
from planner.changes.change_visibility import ChangeVisibility
from planner.sql import Condition, exists

Plant = Callable[[pytest.MonkeyPatch, asyncpg.Connection], Awaitable[None]]
NUMBERED = "puente_number_changes(integer)"


@dataclass(frozen=True)
class Bug:
    """How it is planted, and what kinds of faults it may show as; `pause` is between two transactions."""

    plant: Plant
    shows: frozenset[str]


async def rewrite(connection: asyncpg.Connection, function: str, *changes: tuple[str, str]) -> None:
    """A function of the database with other words in it."""
    text = await connection.fetchval("select pg_get_functiondef($1::regprocedure)", function)
    for old, new in changes:
        assert old in text, f"{function} has no {old}"
        text = text.replace(old, new)
    await connection.execute(text)


async def cursor_by_id_alone(monkeypatch: pytest.MonkeyPatch, connection: asyncpg.Connection) -> None:
    """A change has its number when it is made, not when it is committed: readers pass by who is late."""
    await connection.execute(
        "select setval(pg_get_serial_sequence('change_note', 'id'),"
        " greatest((select last from feed), (select last_value from change_note_id_seq)) + 1)"
    )
    await rewrite(
        connection,
        NUMBERED,
        ("select state.last + row_number() over (order by id), type", "select id, type"),
        (
            "update feed set last = last + numbered returning",
            "update feed set last = (select max(number) from change) returning",
        ),
    )


async def notice_taken_for_truth(monkeypatch: pytest.MonkeyPatch, connection: asyncpg.Connection) -> None:
    """What nobody was woken for is not looked for; and the one who listens is cut off."""

    async def woken(self: delivery.subscriptions.feed_poller.FeedPoller) -> None:
        while True:
            await self._advance()
            await self._woken.wait()

    poller = delivery.subscriptions.feed_poller.FeedPoller
    monkeypatch.setattr(poller, "_run", woken)
    monkeypatch.setattr(poller, "require_reached", poller.poll)  # it polls for each new subscriber


async def policy_skipped(monkeypatch: pytest.MonkeyPatch, connection: asyncpg.Connection) -> None:
    """Subscribers receive rows that they can't see."""

    def there(self: ChangeVisibility, name: str) -> Condition:
        row = self.context.row(name)
        return exists(row.from_clauses, row.from_clause, [row["id"] == self.change.c.entity_id])

    monkeypatch.setattr(ChangeVisibility, "visible_now", there)


async def removed_not_sent(monkeypatch: pytest.MonkeyPatch, connection: asyncpg.Connection) -> None:
    """Only what the viewer sees now is delivered."""
    unbroken = ChangeVisibility.concerns_viewer
    monkeypatch.setattr(
        ChangeVisibility, "concerns_viewer", lambda self: self.visibility.c.now & unbroken(self)
    )


async def past_seen_as_present(monkeypatch: pytest.MonkeyPatch, connection: asyncpg.Connection) -> None:
    """What a viewer saw before is judged by the rows as they are now."""
    monkeypatch.setattr(ChangeVisibility, "visible_before", ChangeVisibility.visible_now)


async def mask_forgotten(monkeypatch: pytest.MonkeyPatch, connection: asyncpg.Connection) -> None:
    """The names of changed fields are delivered even if the fields are masked."""
    monkeypatch.setattr(ChangeVisibility, "_mask_allows", lambda self, row, member: literal_column("true"))


async def lock_missing(monkeypatch: pytest.MonkeyPatch, connection: asyncpg.Connection) -> None:
    """How an entity was is looked at without holding it: two transactions don't see each other's change."""
    locking = await connection.fetch(
        "select oid::regprocedure::text from pg_proc where proname ~ '^puente_(note|track)_'"
        " and prosrc like '% for no key update%'"
    )
    for (function,) in locking:
        await rewrite(connection, function, (" for no key update", ""))


async def ordered_by_xid(monkeypatch: pytest.MonkeyPatch, connection: asyncpg.Connection) -> None:
    """Who began first is numbered first, though it may have changed the entity"
    " last; and numbering is slow."""
    await rewrite(connection, NUMBERED, ("over (order by id)", "over (order by xid, id)"))
    unbroken = Sequencer.number

    async def late(self: Sequencer, most: int) -> FeedState:
        await asyncio.sleep(0.3)
        return await unbroken(self, most)

    monkeypatch.setattr(Sequencer, "number", late)


async def trigger_missing(monkeypatch: pytest.MonkeyPatch, connection: asyncpg.Connection) -> None:
    """Viewers whom a consent lets see others are forgotten."""
    await connection.execute("drop trigger consent_track_rows on consent")


async def reference_forgotten(monkeypatch: pytest.MonkeyPatch, connection: asyncpg.Connection) -> None:
    """A reference is compared by the row's own key: a viewer who gains sight of its target gets no change."""
    monkeypatch.setattr(ChangeVisibility, "references", lambda self, name: [])


async def dependency_left_out(monkeypatch: pytest.MonkeyPatch, connection: asyncpg.Connection) -> None:
    """The stays of people who give or withdraw a consent are forgotten."""
    text = await connection.fetchval("select pg_get_functiondef('puente_track_consent_rows()'::regprocedure)")
    assert "perform puente_note_mobility(" in text
    await connection.execute(re.sub(r"perform puente_note_mobility\(.*;", "null;", text))


async def some_left_out(monkeypatch: pytest.MonkeyPatch, connection: asyncpg.Connection) -> None:
    """Now and then a change is not delivered at all."""
    unbroken = ChangeVisibility.concerns_viewer
    monkeypatch.setattr(
        ChangeVisibility,
        "concerns_viewer",
        lambda self: unbroken(self) & (self.change.c.number % 97 != 0),
    )


BUGS: Mapping[str, Bug] = {
    "a cursor by id alone": Bug(cursor_by_id_alone, frozenset({"lost", "not dense", "out of order"})),
    "a notice taken for the truth": Bug(notice_taken_for_truth, frozenset({"lost"})),
    "the policy skipped at delivery": Bug(policy_skipped, frozenset({"leaked"})),
    "REMOVED not sent": Bug(removed_not_sent, frozenset({"lost"})),
    "the past seen as the present": Bug(past_seen_as_present, frozenset({"lost"})),
    "names of hidden fields": Bug(mask_forgotten, frozenset({"leaked"})),
    "the lock missing": Bug(lock_missing, frozenset({"lost"})),
    "ordered by transaction ids": Bug(ordered_by_xid, frozenset({"out of order"})),
    "a trigger missing": Bug(trigger_missing, frozenset({"lost"})),
    "a reference compared by its key": Bug(reference_forgotten, frozenset({"unequal"})),
    "a dependency left out": Bug(dependency_left_out, frozenset({"unequal"})),
    "some changes left out": Bug(some_left_out, frozenset({"lost"})),
}
