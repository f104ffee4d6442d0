"""Places in the change feed, as clients hold them: `<epoch>.<number>.<fingerprint of the viewer>`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.errors import BadUserInput, CursorExpired, Problem, bad_input
from planner.messages import message

_CURSOR = re.compile(r"([0-9a-f]{12})\.(0|[1-9][0-9]{0,17})\.([0-9a-f]{12})")

EXPIRED = {reason: message(f"feed_cursor.{reason}") for reason in ("AGE", "EPOCH", "GRANTS")}


@dataclass(frozen=True, slots=True)
class FeedPosition:
    """After the change with this number, in a feed's epoch, as somebody with this fingerprint."""

    epoch: str
    number: int
    fingerprint: str

    def __str__(self) -> str:
        return f"{self.epoch}.{self.number}.{self.fingerprint}"


def parse_cursor(cursor: str, fingerprint: str | None = None) -> FeedPosition:
    """The position in a cursor; raises BadUserInput, or CursorExpired for one with another fingerprint."""
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise invalid_cursor(cursor)
    position = FeedPosition(found[1], int(found[2]), found[3])
    if fingerprint is not None and position.fingerprint != fingerprint:
        raise cursor_expired("GRANTS")
    return position


def invalid_cursor(cursor: str) -> BadUserInput:
    return bad_input(message("feed_cursor.malformed", cursor=repr(cursor[:80])))


def cursor_expired(reason: str) -> CursorExpired:
    """The refusal of a cursor, for one of the reasons of `EXPIRED`."""
    return CursorExpired(Problem(EXPIRED[reason], details={"reason": reason}))
