"""What time does to rows, as the model knows it; and the days that random turns of the clock bring nearer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from tests.mutations.model.act import Act
from tests.mutations.model.world import World
from tests.random_queries.viewers import viewers_of
from tests.reference.archive import is_archived
from tests.reference.rows import Row

Values = Mapping[str, Any]
NOBODYS = Act(viewers_of("public")[0], "", {})
"""What is done by no mutation."""
TURNS = 0.012
"""Before so many acts the clock is turned."""
MINUTES = (-24 * 60, 1, 60)
"""How long ago a call opens or closes: none while rows are compared, where model and database would race."""


@dataclass(frozen=True)
class Turn:
    """A row whose moment comes: what it is set to, as if it had been so all the time."""

    table: str
    id: UUID
    values: Values


def turns(draw: Random, world: World) -> list[Turn]:
    """Some rows of which something is due soon, or just not yet."""
    found = {}
    for table in draw.sample(sorted(NEARER), draw.randrange(len(NEARER) + 1)):
        waiting, nearer = NEARER[table]
        rows = [row for row in world.all(table) if waiting(world, row)]
        for row in draw.sample(rows, min(len(rows), draw.choice((1, 1, 2)))):
            found[row["id"]] = Turn(table, row["id"], nearer(draw, row))
    return list(found.values())


def pass_time(world: World) -> None:
    """All that is due by now."""
    for table, steps in DUE.items():
        for source, target, is_due in steps:
            for row in world.all(table):
                if row["status"] == source and not is_archived(row) and is_due(world, row):
                    world.update(table, row["id"], {"status": target})


def _now() -> datetime:
    return datetime.now(UTC)


def _last_day() -> Any:
    """The day that it is where days end last."""
    return (_now() - timedelta(hours=12)).date()


def _opens(world: World, row: Row) -> bool:
    return row["opens_at"] is None or bool(row["opens_at"] <= _now())


def _closes(world: World, row: Row) -> bool:
    return row["closes_at"] is not None and bool(row["closes_at"] <= _now())


def _lapses(world: World, row: Row) -> bool:
    """Nobody has answered, and it is too late for it."""
    return row["respond_by"] is not None and bool(row["respond_by"] < _last_day())


def _stayed_away(world: World, row: Row) -> bool:
    """The event has been over for a day."""
    return bool(world.tables["event"][row["event_id"]]["ends_at"] < _now() - timedelta(days=1))


DUE: Mapping[str, tuple[tuple[str, str, Callable[[World, Row], bool]], ...]] = {
    "call": (("SCHEDULED", "OPEN", _opens), ("OPEN", "CLOSED", _closes)),
    "mentorship": (("PROPOSED", "LAPSED", _lapses),),
    "registration": (("CONFIRMED", "NO_SHOW", _stayed_away),),
}
"""The changes of status that time makes, in this order."""


def _of_call(draw: Random, row: Row) -> Values:
    """It opens or closes, or will in a while."""
    at = _now().replace(second=0, microsecond=0) - timedelta(minutes=draw.choice(MINUTES))
    if row["status"] == "SCHEDULED" and draw.random() < 0.7:
        return {"opens_at": at, "deadline": max(at, row["deadline"])}
    return {"opens_at": min(at, row["opens_at"] or at) - timedelta(days=1), "deadline": at}


def _of_request(draw: Random, row: Row) -> Values:
    return {"respond_by": _last_day() - timedelta(days=draw.choice((0, 1, 5)))}


def _of_event(draw: Random, row: Row) -> Values:
    ended = _now() - timedelta(hours=draw.choice((1, 12, 25, 70)))
    return {"starts_at": ended - timedelta(hours=2), "ends_at": ended}


def _has_guests(world: World, event: Row) -> bool:
    """Somebody has a place; events for which many still come stay ahead."""
    expected = world.owned("registration", "event_id", event["id"])
    return any(one["status"] == "CONFIRMED" for one in expected) and event["capacity"] is None


NEARER: Mapping[str, tuple[Callable[[World, Row], bool], Callable[[Random, Row], Values]]] = {
    "call": (lambda world, row: row["status"] in ("SCHEDULED", "OPEN"), _of_call),
    "mentorship": (lambda world, row: row["status"] == "PROPOSED", _of_request),
    "event": (_has_guests, _of_event),
}
"""Which rows wait for something, and when that is to be."""
