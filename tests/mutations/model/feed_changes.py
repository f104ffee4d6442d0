"""What the feed must tell a viewer of an act: the difference between what they saw and what they see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from planner.engine import Engine
from planner.plan.subscription_plan import SubscriptionPlan
from tests.mutations.model.about_person import rows_about
from tests.mutations.model.world import World
from tests.personas import viewer_of
from tests.reference.field_sources import TABLE
from tests.reference.ids import global_id
from tests.reference.policy import Sight
from tests.reference.rows import Row
from tests.reference.viewers import Viewer

CHANGES = "subscription { changes { kind type entityId version changedFields node { id } } }"
REFER = {
    "Project": {"agreement_id": "Agreement", "origin_project_id": "Project", "origin_award_id": "Award"},
    "Award": {"project_id": "Project"},
    "Agreement": {"previous_id": "Agreement", "origin_project_id": "Project"},
}
"""The columns by which a type refers to rows that not everybody sees, and their types."""

JUDGED_BY = {
    "Event": (("Registration", "event_id"),),
    "Registration": (("Attendance", "registration_id"),),
}
"""The types whose rows are shown by whoever organizes the row that they refer to, by type of that row."""
UNFED = {"ImpactMetric", "AccessGrant", "AccessIdentity"}
"""Types of which the feed says nothing."""
SUMMED = {"Award": ("Project", "project_id", "decided_on", ("amount", "currency"))}
"""What rows add up to in the row that they refer to: once a day is set, the amount in its currency."""


@dataclass(frozen=True, order=True)
class Change:
    kind: str
    id: str
    version: int


@dataclass
class FeedReader:
    """Reads the feed as anybody, on one connection."""

    connection: asyncpg.Connection
    engine: Engine
    last: int = 0

    async def begin(self) -> None:
        """What was committed before is of no concern."""
        while await self.connection.fetchval("select exists (select from change_note)"):
            await self._number()
        await self._number()

    async def _number(self) -> None:
        self.last = await self.connection.fetchval("select last from puente_number_changes()")

    async def next(self, viewers: Sequence[Viewer]) -> dict[Viewer, dict[Change, set[str]]]:
        """By viewer the changes since the last time, with the fields that are named."""
        before = self.last
        await self._number()
        return {one: dict([c async for c in self._changes(one, before)]) for one in viewers}

    def _following(self, name: str) -> SubscriptionPlan:
        operation = self.engine.operation(CHANGES, None)
        return self.engine.plan_subscription(operation, {}, viewer_of(name), "EN")

    async def _changes(self, viewer: Viewer, before: int) -> Any:
        if before == self.last:
            return
        plan = self._following(viewer.name)
        parameters = plan.parameters({}, [viewer_of(viewer.name)], before, self.last)
        for row in await self.connection.fetch(plan.sql, *parameters):
            if row[0] is not None:
                one = orjson.loads(row[2])["changes"]
                if one["type"] == "NOTIFICATION":
                    continue
                assert (one["node"] is None) is (one["kind"] == "REMOVED")
                yield Change(one["kind"], one["entityId"], one["version"]), set(one["changedFields"])


def expected(before: Sight, after: Sight, touched: Iterable[tuple[str, UUID]]) -> set[Change]:
    """What the viewer of both is told, where these rows were changed."""
    return {one for row in touched for one in _changes_by(before, after, row)}


def _changes_by(before: Sight, after: Sight, touched: tuple[str, UUID]) -> set[Change]:
    same = before.get(TABLE[touched[0]], touched[1]) == after.get(TABLE[touched[0]], touched[1])
    if same or touched[0] in UNFED:
        return set()
    return {one for one in _expected(before, after, *touched) if one}


def _expected(before: Sight, after: Sight, type_: str, id: UUID) -> Iterator[Change | None]:
    """The row; and those that refer to it, where they, their fields or the reference appear or vanish."""
    was, now = (_seen(one, type_, id) for one in (before, after))
    yield _change(type_, id, was, now)
    for other, columns in REFER.items():
        for row in after.rows.all(TABLE[other]):
            if any(columns[name] == type_ and row[name] == id for name in columns) and (
                (was is None) != (now is None) or _masks(before, other, row) != _masks(after, other, row)
            ):
                yield from _expected(before, after, other, row["id"])
    yield from _of_a_sum(before, after, type_, id)
    for other, key in JUDGED_BY.get(type_, ()):
        for row in after.rows.all(TABLE[other]):
            if row[key] == id and _masks(before, other, row) != _masks(after, other, row):
                yield from _expected(before, after, other, row["id"])


def _of_a_sum(before: Sight, after: Sight, type_: str, id: UUID) -> Iterator[Change | None]:
    """The row whose sum is another, whoever sees what it is made of."""
    if type_ not in SUMMED:
        return
    other, key, decided, columns = SUMMED[type_]
    was, now = (sight.get(TABLE[type_], id) for sight in (before, after))
    parts = [tuple(row[n] for n in columns) if row and row[decided] else () for row in (was, now)]
    row = now or was
    if row is not None and row[key] is not None and parts[0] != parts[1]:
        yield _change(other, row[key], *(_seen(sight, other, row[key]) for sight in (before, after)))


READ_BY = {
    "Registration": (("Event", "event_id"),),
    "Attendance": (("Registration", "registration_id"),),
    "Mentorship": (("Mentor", "mentor_id"), ("Participant", "participant_id")),
    "Mobility": (("Participant", "participant_id"),),
}
"""Which rows show something of a row that they don't refer to: how many places are left, on which days."""
DEPENDING = {
    "Mentorship": (("participant_id", ("Mobility", "Participation", "MentorPreference")),),
    "Mobility": (("participant_id", ("Participation", "MentorPreference")),),
}
"""The rows that share a column with a row on which it depends whether somebody sees them."""


def near(before: World, after: World, touched: tuple[str, UUID]) -> Iterator[tuple[str, UUID]]:
    """The rows that may be another because of one that was changed."""
    type_, id = touched
    for world in (before, after):
        yield from rows_about(world, type_, id)
    for row in (world.get(TABLE[type_], id) for world in (before, after)):
        if row is not None:
            yield from ((other, row[column]) for other, column in READ_BY.get(type_, ()))
            for column, types in DEPENDING.get(type_, ()):
                for other in types:
                    yield from ((other, one["id"]) for one in after.owned(TABLE[other], column, row[column]))


def _masks(sight: Sight, type_: str, row: Row) -> Mapping[str, str] | None:
    """The fields that are hidden of a row, if the row is not."""
    return sight.hidden(type_, row) if sight.sees(type_, row) else None


def _seen(sight: Sight, type_: str, id: UUID) -> Row | None:
    row = sight.rows.get(TABLE[type_], id)
    return row if row is not None and sight.sees(type_, row) else None


def _change(type_: str, id: UUID, was: Row | None, now: Row | None) -> Change | None:
    if (one := now or was) is None:
        return None
    kind = "ADDED" if was is None else "REMOVED" if now is None else "UPDATED"
    return Change(kind, global_id(type_, id), one["version"])


def snapshot(world: World) -> World:
    """The rows as they are now, which later acts leave alone."""
    return World(world.tables, world._links)
