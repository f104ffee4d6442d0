"""Places in the change feed, as clients hold them: `<epoch>.<number>.<fingerprint of the viewer>`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.errors import BadUserInput, CursorExpired, Problem, Text, bad_input

_CURSOR = re.compile(r"([0-9a-f]{12})\.(0|[1-9][0-9]{0,17})\.([0-9a-f]{12})")

EXPIRED = {
    "AGE": Text(
        "The cursor is older than what is kept: take a new snapshot, and follow from its cursor.",
        "El cursor es anterior a lo que se conserva: tome una nueva instantánea y siga desde su cursor.",
    ),
    "EPOCH": Text(
        "The cursor is of a database that was restored since: take a new snapshot.",
        "El cursor es de una base de datos que fue restaurada desde entonces: tome una nueva instantánea.",
    ),
    "GRANTS": Text(
        "What you may see has changed since this cursor: take a new snapshot, and follow from its cursor.",
        "Lo que usted puede ver ha cambiado desde este cursor: tome una nueva instantánea.",
    ),
}


@dataclass(frozen=True, slots=True)
class Place:
    """After the change with this number, in a feed's epoch, as somebody with this fingerprint."""

    epoch: str
    number: int
    fingerprint: str

    def __str__(self) -> str:
        return f"{self.epoch}.{self.number}.{self.fingerprint}"


def place_of(cursor: str, fingerprint: str | None = None) -> Place:
    """The place that a cursor names; raises BadUserInput, CursorExpired for one of another fingerprint."""
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise not_a_cursor(cursor)
    place = Place(found[1], int(found[2]), found[3])
    if fingerprint is not None and place.fingerprint != fingerprint:
        raise expired("GRANTS")
    return place


def not_a_cursor(cursor: str) -> BadUserInput:
    return bad_input(
        f"{cursor[:80]!r} is no cursor of the change feed.",
        f"{cursor[:80]!r} no es un cursor de los cambios.",
    )


def expired(reason: str) -> CursorExpired:
    """The refusal of a cursor, for one of the reasons of `EXPIRED`."""
    return CursorExpired(Problem(EXPIRED[reason], details={"reason": reason}))
